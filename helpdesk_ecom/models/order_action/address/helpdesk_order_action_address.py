from odoo import api, fields, models
from odoo.exceptions import UserError

ADDRESS_FIELDS = ('street', 'street2', 'zip', 'city', 'state_id', 'country_id', 'phone')


class HelpdeskOrderAction(models.Model):
    """Change of the delivery address, without touching what has left or what others share.

    The address becomes a contact of its own: rewriting the old one would change old documents and
    other orders. Its type is "other", as the system would take a delivery contact for every later
    order of the customer.
    """

    _inherit = 'helpdesk.order.action'

    action_type = fields.Selection(
        selection_add=[('address_change', 'Change of address')],
        ondelete={'address_change': 'cascade'},
    )
    address_name = fields.Char(string='Recipient')
    street = fields.Char()
    street2 = fields.Char()
    zip = fields.Char()
    city = fields.Char()
    state_id = fields.Many2one(
        'res.country.state',
        domain="[('country_id', '=?', country_id)]",
    )
    country_id = fields.Many2one('res.country')
    phone = fields.Char()
    old_shipping_partner_id = fields.Many2one(
        'res.partner',
        string='Old Address',
        readonly=True,
        copy=False,
    )
    old_fiscal_position_id = fields.Many2one(
        'account.fiscal.position',
        readonly=True,
        copy=False,
    )
    shipping_partner_id = fields.Many2one(
        'res.partner',
        string='New Address',
        readonly=True,
        copy=False,
    )

    # === BUSINESS METHODS - HOOKS === #

    @api.model
    def _get_blocked_reason_address_change(self, ticket):
        """Return why the ticket offers no change of address, or nothing."""
        return self._get_address_blocked_reason(ticket.sale_order_id)

    @api.model
    def _get_address_blocked_reason(self, order):
        """Return why the address of an order can't be changed, or nothing."""
        order_sudo = order.sudo()
        if order_sudo.state != 'sale':
            return self.env._('The order is not confirmed, or cancelled.')
        if order_sudo.picking_ids and not order_sudo._get_helpdesk_open_pickings():
            return self.env._(
                'All goods have left: %(transfers)s.',
                transfers=', '.join(order_sudo.picking_ids.mapped('name')),
            )
        return None

    def _check_address_change(self):
        """Refuse an address that can't be delivered to, and an order that has left."""
        self.ensure_one()
        if reason := self._get_address_blocked_reason(self.sale_order_id):
            raise UserError(reason)
        if self.line_ids or not self.currency_id.is_zero(self.amount):
            raise UserError(
                self.env._('A change of address gives nothing back: leave amount and lines empty.')
            )
        order_sudo = self.sale_order_id.sudo()
        if order_sudo._has_helpdesk_dropship():
            raise UserError(
                self.env._(
                    "A part of order %(order)s is sent by the supplier: its address can't change "
                    'here. Ask the purchase department to tell the supplier.',
                    order=order_sudo.name,
                )
            )
        self._check_no_open_address_change()
        self._check_address()

    def _check_no_open_address_change(self):
        """Refuse a second change while the warehouse is asked about the first."""
        other_sudo = self.sale_order_id.sudo().helpdesk_action_ids.filtered(
            lambda action: (
                action.action_type == 'address_change'
                and action.state in ('running', 'waiting', 'failed')
                and action.id != self.id
            )
        )[:1]
        if other_sudo:
            raise UserError(
                self.env._(
                    '%(user)s changes the address of this order already: %(message)s',
                    user=other_sudo.requester_id.name,
                    message=other_sudo.message or '',
                )
            )

    def _check_address(self):
        """Refuse an incomplete address; format the phone number."""
        country = self.country_id
        required = ['street', 'city', 'country_id']
        required += ['zip'] if country.zip_required else []
        required += ['state_id'] if country.state_required else []
        if missing := [name for name in required if not self[name]]:
            labels = self.fields_get(missing, ['string'])
            raise UserError(
                self.env._(
                    'The address is incomplete: %(fields)s.',
                    fields=', '.join(labels[name]['string'] for name in missing),
                )
            )
        if self.state_id and self.state_id.country_id != country:
            raise UserError(
                self.env._(
                    '%(state)s is not in %(country)s.',
                    state=self.state_id.name,
                    country=country.name,
                )
            )
        if self.phone:
            phone = self._phone_format(number=self.phone, country=country, force_format='E164')
            if not phone:
                raise UserError(
                    self.env._(
                        '%(phone)s is no phone number in %(country)s.',
                        phone=self.phone,
                        country=country.name,
                    )
                )
            self.phone = phone

    def _prepare_address_change_steps(self):
        """Return the steps: move what is free, ask the warehouse for the rest, tell."""
        pickings_sudo = self.sale_order_id._get_helpdesk_open_pickings()
        steps = [{'code': 'address_change'}]
        if any(picking._get_helpdesk_hold_reason() for picking in pickings_sudo):
            steps.append({'code': 'address_check'})
        return [*steps, {'code': 'notify'}]

    def _preview_address_change(self):
        """Return which documents a change of address touches, and which not."""
        self.ensure_one()
        order_sudo = self.sale_order_id.sudo()
        open_sudo = order_sudo._get_helpdesk_open_pickings()
        held_sudo = open_sudo.filtered(lambda picking: picking._get_helpdesk_hold_reason())
        gone_sudo = order_sudo.picking_ids.filtered(lambda picking: picking.state == 'done')
        sentences = [
            self.env._(
                'Order %(order)s and its next invoice get the new delivery address.',
                order=order_sudo.name,
            )
        ]
        if free_sudo := open_sudo - held_sudo:
            sentences.append(
                self.env._(
                    '%(transfers)s will go there.',
                    transfers=', '.join(free_sudo.mapped('name')),
                )
            )
        sentences += [
            self.env._(
                '%(transfer)s %(reason)s: the warehouse is asked to stop it first.',
                transfer=picking.name,
                reason=picking._get_helpdesk_hold_reason(),
            )
            for picking in held_sudo
        ]
        if gone_sudo:
            sentences.append(
                self.env._(
                    '%(transfers)s has left and keeps the old address.',
                    transfers=', '.join(gone_sudo.mapped('name')),
                )
            )
        if warning := self._get_tax_warning():
            sentences.append(warning)
        sentences.append(self.env._('Other orders and addresses of the customer do not change.'))
        return sentences

    def _get_tax_warning(self):
        """Return a warning if the order would be taxed otherwise at the new address."""
        order_sudo = self.sale_order_id.sudo()
        if not self.country_id:
            return None
        partner_sudo = self.shipping_partner_id.sudo() or self.env['res.partner'].sudo().new(
            self._prepare_address_vals()
        )
        new_sudo = (
            self.env['account.fiscal.position']
            .sudo()
            .with_company(order_sudo.company_id)
            ._get_fiscal_position(order_sudo.partner_id, partner_sudo)
        )
        old_sudo = (
            self.old_fiscal_position_id.sudo()
            if self.shipping_partner_id
            else (order_sudo.fiscal_position_id)
        )
        if new_sudo == old_sudo:
            return None
        none = self.env._('none')
        return self.env._(
            'Taxes: the fiscal position of this address is %(new)s, the order was taxed with '
            '%(old)s. The prices stay; tell the accountant.',
            new=new_sudo.name or none,
            old=old_sudo.name or none,
        )

    # === BUSINESS METHODS - STEPS === #

    def _step_address_change(self, step_sudo):
        """Make the address, and give it to the order and to the transfers that are free."""
        order_sudo = self.sale_order_id.sudo()
        self.old_shipping_partner_id = order_sudo.partner_shipping_id
        self.old_fiscal_position_id = order_sudo.fiscal_position_id
        self.shipping_partner_id = self._find_or_create_address()
        pickings_sudo = order_sudo._get_helpdesk_open_pickings().filtered(
            lambda picking: not picking._get_helpdesk_hold_reason()
        )
        # the system would ask somebody to update each open transfer, which is done here
        order_sudo.with_context(mail_activity_automation_skip=True).write(
            {
                'partner_shipping_id': self.shipping_partner_id.id,
            }
        )
        self._move_pickings(pickings_sudo)
        sentences = [
            self.env._(
                'New delivery address: %(address)s',
                address=self.shipping_partner_id._display_address(without_company=True).replace(
                    '\n', ', '
                ),
            )
        ]
        if pickings_sudo:
            sentences.append(', '.join(pickings_sudo.mapped('name')))
        if warning := self._get_tax_warning():
            sentences.append(warning)
        return 'done', '. '.join(sentences)

    def _undo_step_address_change(self, step_sudo):
        """Give the old address back to the order and to the transfers that have not left."""
        order_sudo = self.sale_order_id.sudo()
        order_sudo.with_context(mail_activity_automation_skip=True).write(
            {
                'partner_shipping_id': self.old_shipping_partner_id.id,
            }
        )
        self._move_pickings(
            order_sudo._get_helpdesk_open_pickings().filtered(
                lambda picking: picking.partner_id == self.shipping_partner_id
            ),
            self.old_shipping_partner_id,
        )

    def _step_address_check(self, step_sudo):
        """Ask the warehouse for what is printed or labelled; move what it has stopped."""
        pickings_sudo = self.sale_order_id._get_helpdesk_open_pickings().filtered(
            lambda picking: picking.partner_id != self.shipping_partner_id
        )
        held_sudo = pickings_sudo.filtered(
            lambda picking: (
                picking._get_helpdesk_hold_reason()
                and picking not in step_sudo._get_answered('stock.picking')
            )
        )
        self._move_pickings(pickings_sudo - held_sudo)
        for picking_sudo in held_sudo - step_sudo._get_unanswered('stock.picking'):
            step_sudo._ask(
                picking_sudo,
                picking_sudo._get_helpdesk_responsible() or self.requester_id,
                self.env._('Address change of %(order)s', order=self.sale_order_id.name),
                self.env._(
                    'This transfer %(reason)s. New address: %(address)s. Stop it and make a new '
                    'label, then mark this as done: the transfer gets the address. If it has left, '
                    'validate it.',
                    reason=picking_sudo._get_helpdesk_hold_reason(),
                    address=self.shipping_partner_id._display_address(without_company=True),
                ),
            )
        if held_sudo:
            return 'waiting', self.env._(
                'The warehouse was asked to stop %(transfers)s.',
                transfers=', '.join(held_sudo.mapped('name')),
            )
        gone_sudo = step_sudo._get_asked('stock.picking').filtered(lambda p: p.state == 'done')
        if gone_sudo:
            return 'done', self.env._(
                '%(transfers)s left to the old address.',
                transfers=', '.join(gone_sudo.mapped('name')),
            )
        return 'done', self.env._(
            '%(transfers)s was stopped and has the new address.',
            transfers=', '.join(step_sudo._get_asked('stock.picking').mapped('name')),
        )

    def _is_ready_address_check(self, step_sudo):
        """Return whether the warehouse answered, or released or sent what was held."""
        asked_sudo = step_sudo._get_asked('stock.picking')
        answered_sudo = step_sudo._get_answered('stock.picking')
        return any(
            picking in answered_sudo
            or picking.state in ('done', 'cancel')
            or not picking._get_helpdesk_hold_reason()
            for picking in asked_sudo
            if picking.partner_id != self.shipping_partner_id
        )

    def _undo_step_address_check(self, step_sudo):
        """Take the requests to the warehouse back."""
        step_sudo._withdraw()

    # === BUSINESS METHODS - TOOLS === #

    def _prepare_address_vals(self):
        """Return the values of the new address as a contact of the customer."""
        self.ensure_one()
        customer_sudo = self.sale_order_id.sudo().partner_id.commercial_partner_id
        return {
            'name': self.address_name or self.sale_order_id.sudo().partner_shipping_id.name,
            'parent_id': customer_sudo.id,
            'type': 'other',
            'lang': customer_sudo.lang,
            'company_id': customer_sudo.company_id.id,
            **{
                name: self._fields[name].convert_to_write(self[name], self)
                for name in ADDRESS_FIELDS
            },
        }

    def _find_or_create_address(self):
        """Return the contact with just this address, a new one unless the customer has it."""
        vals = self._prepare_address_vals()
        known_sudo = (
            self.env['res.partner']
            .sudo()
            .search(
                [(name, '=', value or False) for name, value in vals.items() if name != 'lang'],
                limit=1,
            )
        )
        return known_sudo or self.env['res.partner'].sudo().create(vals)

    def _move_pickings(self, pickings_sudo, partner=None):
        """Give transfers another address, by default the new one, and say so on them."""
        partner = partner or self.shipping_partner_id
        pickings_sudo.partner_id = partner
        for picking_sudo in pickings_sudo:
            picking_sudo.message_post(
                body=self.env._(
                    'Ticket %(ticket)s: delivery address changed to %(address)s',
                    ticket=self.ticket_id.ticket_ref,
                    address=partner._display_address(without_company=True),
                ),
                author_id=(self.requester_id or self.env.user).partner_id.id,
            )
