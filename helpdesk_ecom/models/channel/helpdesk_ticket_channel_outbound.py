from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize_all

from ..ticket.helpdesk_ticket_response import CONVERSATION_TYPES

OUTGOING_TYPES = ('comment', 'auto_comment', 'email_outgoing', 'email')


class HelpdeskTicket(models.Model):
    """How an answer reaches the customer: by the channel on which they wrote.

    The context key ``helpdesk_reply_by`` (``email``) sends one answer another way;
    ``helpdesk_template`` (a dict of `helpdesk.channel.template`) sends it as a template.
    """

    _inherit = 'helpdesk.ticket'

    # === MAIL.THREAD === #

    def message_post(self, **kwargs):
        """Override of `mail`: refuse what the channel can't deliver while it can be changed."""
        if self and self._goes_out_by_channel(kwargs):
            self._ensure_channel_can_send(kwargs)
        return super().message_post(**kwargs)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Override of `mail`: who gets the answer by the channel gets no e-mail beside it."""
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        if self and self._is_channel_answer(message):
            customers = self.channel_identity_id.sudo().partner_id | self.partner_id
            for data in recipients:
                if data['id'] in customers.ids:
                    data['notif'] = 'helpdesk'
        return recipients

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        """Override of `mail`: write down what the channel has to send."""
        if kwargs.get('notify_skip_followers') and message.message_type in CONVERSATION_TYPES:
            self = self.with_context(helpdesk_forward=True)  # also if it leaves later
        scheduled = self._is_notification_scheduled(kwargs.get('scheduled_date'))
        recipients = super()._notify_thread(message, msg_vals=msg_vals, **kwargs)
        if self and (not scheduled or not recipients) and self._is_channel_answer(message):
            if scheduled:  # core plans nothing if there is nobody whom it would notify
                self.env['mail.message.schedule'].sudo().create(
                    {
                        'mail_message_id': message.id,
                        'scheduled_datetime': scheduled,
                        'notification_parameters': '{}',
                    }
                )
            else:
                self._store_channel_answer(message)
        return recipients

    @api.model
    def notify_cancel_by_type(self, notification_type):
        """Override of `mail`: put away what failed on a channel, too."""
        super().notify_cancel_by_type(notification_type)
        if notification_type == 'helpdesk':
            self._notify_cancel_by_type_generic('helpdesk')
        return True

    def _clean_empty_message(self, message):
        """Override of `mail`: what its author has emptied is not sent any more."""
        super()._clean_empty_message(message)
        message._withdraw_from_channel()

    # === BUSINESS METHODS === #

    def _goes_out_by_channel(self, post_values):
        """Tell whether these arguments of `message_post` make an answer by the channel.

        Notes never do, nor what the customer wrote, nor what goes by mail this time or to somebody
        else.
        """
        self.ensure_one()
        if (
            not self.sudo().channel_identity_id  # customers post, too, and may not read it
            or self.env.context.get('helpdesk_reply_by', 'channel') != 'channel'
            or post_values.get('is_internal')
            or self._is_forward(post_values)
            or post_values.get('message_type') not in OUTGOING_TYPES
            or not self._is_public_subtype(post_values)
        ):
            return False
        author = self._get_author_to_post(post_values)
        # what somebody else says to it while it is posted, such as an automation rule, goes out
        is_from_channel = author and author.id == self.env.context.get('helpdesk_from_channel')
        if is_from_channel or self._is_from_channel_customer(author):
            return False
        return post_values['message_type'] != 'email' or (
            bool(author) and not self._has_customer_the_mail(post_values)
        )

    def _is_channel_answer(self, message):
        """Tell whether a message is an answer by the channel: as `_goes_out_by_channel`."""
        message_sudo, ticket_sudo = message.sudo(), self.sudo()
        if message_sudo.message_type not in OUTGOING_TYPES or not ticket_sudo.channel_identity_id:
            return False  # the usual mail: nothing else is asked
        return not message_sudo.subtype_id.internal and self._goes_out_by_channel(
            {
                'message_type': message_sudo.message_type,
                'subtype_id': message_sudo.subtype_id.id,
                'is_internal': message_sudo.is_internal,
                'author_id': message_sudo.author_id.id,
                'incoming_email_to': message_sudo.incoming_email_to,
                'incoming_email_cc': message_sudo.incoming_email_cc,
            }
        )

    def _has_customer_the_mail(self, post_values):
        """Tell whether a mail from outside went to the customer, too: once is enough."""
        addresses = {
            *email_normalize_all(post_values.get('incoming_email_to') or ''),
            *email_normalize_all(post_values.get('incoming_email_cc') or ''),
        }
        return self._get_reply_email() in addresses

    def _is_from_channel_customer(self, author):
        """Tell whether the customer is the author; without one it is said by nobody, and goes."""
        return bool(author) and self._is_from_customer_side(author)

    def _ensure_channel_can_send(self, post_values):
        """Refuse an answer that the channel can't deliver.

        What is automatic is not refused: it fails visibly, on its message.

        :raise UserError: with the reason and a way out.
        """
        identity_sudo = self.channel_identity_id.sudo()
        channel_sudo = identity_sudo.channel_id
        if post_values.get('message_type') != 'comment':
            return
        if channel_sudo._is_off():
            raise UserError(
                self.env._(
                    '"%s" is off: the answer would not be sent. Answer by email instead, or ask '
                    'your administrator to turn the channel on.',
                    channel_sudo.name,
                )
            )
        if (
            not self.channel_thread
            and not self.env.context.get('helpdesk_template')
            and not identity_sudo._is_window_open()
        ):
            raise UserError(
                self.env._(
                    'The customer wrote too long ago: "%s" takes only approved templates now. '
                    'Choose a template, or answer by email.',
                    channel_sudo.name,
                )
            )
        self._ensure_channel_takes_files(channel_sudo, post_values)

    def _ensure_channel_takes_files(self, channel_sudo, post_values):
        """Refuse files that the channel doesn't take.

        :raise UserError: with the file and the reason.
        """
        files = [
            (attachment.name, attachment.mimetype or '', attachment.file_size)
            for attachment in self.env['ir.attachment'].browse(
                post_values.get('attachment_ids') or ()
            )
        ] + [
            (name, '', len(content))
            for name, content, *_info in post_values.get('attachments') or ()
        ]
        for name, mimetype, size in files:
            if reason := channel_sudo._describe_file_refusal(name, mimetype, size):
                raise UserError(reason)
