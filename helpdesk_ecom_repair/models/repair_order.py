from odoo import fields, models


class RepairOrder(models.Model):
    """A repair knows the ticket that asked for it."""

    _inherit = 'repair.order'

    helpdesk_action_id = fields.Many2one(
        'helpdesk.order.action',
        string='Order Action',
        readonly=True,
        copy=False,
        index='btree_not_null',
        ondelete='restrict',
    )
    helpdesk_ticket_id = fields.Many2one(
        related='helpdesk_action_id.ticket_id',
        string='Ticket',
        store=True,
        index='btree_not_null',
    )

    # One action asks for one repair, whoever runs it, and however often.
    _helpdesk_action_uniq = models.UniqueIndex(
        '(helpdesk_action_id) WHERE helpdesk_action_id IS NOT NULL',
        'This repair exists already.',
    )

    # === ACTION METHODS === #

    def action_open_helpdesk_ticket(self):
        """Open the ticket that asked for the repair.

        :raise AccessError: for who may not read it.
        """
        self.ensure_one()
        self.helpdesk_ticket_id.check_access('read')
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'helpdesk.ticket',
            'view_mode': 'form',
            'res_id': self.helpdesk_ticket_id.id,
        }
