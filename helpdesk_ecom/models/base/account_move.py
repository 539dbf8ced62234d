from odoo import models


class AccountMove(models.Model):
    _name = 'account.move'
    _inherit = ['account.move', 'helpdesk.ticket.mixin']
    _helpdesk_ticket_field = 'sale_order_id'

    def _get_helpdesk_subjects(self):
        if not self.is_sale_document():
            return self.env['sale.order']
        # the orders only serve to find tickets, which the user's own rights filter
        return self.sudo().line_ids.sale_line_ids.order_id

    def _prepare_helpdesk_ticket_vals(self):
        orders = self._get_helpdesk_subjects()
        return {
            **super()._prepare_helpdesk_ticket_vals(),
            'partner_id': self.partner_id.id,
            'sale_order_id': orders.id if len(orders) == 1 else False,
        }
