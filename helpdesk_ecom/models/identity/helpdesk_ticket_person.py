from odoo import Command, api, models
from odoo.tools import email_normalize

from ...tools.written_contact import find_written_contact


class HelpdeskTicket(models.Model):
    """What a customer writes on a channel may tell who they are: contacts are proposed by it."""

    _inherit = 'helpdesk.ticket'

    # === BUSINESS METHODS === #

    @api.model
    def _receive_channel_message(self, identity, event, proposals=()):
        """Override: look for other contacts that the customer may be."""
        ticket, message = super()._receive_channel_message(identity, event, proposals)
        ticket._suggest_same_person(identity, event)
        return ticket, message

    def _suggest_same_person(self, identity, event):
        """Propose contacts by what a customer wrote. Asks nothing if they wrote nothing telling.

        :param helpdesk.channel.identity identity: who wrote.
        :param ChannelEvent event: what was written.
        """
        self.ensure_one()
        partner = identity.partner_id
        found = self._find_written_partners(partner, event.text)
        found += self._find_order_owner(partner)
        if not found:
            return
        known = self.with_context(active_test=False).partner_suggestion_ids.partner_id
        known |= partner | self.partner_id
        vals_list = []
        for vals in found:
            if vals['partner_id'] not in known.ids:
                vals_list.append(vals)
                known |= known.browse(vals['partner_id'])
        self.write({'partner_suggestion_ids': [Command.create(vals) for vals in vals_list]})

    def _find_written_partners(self, partner, text):
        """Return proposals of the contacts whose address or number somebody wrote.

        Somebody of whom both are known is known well enough.

        :return: list of values of `helpdesk.partner.suggestion`.
        """
        wanted_email, wanted_phone = not partner.email, not partner.phone
        if not (wanted_email or wanted_phone):
            return []
        written = find_written_contact(text)
        company = self.company_id
        evidence = [
            (None, company, email_normalize(email) or '', '')
            for email in written.emails
            if wanted_email
        ] + [
            (None, company, '', self._format_e164(phone, company))
            for phone in written.phones
            if wanted_phone
        ]
        evidence = [row for row in evidence if row[2] or row[3]]
        if not evidence:
            return []
        partners_sudo = self._find_partners_by_evidence(evidence)
        return [
            {
                'partner_id': candidate.id,
                'reason': 'written_email' if email else 'written_phone',
                'evidence': email or phone,
            }
            for _vals, _company, email, phone in evidence
            for candidate in self._get_candidates(partners_sudo, email, phone, company)
            if candidate.active
        ]

    def _find_order_owner(self, partner):
        """Return a proposal of whose order it is, if they have the customer's name."""
        owner_sudo = self.sudo().sale_order_id.partner_id._get_helpdesk_person()
        if self.order_match != 'unverified' or not _is_same_name(partner.name, owner_sudo.name):
            return []
        return [
            {
                'partner_id': owner_sudo.id,
                'reason': 'same_order',
                'evidence': self.sudo().sale_order_id.name,
            }
        ]


def _is_same_name(name, other):
    """Tell whether two names have the same words; one word alone says nothing."""
    words, others = (
        {*(value or '').casefold().replace(',', ' ').split()} for value in (name, other)
    )
    return len(words) > 1 and words == others
