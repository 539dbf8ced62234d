from odoo import Command

from .common import HelpdeskOrderCommon


class OrderActionCommon(HelpdeskOrderCommon):
    """An order with a ticket, and short ways to act on it as the agent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket(sale_order_id=cls.order.id)
        cls.cups, cls.plates = cls.order.order_line
        cls.reason = cls.env.ref('helpdesk_ecom.reason_damaged')

    @classmethod
    def _new_refund(cls, lines=None, user=None, ticket=None, **vals):
        """Return a draft refund.

        :param dict lines: quantities by order line.
        """
        ticket = ticket or cls.ticket
        if lines:
            vals['line_ids'] = [
                Command.create({'order_line_id': line.id, 'quantity': quantity})
                for line, quantity in lines.items()
            ]
        return (
            cls.env['helpdesk.order.action']
            .with_user(user or cls.agent)
            .create(
                {
                    'ticket_id': ticket.id,
                    'action_type': 'refund',
                    'reason_id': cls.reason.id,
                    **vals,
                }
            )
        )

    def _refund(self, lines=None, **vals):
        """Return a refund, submitted and run to its end."""
        action = self._new_refund(lines, **vals)
        action.action_submit()
        self._commit()
        return action

    def _commit(self):
        """Let happen what happens at the commit of a request and after it."""
        self.env.cr.flush()
        self.env.cr.precommit.clear()
        hooks = [
            hook
            for hook in self.env.cr.postcommit._funcs
            if hook.__module__.startswith('odoo.addons.helpdesk_ecom')
        ]
        self.env.cr.postcommit.clear()
        with self.enter_registry_test_mode():
            for hook in hooks:
                hook()

    def _run_job(self):
        """Run the scheduled job."""
        self.env.cr.flush()
        self.env.cr.precommit.clear()
        with self.enter_registry_test_mode():
            self.env.ref('helpdesk_ecom.ir_cron_order_action').method_direct_trigger()

    @classmethod
    def _pay_by_bank(cls, invoice, amount=None):
        """Register a payment of the invoice, as an accountant does."""
        wizard = (
            cls.env['account.payment.register']
            .with_context(
                active_model='account.move',
                active_ids=invoice.ids,
            )
            .create({} if amount is None else {'amount': amount})
        )
        return wizard._create_payments()
