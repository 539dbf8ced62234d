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
        ],
        required=True,
        readonly=True,
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

    def action_dismiss(self):
        """Drop the proposal."""
        self.ticket_id.check_access('write')
        self.sudo().unlink()
