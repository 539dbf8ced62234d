from odoo import api, fields, models


class HelpdeskTicket(models.Model):
    _inherit = 'helpdesk.ticket'

    repair_ids = fields.One2many(
        'repair.order',
        'helpdesk_ticket_id',
        string='Repairs',
        readonly=True,
        copy=False,
    )
    repairs_count = fields.Integer(compute='_compute_repairs_count')
    open_repairs_count = fields.Integer(compute='_compute_repairs_count')

    # === COMPUTE METHODS === #

    @api.depends('repair_ids.state')
    def _compute_repairs_count(self):
        rows = (
            self.env['repair.order']
            .sudo()
            ._read_group(
                [('helpdesk_ticket_id', 'in', self.ids), ('state', '!=', 'cancel')],
                ['helpdesk_ticket_id', 'state'],
                ['__count'],
            )
        )
        counts = {(ticket.id, state): count for ticket, state, count in rows}
        for ticket in self:
            own = {key[1]: count for key, count in counts.items() if key[0] == ticket.id}
            ticket.repairs_count = sum(own.values())
            ticket.open_repairs_count = ticket.repairs_count - own.get('done', 0)

    # === ACTION METHODS === #

    def action_open_repair(self):
        """Open the dialog that asks the workshop to repair delivered goods.

        :raise UserError: if nothing can be repaired; the message says why.
        """
        return self._open_action_wizard('repair', 'helpdesk.order.repair', self.env._('Repair'))

    def action_open_repairs(self):
        """Open the repairs that the ticket asked for: the only one at once."""
        return self._open_order_documents(self.env._('Repairs'), self.repair_ids)

    # === BUSINESS METHODS === #

    def _get_order_panel_actions(self):
        """Override of `helpdesk_ecom` to offer repairs where the team makes them."""
        actions = super()._get_order_panel_actions()
        if self.use_product_repairs:
            actions.append(
                self._prepare_order_panel_action(
                    'repair',
                    'action_open_repair',
                    self.env._('Repair'),
                    'fa-wrench',
                )
            )
        return actions
