import re

from odoo import models
from odoo.tools import email_normalize, email_normalize_all

from .helpdesk_ticket_response import CONVERSATION_TYPES

# What mail programs of the world put before the subject of an answer.
REPLY_PREFIX = re.compile(
    r'^\s*(?:re|aw|antw|sv|vs|rif|odp|ynt|ref|回复|答复|回覆|返信)\s*[:：]',
    re.IGNORECASE,
)
AUTOMATIC_HEADERS = {'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All'}


class HelpdeskTicket(models.Model):
    """What leaves the desk by e-mail: to whom, from where, under which subject."""

    _inherit = 'helpdesk.ticket'

    # === MAIL.THREAD: POST === #

    def message_post(self, *, partner_ids=None, outgoing_email_to=False, **kwargs):
        """Override of `mail`: an agent's answer always reaches the customer.

        Whoever answers without naming recipients (by e-mail, by API) answers all people of the
        conversation; whoever names some (the composer suggests them) means them, and the customer.
        Who forwards means only those whom they name.
        """
        if self._is_forward(kwargs):
            self = self.with_context(helpdesk_forward=True)
            kwargs['notify_skip_followers'] = True
        if self._is_answer_to_post(kwargs):
            partner_ids, outgoing_email_to = self._add_answer_recipients(
                partner_ids,
                outgoing_email_to,
            )
        return super().message_post(
            partner_ids=partner_ids,
            outgoing_email_to=outgoing_email_to,
            **kwargs,
        )

    def _message_post_after_hook(self, message, msg_values):
        """Override of `mail`: who gives the first answer takes the ticket up."""
        result = super()._message_post_after_hook(message, msg_values)
        if self._is_answer_to_post(msg_values):
            self._take_up(message.author_id)
        return result

    def _is_answer_to_post(self, post_values):
        """Tell whether these arguments of `message_post` are an agent's words to the customer."""
        return (
            post_values.get('message_type') in CONVERSATION_TYPES
            and not self._is_forward(post_values)
            and self._is_public_subtype(post_values)
            and not self._is_from_customer_side(self._get_author_to_post(post_values))
        )

    def _is_forward(self, post_values):
        """Tell whether these arguments of `message_post` forward something to somebody else.

        Such a message passes by all who follow. Mails of stages do so, too, but no person wrote
        them.
        """
        return post_values.get('message_type') in CONVERSATION_TYPES and bool(
            post_values.get('notify_skip_followers') or self.env.context.get('helpdesk_forward')
        )

    def _is_public_subtype(self, post_values):
        """Tell whether these arguments of `message_post` make a message that customers see."""
        if xmlid := post_values.get('subtype_xmlid'):
            return xmlid == 'mail.mt_comment'
        comment_id = self.env['ir.model.data']._xmlid_to_res_id('mail.mt_comment')
        return post_values.get('subtype_id') == comment_id

    def _get_author_to_post(self, post_values):
        """Return the author (sudo) that `message_post` would take with these arguments."""
        author_id = post_values.get('author_id')
        if author_id is None:
            return self.env.user.partner_id.sudo()
        return self.env['res.partner'].sudo().browse(author_id or [])

    def _add_answer_recipients(self, partner_ids, outgoing_email_to):
        """Return partner ids and addresses of an answer, with those who must not miss it."""
        addresses = [outgoing_email_to or '']
        if not partner_ids and not outgoing_email_to:
            addresses.append(self.email_cc or '')
        if self.partner_id:
            partner_ids = list({*(partner_ids or []), self.partner_id.id})
        else:
            addresses.append(self.partner_email or '')
        return partner_ids, ','.join(filter(None, addresses)) or False

    def _take_up(self, author):
        """Assign a ticket that nobody has to the agent who answers, and move it on from the start.

        A ticket leaves the first stage of its team for the next open one; from any other stage the
        agent moves it.
        """
        vals = {}
        user = author.sudo().user_ids.filtered(lambda user: user.active and not user.share)[:1]
        if not self.user_id and user and self._is_assignable_to(user):
            vals['user_id'] = user.id
        open_stages = self.team_id._get_stages().filtered(lambda stage: not stage.fold)
        if self.stage_id == open_stages[:1] and open_stages[1:]:
            vals['stage_id'] = open_stages[1].id
        if vals:
            # To tell the agents that they have what they just answered would be noise.
            self.sudo().with_context(mail_auto_subscribe_no_notify=True).write(vals)

    def _is_assignable_to(self, user):
        """Tell whether `domain_user_ids` names a user, without a look at all the others."""
        self.ensure_one()
        return (
            user in self.env['res.users']._get_helpdesk_assignable(self.team_id)
            and self.company_id in user.sudo().company_ids
        )

    # === MAIL.THREAD: SUBJECT AND HEADERS === #

    def _message_compute_subject(self):
        """Override of `mail`: the number that brings an answer back, and the customer's subject."""
        self.ensure_one()
        subject = self.name
        if not REPLY_PREFIX.match(subject):
            subject = f'Re: {subject}'
        return self._add_reference_to_subject(subject)

    def _add_reference_to_subject(self, subject):
        """Return the subject with the ticket's number in front, unless it holds it already."""
        if not self.ticket_ref or re.search(rf'#{re.escape(self.ticket_ref)}(?!\w)', subject):
            return subject
        return f'[#{self.ticket_ref}] {subject}'

    def _notify_by_email_get_base_mail_values(
        self,
        message,
        recipients_data,
        additional_values=None,
    ):
        """Override of `mail`: number every subject, and mark what no person wrote."""
        additional_values = dict(additional_values or {})
        if message.message_type == 'auto_comment':
            headers = additional_values.get('headers') or {}
            additional_values['headers'] = {**AUTOMATIC_HEADERS, **headers}
        values = super()._notify_by_email_get_base_mail_values(
            message,
            recipients_data,
            additional_values=additional_values,
        )
        if self:
            subject = values.get('subject') or message.subject or self.name
            values['subject'] = self._add_reference_to_subject(' '.join(subject.split()))
        return values

    # === MAIL.THREAD: RECIPIENTS === #

    def _notify_get_reply_to_batch(self, defaults=None, author_ids=None):
        """Override of `mail`: answers come back to the address of the team, if it has one."""
        reply_to = {
            ticket.id: ticket._notify_get_reply_to_formatted_email(
                alias, author_id=(author_ids or {}).get(ticket.id, False)
            )
            for ticket in self
            if (alias := ticket.team_id.sudo().alias_email)
        }
        others = self.filtered(lambda ticket: ticket.id not in reply_to)
        if others or not self:
            defaults, author_ids = (
                values and {key: value for key, value in values.items() if key not in reply_to}
                for values in (defaults, author_ids)
            )
            reply_to |= super(HelpdeskTicket, others)._notify_get_reply_to_batch(
                defaults=defaults, author_ids=author_ids
            )
        return reply_to

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Override of `mail`: nobody gets a message twice, and no customer their own words back.

        An address may name again who follows or was in copy of a mail; and who posts on behalf of a
        customer (an API client, a connector) is not the author whom core spares.
        """
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        values = {
            name: (msg_vals or {}).get(name, message.sudo()[name])
            for name in ('email_from', 'incoming_email_to', 'incoming_email_cc', 'message_type')
        }
        author = message.author_id
        if author and values['message_type'] in CONVERSATION_TYPES:
            recipients = [data for data in recipients if data['id'] != author.id]
        known = {
            email_normalize(values['email_from']),
            *email_normalize_all(values['incoming_email_to']),
            *email_normalize_all(values['incoming_email_cc']),
            *(data['email_normalized'] for data in recipients if data['id']),
        }
        unique = []
        for data in recipients:
            if data['id'] or data['email_normalized'] not in known:
                known.add(data['email_normalized'])
                unique.append(data)
        return unique

    def _notify_get_recipients_groups(self, message, model_description, msg_vals=False):
        """Override of `mail`: a short title, and no button to what the customer may not see."""
        groups = super()._notify_get_recipients_groups(
            message,
            model_description,
            msg_vals=msg_vals,
        )
        if not self:
            return groups
        is_public = self.team_id.sudo().privacy_visibility == 'portal'
        for name, _matches, data in groups:
            data.setdefault('button_access', {})['title'] = self.env._('View ticket')
            if name in ('portal_customer', 'portal') and not is_public:
                data['has_button_access'] = False
        return groups

    # === MAIL.THREAD: TEMPLATES BY STAGE === #

    def _track_template(self, changes):
        """Override of `mail`: send the mail of the stage that the ticket reached.

        A ticket that was merged is quiet: the customer hears of the one where it goes on.
        """
        templates = super()._track_template(changes)
        ticket = self[:1]
        template = ticket.stage_id.template_id
        if template and 'stage_id' in changes and ticket.active and not ticket.merged_into_id:
            templates['stage_id'] = (
                template,
                {
                    'auto_delete_keep_log': False,
                    'email_layout_xmlid': (
                        template.email_layout_xmlid or 'mail.mail_notification_layout'
                    ),
                    'subtype_id': self.env['ir.model.data']._xmlid_to_res_id('mail.mt_comment'),
                    'notify_skip_followers': True,
                },
            )
        return templates
