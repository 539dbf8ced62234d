from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

# Until somebody has begun a repair it can be called off.
OPEN_STATES = ('draft', 'confirmed')


class HelpdeskOrderActionStep(models.Model):
    _inherit = 'helpdesk.order.action.step'

    code = fields.Selection(
        selection_add=[('repair', 'Repair')],
        ondelete={'repair': 'cascade'},
    )


class HelpdeskOrderAction(models.Model):
    """Repair of delivered goods: the workshop gets a repair order, and goes on from there.

    It gives nothing that counts in the ledger. The action is done when the repair order exists;
    how the repair stands is seen on the ticket. It is called off while nobody has begun it.
    """

    _inherit = 'helpdesk.order.action'

    action_type = fields.Selection(
        selection_add=[('repair', 'Repair')],
        ondelete={'repair': 'cascade'},
    )
    repair_lot_id = fields.Many2one('stock.lot', string='Lot/Serial Number', check_company=True)
    repair_picking_id = fields.Many2one(
        'stock.picking',
        string='Comes by',
        check_company=True,
        help='The return by which the goods come.',
    )
    repair_under_warranty = fields.Boolean(string='Under Warranty')
    repair_ids = fields.One2many(
        'repair.order',
        'helpdesk_action_id',
        string='Repair Order',
        readonly=True,
        copy=False,
    )

    # === BUSINESS METHODS - HOOKS === #

    def _is_compensation(self):
        """Override of `helpdesk_ecom`: the customer keeps what he paid for."""
        return super()._is_compensation() and self.action_type != 'repair'

    def _get_cancellable_states(self):
        """Override of `helpdesk_ecom`: a repair that nobody has begun can be called off."""
        states = super()._get_cancellable_states()
        return (*states, 'done') if self.action_type == 'repair' else states

    @api.model
    def _get_blocked_reason_repair(self, ticket):
        """Return why the ticket offers no repair, or nothing."""
        return self._get_repair_blocked_reason(ticket, ticket.sale_order_id)

    @api.model
    def _get_repair_blocked_reason(self, ticket, order):
        """Return why nothing of an order can be repaired for the ticket, or nothing."""
        if not ticket.sudo().team_id.use_product_repairs:
            return self.env._('The team of the ticket does not repair.')
        order_sudo = order.sudo()
        goods_sudo = order_sudo.order_line.filtered(lambda line: line.product_id.type == 'consu')
        if not goods_sudo:
            return self.env._('There are no goods on the order.')
        if not any(
            line.qty_delivered > 0 or line._get_helpdesk_repair_moves() for line in goods_sudo
        ):
            return self.env._('Nothing was delivered yet: there is nothing to repair.')
        if not order_sudo.warehouse_id.repair_type_id:
            return self.env._(
                'Warehouse %(warehouse)s has no operation type for repairs.',
                warehouse=order_sudo.warehouse_id.name,
            )
        return None

    def _check_repair(self):
        """Refuse to repair what was not delivered, or what is at the workshop already."""
        self.ensure_one()
        if reason := self._get_repair_blocked_reason(self.ticket_id, self.sale_order_id):
            raise UserError(reason)
        if len(self.line_ids) != 1 or self.line_ids.quantity <= 0:
            raise UserError(self.env._('Choose one line, and how much of it is repaired.'))
        order_line = self.line_ids.order_line_id
        if order_line.order_id != self.sale_order_id:
            raise UserError(
                self.env._(
                    'The lines have to be lines of order %(order)s.',
                    order=self.sale_order_id.name,
                )
            )
        left = order_line._get_helpdesk_repairable()
        if order_line.sudo().product_uom_id.compare(self.line_ids.quantity, left) > 0:
            raise UserError(
                self.env._(
                    "%(line)s: %(quantity)s can't be repaired. The customer has %(left)s that are "
                    'not at the workshop.',
                    line=order_line.sudo().name,
                    quantity=self.line_ids.quantity,
                    left=left,
                )
            )
        self._check_repair_lot(order_line)
        self._check_repair_return(order_line)
        self.line_ids.amount = 0.0
        self.amount = 0.0

    def _check_repair_lot(self, order_line):
        """Refuse a tracked product without the number of what the customer got."""
        tracking = order_line.sudo().product_id.tracking
        lots = order_line._get_helpdesk_lots()
        if tracking == 'none' and self.repair_lot_id or self.repair_lot_id - lots:
            raise UserError(
                self.env._('The customer did not get this lot or serial number with the order.')
            )
        # of what came by another order, or as a kit, nobody knows the numbers
        if tracking != 'none' and lots and not self.repair_lot_id:
            raise UserError(self.env._('Choose the lot or serial number that is repaired.'))
        if tracking == 'serial' and self.line_ids.quantity != 1:
            raise UserError(self.env._('A serial number stands for one piece.'))

    def _check_repair_return(self, order_line):
        """Refuse a return that does not bring the goods."""
        picking_sudo = self.repair_picking_id.sudo()
        if picking_sudo and picking_sudo not in order_line._get_helpdesk_returns():
            raise UserError(
                self.env._(
                    '%(transfer)s does not bring %(product)s back.',
                    transfer=picking_sudo.name,
                    product=order_line.sudo().product_id.display_name,
                )
            )

    def _prepare_repair_steps(self):
        """Return the steps: the repair order, and a note of it."""
        return [{'code': 'repair'}, {'code': 'notify'}]

    def _preview_repair(self):
        """Return what will be asked of the workshop, and who pays."""
        self.ensure_one()
        if not self.line_ids._get_filled():
            return []
        sentences = [
            self.env._(
                'The workshop of %(warehouse)s gets a repair order: %(goods)s.',
                warehouse=self.sale_order_id.sudo().warehouse_id.name,
                goods=self._get_repair_label(),
            )
        ]
        if self.repair_under_warranty:
            sentences.append(self.env._('Under warranty: its parts cost the customer nothing.'))
        else:
            sentences.append(
                self.env._('Not under warranty: the workshop makes a quotation of its parts.')
            )
        if self.repair_picking_id:
            sentences.append(
                self.env._(
                    'The goods come by %(return)s.', **{'return': self.repair_picking_id.name}
                )
            )
        else:
            sentences.append(
                self.env._('No return is chosen: tell the customer how the goods come to you.')
            )
        return sentences + self._preview_approval()

    # === BUSINESS METHODS - STEPS === #

    def _step_repair(self, step_sudo):
        """Make the repair order; one that exists is the one."""
        repair_sudo = self.repair_ids or self.env['repair.order'].create(
            self._prepare_repair_vals()
        )
        return 'done', self.env._(
            '%(repair)s: %(goods)s', repair=repair_sudo.name, goods=self._get_repair_label()
        )

    def _undo_step_repair(self, step_sudo):
        """Call the repair off, unless somebody has begun it."""
        repair_sudo = self.repair_ids
        if repair_sudo.state in OPEN_STATES:
            repair_sudo.action_repair_cancel()
        elif repair_sudo and repair_sudo.state != 'cancel':
            raise UserError(
                self.env._(
                    "The workshop has begun %(repair)s: it can't be called off.",
                    repair=repair_sudo.name,
                )
            )

    def _prepare_repair_vals(self):
        """Return the values of the repair order.

        Under warranty it belongs to the order, where its parts stand for nothing. Otherwise it
        stays free of it: the workshop can make a quotation of a repair that has no order only.
        """
        self.ensure_one()
        order, line = self.sale_order_id, self.line_ids
        return {
            'helpdesk_action_id': self.id,
            'company_id': order.company_id.id,
            'partner_id': (self.ticket_id.partner_id or order.partner_id).id,
            'product_id': line.product_id.id,
            'product_qty': line.quantity,
            'product_uom': line.order_line_id.product_uom_id.id,
            'lot_id': self.repair_lot_id.id,
            'under_warranty': self.repair_under_warranty,
            'picking_id': self.repair_picking_id.id,
            'picking_type_id': order.warehouse_id.repair_type_id.id,
            'sale_order_id': order.id if self.repair_under_warranty else False,
            'user_id': False,  # the workshop takes it, not the agent
            'internal_notes': plaintext2html(
                '\n'.join(
                    text
                    for text in (self.ticket_id.display_name, self.reason_id.name, self.reason)
                    if text
                )
            ),
        }

    # === BUSINESS METHODS - TOOLS === #

    def _get_repair_label(self):
        """Return what is repaired, for people."""
        line_sudo = self.line_ids.order_line_id.sudo()
        label = f'{self.line_ids.quantity:g} {line_sudo.product_id.display_name}'
        lot = self.repair_lot_id.name
        return f'{label} ({lot})' if lot else label
