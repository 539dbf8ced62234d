from odoo import api, fields, models
from odoo.exceptions import UserError


class HelpdeskOrderAction(models.Model):
    """Coupon: a discount on the customer's next order.

    What it takes off counts in the ledger of this one. Of a percentage nobody knows that: it
    counts as if the next order were like this one, with the maximum that the program sets.
    """

    _inherit = 'helpdesk.order.action'

    action_type = fields.Selection(
        selection_add=[('coupon', 'Coupon')],
        ondelete={'coupon': 'cascade'},
    )

    # === COMPUTE METHODS === #

    @api.depends('loyalty_program_id', 'sale_order_id')
    def _compute_amount(self):
        """Override of `helpdesk_ecom`: a coupon is worth what its program says."""
        super()._compute_amount()
        for action in self:
            if action.action_type == 'coupon' and action.sale_order_id._filtered_access('read'):
                action.amount = action._get_coupon_value()

    # === BUSINESS METHODS - HOOKS === #

    @api.model
    def _get_blocked_reason_coupon(self, ticket):
        """Return why the ticket offers no coupon, or nothing."""
        return self._get_voucher_blocked_reason(ticket, 'coupon')

    def _check_coupon(self):
        """Refuse a coupon that can't be given; its value is what the program says, no other."""
        self._check_voucher()
        self.amount = self._get_coupon_value()
        if self.currency_id.is_zero(self.amount):
            raise UserError(
                self.env._(
                    'A coupon of %(program)s is worth nothing.',
                    program=self.loyalty_program_id.name,
                )
            )

    def _prepare_coupon_steps(self):
        """Return the steps: the coupon, and a note of its code."""
        return [{'code': 'coupon', 'amount': self.amount}, {'code': 'notify'}]

    def _preview_coupon(self):
        """Return what the customer gets, and how it counts."""
        self.ensure_one()
        program_sudo = self.loyalty_program_id.sudo()
        if not program_sudo:
            return []
        sentences = [
            self.env._(
                '%(customer)s gets a coupon of the program %(program)s: %(rewards)s.',
                customer=self._get_card_owner().display_name,
                program=program_sudo.name,
                rewards=', '.join(program_sudo.reward_ids.mapped('description')),
            ),
            *self._get_owner_sentences(),
            *self._get_validity_sentences(),
        ]
        if program_sudo._is_helpdesk_percentage():
            sentences.append(
                self.env._(
                    'It counts as %(amount)s given back: what it would take off this order.',
                    amount=self._get_amount_label(),
                )
            )
        else:
            sentences.append(
                self.env._('It counts as %(amount)s given back.', amount=self._get_amount_label())
            )
        return [*sentences, *self._get_mail_sentences(), *self._preview_approval()]

    # === BUSINESS METHODS - STEPS === #

    def _step_coupon(self, step_sudo):
        """Make the coupon."""
        points = self.loyalty_program_id._get_helpdesk_coupon_points()
        card_sudo = self._give_points(step_sudo, points)
        sentence = self.env._(
            'code %(code)s, %(program)s, for %(customer)s',
            code=card_sudo.code,
            program=card_sudo.program_id.name,
            customer=card_sudo.partner_id.display_name,
        )
        return 'done', '. '.join([sentence, *self._get_validity_sentences()])

    def _undo_step_coupon(self, step_sudo):
        """Take the coupon back while it is unused."""
        self._take_back_points(step_sudo)

    # === BUSINESS METHODS - TOOLS === #

    def _get_coupon_value(self):
        """Return what the coupon counts in the ledger of the order."""
        self.ensure_one()
        program_sudo = self.loyalty_program_id.sudo()
        if not program_sudo:
            return 0.0
        return program_sudo._get_helpdesk_coupon_value(self.sale_order_id.sudo())
