from odoo import models
from odoo.exceptions import UserError

from odoo.addons.helpdesk_ecom.models.ticket.helpdesk_ticket_response import CONVERSATION_TYPES


class HelpdeskTicket(models.Model):
    """An answer by SMS, when the channel or the mail does not reach the customer.

    Agents are offered it only on tickets of a messenger, beside its own ways; programs can use it
    on any. The context key ``helpdesk_reply_by`` (``sms``) sends one answer so. It stays an answer
    like any other, only its way is Odoo's own SMS: queue, credits and ticks are those of `sms`.
    """

    _inherit = 'helpdesk.ticket'

    # === MAIL.THREAD === #

    def message_post(self, **kwargs):
        """Override of `mail`: refuse files, which no SMS takes along.

        :raise UserError: if there are files.
        """
        if (
            self.env.context.get('helpdesk_reply_by') == 'sms'
            and (kwargs.get('attachment_ids') or kwargs.get('attachments'))
            and self._is_sms_answer_to_post(kwargs)
        ):
            raise UserError(
                self.env._('An SMS takes no files. Answer by email, or send a link instead.')
            )
        return super().message_post(**kwargs)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Override of `mail`: the customer gets the SMS, and no mail beside it."""
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        if not self or not self._is_sms_answer(message):
            return recipients
        kept = []
        for data in recipients:
            if data['id'] and data['id'] == self.partner_id.id:
                data['notif'] = 'sms'
            elif not data['id'] and data['email_normalized'] == self.email_normalized:
                continue  # the customer, who has no contact
            kept.append(data)
        return kept

    def _notify_thread_by_sms(
        self,
        message,
        recipients_data,
        msg_vals=False,
        sms_content=None,
        sms_numbers=None,
        sms_pid_to_number=None,
        put_in_queue=False,
        **kwargs,
    ):
        """Override of `sms`: to the number on the ticket, by the queue.

        A provider that is slow must not hold up who answers.
        """
        if self and self._is_sms_answer(message):
            number = self._get_sms_number()
            if any(data['notif'] == 'sms' for data in recipients_data):
                sms_pid_to_number = {self.partner_id.id: number}
            else:
                sms_numbers = [number]
            put_in_queue = True
            self.env.ref('sms.ir_cron_sms_scheduler_action').sudo()._trigger()
        return super()._notify_thread_by_sms(
            message,
            recipients_data,
            msg_vals=msg_vals,
            sms_content=sms_content,
            sms_numbers=sms_numbers,
            sms_pid_to_number=sms_pid_to_number,
            put_in_queue=put_in_queue,
            **kwargs,
        )

    # === RPC === #

    def get_channel_state(self):
        """Extend: ``phone``, where an answer by SMS goes."""
        state = super().get_channel_state()
        return state and {**state, 'phone': self._get_sms_number()}

    # === BUSINESS METHODS === #

    def _get_known_reply_ways(self):
        """Extend: by SMS."""
        return [*super()._get_known_reply_ways(), 'sms']

    def _get_reply_ways(self):
        """Extend: who has a number can be answered by SMS."""
        ways = super()._get_reply_ways()
        return [*ways, 'sms'] if self._get_sms_number() else ways

    def _get_sms_number(self):
        """Return the customer's number in E.164, that on the ticket first; False for none."""
        self.ensure_one()
        return self.sudo()._sms_get_recipients_info()[self.id]['sanitized'] or False

    def _is_sms_answer_to_post(self, post_values):
        """Tell whether these arguments of `message_post` make an answer by SMS; notes never do."""
        return (
            self.env.context.get('helpdesk_reply_by') == 'sms'
            and not post_values.get('is_internal')
            and self._is_answer_to_post(post_values)
        )

    def _is_sms_answer(self, message):
        """Tell whether a message is an answer by SMS: as `_is_sms_answer_to_post`."""
        if self.env.context.get('helpdesk_reply_by') != 'sms':
            return False
        message_sudo = message.sudo()
        return message_sudo.message_type in CONVERSATION_TYPES and self._is_sms_answer_to_post(
            {
                'message_type': message_sudo.message_type,
                'subtype_id': message_sudo.subtype_id.id,
                'is_internal': message_sudo.is_internal,
                'author_id': message_sudo.author_id.id,
            }
        )

    def _describe_reply_way(self, way):
        """Extend: say to which number an SMS goes."""
        if way != 'sms':
            return super()._describe_reply_way(way)
        number = self._get_sms_number()
        if number:
            return self.env._('This answer goes by SMS to %s.', number), False
        return self.env._('The customer has no phone number: it would reach nobody.'), True
