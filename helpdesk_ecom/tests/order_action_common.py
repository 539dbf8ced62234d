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

    @classmethod
    def _new_return(cls, lines, user=None, lots=None, **vals):
        """Return a draft return.

        :param dict lines: quantities by order line.
        :param dict lots: lots by order line.
        """
        return (
            cls.env['helpdesk.order.action']
            .with_user(user or cls.agent)
            .create(
                {
                    'ticket_id': cls.ticket.id,
                    'action_type': 'return',
                    'reason_id': cls.env.ref('helpdesk_ecom.reason_changed_mind').id,
                    'line_ids': [
                        Command.create(
                            {
                                'order_line_id': line.id,
                                'quantity': quantity,
                                'lot_ids': [
                                    Command.set((lots or {}).get(line, line.env['stock.lot']).ids)
                                ],
                            }
                        )
                        for line, quantity in lines.items()
                    ],
                    **vals,
                }
            )
        )

    def _return(self, lines, **vals):
        """Return a return, submitted and run as far as it goes."""
        action = self._new_return(lines, **vals)
        action.action_submit()
        self._commit()
        return action

    def _receive(self, action, quantities=None, backorder=True):
        """Receive the goods of a return, as the warehouse does, and run the job.

        :param dict quantities: by product; all that is expected where nothing is said.
        """
        for picking in action.sudo()._get_return_transfers():
            if picking.state in ('done', 'cancel'):
                continue
            for move in picking.move_ids:
                move.quantity = (quantities or {}).get(move.product_id, move.product_uom_qty)
                move.picked = True
            picking.with_context(
                skip_backorder=True, picking_ids_not_to_backorder=[] if backorder else picking.ids
            ).button_validate()
        self._run_job()

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
