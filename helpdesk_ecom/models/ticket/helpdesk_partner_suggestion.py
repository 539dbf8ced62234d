from odoo import fields, models


class HelpdeskPartnerSuggestion(models.Model):
    """A contact that may be the customer of a ticket. The evidence conflicts: a person decides."""

    _name = 'helpdesk.partner.suggestion'
    _description = 'Possible Customer of a Ticket'
    _order = 'id'
    _rec_name = 'partner_id'

    ticket_id = fields.Many2one(
        'helpdesk.ticket',
        required=True,
        index=True,
        ondelete='cascade',
        readonly=True,
    )
    partner_id = fields.Many2one(
        'res.partner',
        required=True,
        index=True,
        ondelete='cascade',
        readonly=True,
    )
    partner_email = fields.Char(related='partner_id.email', related_sudo=False, string='Email')
    partner_phone = fields.Char(related='partner_id.phone', related_sudo=False, string='Phone')
    reason = fields.Selection(
        [
            ('same_email', 'Same email address'),
            ('same_phone', 'Same phone number'),
            ('archived', 'Archived contact with this address or number'),
            ('channel_phone', 'Same number on another channel'),
            ('written_email', 'Wrote this email address'),
            ('written_phone', 'Wrote this phone number'),
            ('same_order', 'Same name, and writes about their order'),
        ],
        required=True,
        readonly=True,
    )
    evidence = fields.Char(readonly=True)
    active = fields.Boolean(
        default=True, readonly=True, help='What was dismissed is not proposed again.'
    )

    # === ACTION METHODS === #

    def action_accept(self):
        """Take the contact for the customer of the ticket; an archived one comes back.

        An address that the contact lacks is added to it, with the user's own rights: who works
        here keeps the address to which new passwords are sent.

        :raise AccessError: if the user may not change the ticket, or not the contact.
        """
        self.ensure_one()
        self.ticket_id.check_access('write')
        ticket, partner = self.ticket_id, self.partner_id
        email = ticket.partner_email
        if not partner.active:
            partner.action_unarchive()
        if email and not partner.email:
            partner.email = email
        ticket.partner_id = partner
        ticket.sudo().partner_suggestion_ids.unlink()

    def action_merge(self):
        """Take the contact and the customer of the ticket for the same person, for good.

        Of the two, the proposed one stays, unless the other one logs in to the portal.

        :raise AccessError: if the user is no leader.
        :raise UserError: if they can't be merged, with the reason.
        """
        self.ensure_one()
        self.ticket_id.check_access('write')
        self.env['res.partner']._ensure_may_helpdesk_merge()
        source, target = self.ticket_id.partner_id, self.partner_id
        if not source:
            self.action_accept()
            return
        if source.sudo().user_ids and not target.sudo().user_ids:
            source, target = target, source
        source._helpdesk_merge_into(target, self._get_evidence_text())
        self.ticket_id.sudo().partner_suggestion_ids.filtered(
            lambda suggestion: suggestion.partner_id in source | target
        ).unlink()

    def action_dismiss(self):
        """Drop the proposal for good."""
        self.ticket_id.check_access('write')
        self.sudo().active = False

    # === BUSINESS METHODS === #

    def _get_evidence_text(self):
        """Return why the contact was proposed, in words."""
        reason = dict(self._fields['reason']._description_selection(self.env))[self.reason]
        ticket = self.ticket_id.display_name
        return ': '.join(filter(None, (reason, self.evidence))) + f' ({ticket})'
