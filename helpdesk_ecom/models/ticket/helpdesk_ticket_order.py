from odoo import api, fields, models


class HelpdeskTicket(models.Model):
    """The order that the ticket is about, and the documents that hang on it."""

    _inherit = 'helpdesk.ticket'

    sale_order_id = fields.Many2one(
        'sale.order',
        string='Order',
        index='btree_not_null',
        tracking=True,
        check_company=True,
        domain="[('company_id', '=', company_id)]",
    )
    # Not tracked as the field of the order is: each change of a ticket would read the whole order.
    sale_order_state = fields.Selection(
        related='sale_order_id.state', string='Order Status', tracking=False
    )
    product_id = fields.Many2one(
        'product.product',
        index='btree_not_null',
        check_company=True,
        domain="[('sale_ok', '=', True)]",
        help='The product that the ticket is about.',
    )
    lot_id = fields.Many2one(
        'stock.lot',
        string='Lot/Serial Number',
        index='btree_not_null',
        check_company=True,
        domain="[('product_id', '=', product_id)]",
    )
    picking_ids = fields.Many2many('stock.picking', compute='_compute_picking_ids')
    pickings_count = fields.Integer(string='Transfers', compute='_compute_pickings_count')
    invoice_ids = fields.Many2many('account.move', compute='_compute_invoice_ids')
    invoices_count = fields.Integer(string='Invoices', compute='_compute_invoices_count')

    # What the team lets its agents do
    use_credit_notes = fields.Boolean(related='team_id.use_credit_notes')
    use_coupons = fields.Boolean(related='team_id.use_coupons', string='Coupons')
    use_giftcards = fields.Boolean(related='team_id.use_coupons', string='Gift Cards')
    use_product_returns = fields.Boolean(
        related='team_id.use_product_returns',
        string='Returns',
    )
    use_product_replacements = fields.Boolean(
        related='team_id.use_product_returns',
        string='Replacements',
    )
    use_product_repairs = fields.Boolean(related='team_id.use_product_repairs')

    # === COMPUTE METHODS === #

    @api.depends('sale_order_id.picking_ids')
    def _compute_picking_ids(self):
        for ticket in self:
            ticket.picking_ids = ticket.sale_order_id.picking_ids

    @api.depends('sale_order_id.picking_ids')
    def _compute_pickings_count(self):
        counts = (
            dict(
                self.env['stock.picking']
                .sudo()
                ._read_group(
                    [('sale_id', 'in', self.sale_order_id.ids)],
                    ['sale_id'],
                    ['__count'],
                )
            )
            if self.sale_order_id
            else {}
        )
        for ticket in self:
            ticket.pickings_count = counts.get(ticket.sale_order_id.sudo(), 0)

    @api.depends('sale_order_id.invoice_ids')
    def _compute_invoice_ids(self):
        for ticket in self:
            ticket.invoice_ids = ticket.sale_order_id.invoice_ids

    @api.depends('sale_order_id.invoice_ids')
    def _compute_invoices_count(self):
        counts = self.sale_order_id._count_helpdesk_invoices()
        for ticket in self:
            ticket.invoices_count = counts.get(ticket.sale_order_id.id, 0)

    # === ACTION METHODS === #

    def action_open_transfers(self):
        """Open the transfers of the order."""
        return self._open_order_documents(self.env._('Transfers'), self.picking_ids)

    def action_open_invoices(self):
        """Open the invoices and credit notes of the order."""
        return self._open_order_documents(self.env._('Invoices'), self.invoice_ids)

    def _open_order_documents(self, title, documents):
        """Return the action that opens documents of the order: the only one at once."""
        self.ensure_one()
        action = {
            'type': 'ir.actions.act_window',
            'name': self.env._(
                '%(documents)s of %(order)s',
                documents=title,
                order=self.sale_order_id.name,
            ),
            'res_model': documents._name,
            'context': {'create': False},
        }
        if len(documents) == 1:
            return {**action, 'view_mode': 'form', 'res_id': documents.id}
        return {**action, 'view_mode': 'list,form', 'domain': [('id', 'in', documents.ids)]}
