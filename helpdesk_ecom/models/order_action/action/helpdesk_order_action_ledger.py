from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_datetime


class HelpdeskOrderAction(models.Model):
    """An action as an entry of its order's ledger: what it gives, and how much may be given."""

    _inherit = 'helpdesk.order.action'

    # === BUSINESS METHODS === #

    def _get_given_amount(self):
        """Return what the action gives, for the ledger: not less than what may be lost by it."""
        self.ensure_one()
        return self.amount

    def _get_amount_at_stake(self):
        """Return over how much the action decides: that is what an approval is about."""
        self.ensure_one()
        return self._get_given_amount()

    def _prepare_ledger_entry(self):
        """Return the action as an entry of the ledger, see `sale.order._get_helpdesk_ledger`."""
        self.ensure_one()
        return {
            'name': self.display_name,
            'amount': self._get_given_amount(),
            'date': self.submit_date or self.create_date,
            'user': self.requester_id.name,
            'state': self.state,
            'model': self._name,
            'id': self.id,
        }

    def _ensure_within_limit(self):
        """Refuse to give back more than was paid, together with all that was given before.

        The order's ledger is locked. A team leader may exceed it, with a reason.

        :raise UserError: which says who gave what, and how much is left.
        """
        self.ensure_one()
        if self.exceed_limit:
            self._ensure_may_exceed()  # also for what costs nothing: it exceeds what was sold
        given = self._get_given_amount()
        if self.currency_id.compare_amounts(given, 0.0) < 0:
            # it would make room in the ledger for more than was paid
            raise UserError(self.env._('An amount that is given back has to be positive.'))
        if self.exceed_limit or self.currency_id.is_zero(given):
            return
        ledger = self.sale_order_id._get_helpdesk_ledger(exclude=self)
        if self.currency_id.compare_amounts(given, ledger['open']) <= 0:
            return
        if not ledger['limit']:
            raise UserError(
                self.env._(
                    'Nothing was paid or invoiced for order %(order)s: there is nothing to refund.',
                    order=self.sale_order_id.name,
                )
            )
        message = self.env._(
            "%(amount)s can't be refunded on order %(order)s: %(open)s of %(limit)s are left.",
            amount=self._get_amount_label(given),
            order=self.sale_order_id.name,
            open=self._get_amount_label(ledger['open']),
            limit=self._get_amount_label(ledger['limit']),
        )
        raise UserError('\n'.join([message, *self._get_ledger_sentences(ledger)]))

    def _ensure_may_exceed(self):
        """Refuse to exceed the limit without the right or without a reason."""
        requester = self.requester_id or self.env.user
        if not requester.has_group('helpdesk_ecom.group_helpdesk_manager'):
            raise UserError(
                self.env._('Only a team leader may give back more than the customer paid.')
            )
        if not (self.reason or '').strip():
            raise UserError(
                self.env._('Say the reason why more than the customer paid is given back.')
            )

    def _get_ledger_sentences(self, ledger):
        """Return who gave what before, one sentence for each entry of the ledger."""
        return [
            self.env._(
                '%(name)s: %(amount)s by %(user)s on %(date)s',
                name=entry['name'],
                amount=self._get_amount_label(entry['amount']),
                user=entry['user'],
                date=format_datetime(self.env, entry['date']),
            )
            for entry in ledger['entries']
        ]
