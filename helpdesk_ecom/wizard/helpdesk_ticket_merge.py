from odoo import api, fields, models
from odoo.exceptions import UserError


class HelpdeskTicketMerge(models.TransientModel):
    """Choose what becomes one ticket, and which of them it is."""

    _name = 'helpdesk.ticket.merge'
    _description = 'Merge Tickets'

    ticket_ids = fields.Many2many(
        'helpdesk.ticket',
        string='Tickets',
        default=lambda self: self._default_ticket_ids(),
        domain=[('merged_into_id', '=', False)],
        context={'active_test': False},
    )
    survivor_id = fields.Many2one(
        'helpdesk.ticket',
        string='Ticket to Keep',
        compute='_compute_survivor_id',
        store=True,
        readonly=False,
        domain="[('id', 'in', ticket_ids)]",
        context={'active_test': False},
        help='The conversation goes on here. The other tickets are closed and archived.',
    )
    partner_id = fields.Many2one('res.partner', compute='_compute_partner_id')
    has_several_customers = fields.Boolean(compute='_compute_conflicts')
    has_several_companies = fields.Boolean(compute='_compute_conflicts')
    is_confirmed = fields.Boolean(string='I know, merge them all the same')

    # === DEFAULT METHODS === #

    @api.model
    def _default_ticket_ids(self):
        """Return the tickets from which the wizard was opened, without those merged before."""
        if self.env.context.get('active_model') != 'helpdesk.ticket':
            return self.env['helpdesk.ticket']
        tickets = self.env['helpdesk.ticket'].browse(self.env.context.get('active_ids'))
        return tickets.filtered(lambda ticket: not ticket.merged_into_id)

    # === COMPUTE METHODS === #

    @api.depends('ticket_ids')
    def _compute_survivor_id(self):
        for wizard in self:
            tickets = wizard.ticket_ids._origin
            if wizard.survivor_id not in tickets:
                # The oldest open one: the customer has waited there longest.
                wizard.survivor_id = tickets.sorted(lambda ticket: (ticket.fold, ticket.id))[:1]

    @api.depends('ticket_ids')
    def _compute_partner_id(self):
        for wizard in self:
            wizard.partner_id = wizard.ticket_ids.commercial_partner_id[:1]

    @api.depends('ticket_ids')
    def _compute_conflicts(self):
        for wizard in self:
            wizard.has_several_customers = wizard.ticket_ids._has_several_customers()
            wizard.has_several_companies = len(wizard.ticket_ids.company_id) > 1

    # === ACTION METHODS === #

    def action_merge(self):
        """Merge the tickets and open the one that is left.

        :raise AccessError: if the user may not write one of the tickets.
        :raise UserError: if there is nothing to merge, or a warning was not confirmed.
        """
        self.ensure_one()
        if self.survivor_id not in self.ticket_ids:
            raise UserError(self.env._('Choose which of the tickets to keep.'))
        survivor = self.ticket_ids._merge_into(self.survivor_id, confirmed=self.is_confirmed)
        return survivor._get_records_action()
