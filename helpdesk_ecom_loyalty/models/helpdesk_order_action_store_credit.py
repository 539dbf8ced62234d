from odoo import api, fields, models
from odoo.exceptions import UserError


class HelpdeskOrderAction(models.Model):
    """Store credit: an amount to buy for, on a gift card or in the customer's eWallet."""

    _inherit = 'helpdesk.order.action'

    action_type = fields.Selection(
        selection_add=[('store_credit', 'Store credit')],
        ondelete={'store_credit': 'cascade'},
    )

    # === BUSINESS METHODS - HOOKS === #

    @api.model
    def _get_blocked_reason_store_credit(self, ticket):
        """Return why the ticket offers no store credit, or nothing."""
        return self._get_voucher_blocked_reason(ticket, 'store_credit')

    def _check_store_credit(self):
        """Refuse store credit that can't be given, or of no amount."""
        self._check_voucher()
        if self.currency_id.compare_amounts(self.amount, 0.0) <= 0:
            raise UserError(self.env._('Say how much store credit is given.'))

    def _prepare_store_credit_steps(self):
        """Return the steps: the credit, and a note of it."""
        return [{'code': 'store_credit', 'amount': self.amount}, {'code': 'notify'}]

    def _preview_store_credit(self):
        """Return what the customer gets, and how it counts."""
        self.ensure_one()
        program_sudo = self.loyalty_program_id.sudo()
        if not program_sudo or self.currency_id.is_zero(self.amount):
            return []
        wallet_sudo = self._find_wallet()
        values = {
            'customer': self._get_card_owner().display_name,
            'program': program_sudo.name,
            'amount': self._get_amount_label(),
        }
        if wallet_sudo:
            sentences = [
                self.env._(
                    '%(amount)s are added to the %(program)s of %(customer)s, which has '
                    '%(points)s now.',
                    points=wallet_sudo.points_display,
                    **values,
                )
            ]
        else:
            sentences = [
                self.env._('%(customer)s gets %(amount)s on a new %(program)s.', **values),
                *self._get_validity_sentences(),
                *self._get_mail_sentences(),
            ]
        return [
            *sentences,
            *self._get_owner_sentences(),
            self.env._('No money is sent; it counts as given back.'),
            *self._preview_approval(),
        ]

    # === BUSINESS METHODS - STEPS === #

    def _step_store_credit(self, step_sudo):
        """Give the credit."""
        program_sudo = self.loyalty_program_id
        card_sudo = self._give_points(
            step_sudo,
            program_sudo._get_helpdesk_credit_points(self.amount, self.sale_order_id),
        )
        values = {
            'amount': self._get_amount_label(),
            'program': program_sudo.name,
            'customer': card_sudo.partner_id.display_name,
        }
        if program_sudo.program_type == 'ewallet':
            sentence = self.env._('%(amount)s in the %(program)s of %(customer)s', **values)
        else:
            sentence = self.env._(
                'code %(code)s, %(program)s of %(amount)s, for %(customer)s',
                code=card_sudo.code,
                **values,
            )
        return 'done', '. '.join([sentence, *self._get_validity_sentences()])

    def _undo_step_store_credit(self, step_sudo):
        """Take the credit back while it is unspent."""
        self._take_back_points(step_sudo)
