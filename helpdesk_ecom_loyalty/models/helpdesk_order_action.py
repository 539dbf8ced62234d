from odoo import api, fields, models
from odoo.exceptions import UserError

VOUCHER_TYPES = ('coupon', 'store_credit')


class HelpdeskOrderAction(models.Model):
    """What coupons and store credit have in common: for which order, and from which program."""

    _inherit = 'helpdesk.order.action'

    loyalty_program_id = fields.Many2one(
        'loyalty.program',
        string='Program',
        ondelete='restrict',
    )
    loyalty_valid_until = fields.Date(string='Valid until', help='Empty: for ever.')
    loyalty_card_id = fields.Many2one(
        'loyalty.card',
        string='Card',
        readonly=True,
        copy=False,
        ondelete='restrict',
    )
    loyalty_code = fields.Char(
        string='Code',
        compute='_compute_loyalty_code',
        compute_sudo=True,
        help='What the customer enters at the checkout.',
    )

    # === COMPUTE METHODS === #

    @api.depends('loyalty_card_id.code', 'loyalty_program_id.program_type', 'state')
    def _compute_loyalty_code(self):
        for action in self:
            usable = action.state != 'cancelled' and action.loyalty_program_id.program_type
            # a wallet is offered to its owner at the checkout, and knows no code
            is_code = usable and usable != 'ewallet'
            action.loyalty_code = is_code and action.loyalty_card_id.code

    # === BUSINESS METHODS === #

    def _gives_money_for_goods(self):
        """Override of `helpdesk_ecom`: a voucher stands for money."""
        return self.action_type in VOUCHER_TYPES or super()._gives_money_for_goods()

    @api.model
    def _get_voucher_blocked_reason(self, ticket, action_type):
        """Return why the ticket offers no coupon or store credit, or nothing."""
        if not ticket.sudo().team_id.use_coupons:
            return self.env._('The team of the ticket gives neither coupons nor store credit.')
        order_sudo = ticket.sale_order_id.sudo()
        if order_sudo.state not in ('sale', 'cancel'):
            return self.env._('The order is not confirmed: nothing was sold yet.')
        ledger = order_sudo._get_helpdesk_ledger()
        if not ledger['paid']:
            return self.env._('Nothing was paid for the order yet.')
        if not self._get_voucher_open_amount(ledger):
            return self.env._('All that was paid was given back already.')
        Program_sudo = self.env['loyalty.program'].sudo()
        kinds = order_sudo._recall_helpdesk(
            ('voucher kinds', order_sudo.company_id.id),
            lambda: Program_sudo._get_helpdesk_kinds(order_sudo.company_id),
        )
        if action_type not in kinds:
            return self._get_no_program_reason(action_type)
        return None

    @api.model
    def _get_voucher_open_amount(self, ledger):
        """Return how much may still be given, in the currency of the order: of what was paid.

        An invoice that nobody paid can be reduced, but there is no money to turn into vouchers.

        :param dict ledger: see `sale.order._get_helpdesk_ledger`.
        """
        currency = self.env['res.currency'].browse(ledger['currency_id'])
        unspent = currency.round(ledger['paid'] - ledger['refunded'])
        return max(min(ledger['open'], unspent), 0.0)

    def _ensure_within_limit(self):
        """Override of `helpdesk_ecom`: a voucher is given for money that came in.

        :raise UserError: if more was not paid, or was given back already.
        """
        super()._ensure_within_limit()
        if self.action_type not in VOUCHER_TYPES or self.exceed_limit:
            return
        ledger = self.sale_order_id._get_helpdesk_ledger(exclude=self)
        left = self._get_voucher_open_amount(ledger)
        if self.currency_id.compare_amounts(self.amount, left) <= 0:
            return
        raise UserError(
            self.env._(
                "%(amount)s can't be given for order %(order)s: of the %(paid)s that were paid, "
                '%(left)s are left.',
                amount=self._get_amount_label(),
                order=self.sale_order_id.name,
                paid=self._get_amount_label(ledger['paid']),
                left=self._get_amount_label(left),
            )
        )

    @api.model
    def _get_no_program_reason(self, action_type):
        """Return what is missing when there is no program to choose."""
        if action_type == 'coupon':
            return self.env._(
                'There is no program of coupons with a discount: ask a sales manager to make one.'
            )
        return self.env._(
            'There is no program of gift cards or eWallets: ask a sales manager to make one.'
        )

    def _check_voucher(self):
        """Refuse a coupon or store credit that the team, the order or the program doesn't allow."""
        self.ensure_one()
        order_sudo = self.sale_order_id.sudo()
        if not self.ticket_id.sudo().team_id.use_coupons:
            raise UserError(
                self.env._('The team of the ticket gives neither coupons nor store credit.')
            )
        if order_sudo.state not in ('sale', 'cancel'):
            raise UserError(
                self.env._(
                    'Order %(order)s is not confirmed: nothing was sold yet.',
                    order=order_sudo.name,
                )
            )
        if self.line_ids:
            raise UserError(
                self.env._('Coupons and store credit are given for the order as a whole.')
            )
        programs_sudo = (
            self.env['loyalty.program']
            .sudo()
            ._search_helpdesk(self.action_type, order_sudo.company_id)
        )
        if self.loyalty_program_id.sudo() not in programs_sudo:
            raise UserError(self.env._('Choose a program that is valid now.'))
        if self.loyalty_valid_until and self.loyalty_valid_until < fields.Date.context_today(self):
            raise UserError(self.env._('The day until which it is valid has passed already.'))

    def _gives_money(self):
        """Override of `helpdesk_ecom`: what was paid stays with the shop."""
        return self.action_type not in VOUCHER_TYPES and super()._gives_money()

    def _get_cancellable_states(self):
        """Override of `helpdesk_ecom`: what nobody has used can be taken back."""
        states = super()._get_cancellable_states()
        return (*states, 'done') if self.action_type in VOUCHER_TYPES else states

    def _get_submitted_notification(self):
        """Override of `helpdesk_ecom` to tell the code, until somebody closes it."""
        notification = super()._get_submitted_notification()
        if self.loyalty_code:
            notification['params'].update(
                message=self.env._('The code is %(code)s', code=self.loyalty_code),
                sticky=True,
            )
        return notification
