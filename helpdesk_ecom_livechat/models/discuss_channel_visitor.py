import re

from odoo import models
from odoo.tools import email_normalize, html2plaintext
from odoo.tools.translate import code_translations

from odoo.addons.helpdesk_ecom.tools.identity import judge

from ..tools.chat import AGENT, BOT, VISITOR, find_address
from .discuss_channel import SPOKEN_TYPES

_NUMBER = re.compile(r'\s*#?\d*$')


class DiscussChannel(models.Model):
    """Who chats, and what they say. Called as superuser, but for `_get_helpdesk_customer`."""

    _inherit = 'discuss.channel'

    # === BUSINESS METHODS - WORDS === #

    def _get_helpdesk_messages(self):
        """Return what was said in the chat, in its order."""
        self.ensure_one()
        return self.message_ids.filtered(
            lambda message: message.message_type in SPOKEN_TYPES and not message._is_empty()
        ).sorted('id')

    def _get_helpdesk_speakers(self, messages):
        """Return who wrote each message: a dict to `VISITOR`, `AGENT` or `BOT`."""
        history = self.livechat_channel_member_history_ids
        kinds = {member.partner_id: member.livechat_member_type for member in history.sorted('id')}
        robot_id = self.env['ir.model.data']._xmlid_to_res_id('base.partner_root')
        speakers = {}
        for message in messages:
            author = message.author_id
            if author.id == robot_id or kinds.get(author) == 'bot':
                speakers[message] = BOT
            elif author and kinds.get(author) != 'visitor':
                speakers[message] = AGENT
            else:
                speakers[message] = VISITOR
        return speakers

    def _get_helpdesk_visitor_words(self):
        """Return what the visitor said, as a list of plain texts."""
        messages = self._get_helpdesk_messages()
        speakers = self._get_helpdesk_speakers(messages)
        return [
            html2plaintext(message.body) for message in messages if speakers[message] == VISITOR
        ]

    # === BUSINESS METHODS - PERSON === #

    def _get_helpdesk_partner(self, company):
        """Return the contact of the visitor who is logged in, empty for a guest.

        :param company: the company whose ticket it is: contacts of another one are not linked.
        """
        return self.livechat_customer_partner_ids.filtered(
            lambda partner: (
                not partner.is_public and partner.company_id in (company, company.browse())
            )
        )[:1]

    def _prepare_helpdesk_customer_vals(self, company):
        """Return what a ticket of this company is to know of the visitor.

        Who is logged in is known. A guest is who they say they are: to the chatbot, by their
        account as a guest, or in so many words.
        """
        partner = self._get_helpdesk_partner(company)
        answers = self._chatbot_find_customer_values_in_messages(
            {'question_email': 'email', 'question_phone': 'phone'}
        )
        guest = self.livechat_customer_guest_ids[:1]
        email = answers.get('email') or guest.email
        if not email_normalize(email):
            email = find_address(self._get_helpdesk_visitor_words())
        phone = (answers.get('phone') or '').strip()
        vals = {
            'partner_id': partner.id,
            'partner_name': self._get_helpdesk_guest_name(guest),
            'partner_email': email,
            'partner_phone': phone,
        }
        if partner:
            # their account knows better than what they typed, as far as it knows anything
            known = {'partner_name': partner.name, 'partner_email': partner.email}
            known['partner_phone'] = partner.phone
            vals = {name: value for name, value in vals.items() if not known.get(name)}
        return {name: value for name, value in vals.items() if value}

    def _get_helpdesk_guest_name(self, guest):
        """Return a guest's name, empty if it is only what everybody is called."""
        translations = code_translations.get_python_translations('im_livechat', guest.lang or '')
        bare = _NUMBER.sub('', guest.name or '')
        return '' if bare in ('', 'Visitor', translations.get('Visitor')) else guest.name

    def _get_helpdesk_customer(self):
        """Return who the visitor is for the operator, and whether they are logged in.

        A guest is known only by what they say: nothing of that contact is for the guest's eyes.

        :return: ``(partner, is_logged_in)``, the partner with the rights of the user.
        """
        self.ensure_one()
        chat_sudo = self.sudo()
        ticket_sudo = chat_sudo.helpdesk_ticket_id
        team_sudo = chat_sudo.livechat_channel_id.helpdesk_team_id
        company_sudo = ticket_sudo.company_id or team_sudo.company_id or self.env.company.sudo()
        if partner_sudo := chat_sudo._get_helpdesk_partner(company_sudo):
            return partner_sudo.sudo(False), True
        partner_sudo = ticket_sudo.partner_id or chat_sudo._find_helpdesk_guest(company_sudo)
        return partner_sudo.sudo(False), False

    def _find_helpdesk_guest(self, company):
        """Return the contact whose address or number the guest gave, if there is just one."""
        Ticket_sudo = self.env['helpdesk.ticket']
        vals = self._prepare_helpdesk_customer_vals(company)
        email = email_normalize(vals.get('partner_email')) or ''
        phone = Ticket_sudo._format_e164(vals.get('partner_phone'), company)
        if not email and not phone:
            return self.env['res.partner']
        partners_sudo = Ticket_sudo._find_partners_by_evidence([(vals, company, email, phone)])
        candidates = list(Ticket_sudo._get_candidates(partners_sudo, email, phone, company))
        return partners_sudo.browse(judge(email, phone, candidates).partner_id or ())
