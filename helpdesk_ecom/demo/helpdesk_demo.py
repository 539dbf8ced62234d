from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.tools import SQL


class HelpdeskDemo(models.AbstractModel):
    """What the demo data cannot say in XML. Called from there alone: no method is public."""

    _name = 'helpdesk.demo'
    _description = 'Helpdesk Demo Data'

    # === SHOP === #

    @api.model
    def _activate_languages(self, codes):
        """Switch on the languages of the customers, as far as the database is ready for them."""
        for code in codes:
            self.env['res.lang']._activate_lang(code)

    @api.model
    def _put_in_stock(self, quantities):
        """Stock the main warehouse.

        :param dict[str, float] quantities: quantity for each XML id of a product.
        """
        location = (
            self.env['stock.warehouse']
            .search([('company_id', '=', self.env.ref('base.main_company').id)], limit=1)
            .lot_stock_id
        )
        for name, quantity in quantities.items():
            self.env['stock.quant']._update_available_quantity(
                self._demo_record(name), location, quantity
            )

    @api.model
    def _demo_record(self, name):
        """Return the record with this XML id of the addon."""
        return self.env.ref(f'helpdesk_ecom.{name}')

    @api.model
    def _fill_holidays(self, countries):
        """Fill in the public holidays of this year and the next.

        :param list[str] countries: XML ids of countries.
        """
        year = fields.Date.today().year
        records = self.env['res.country'].concat(*(self.env.ref(name) for name in countries))
        self.env['helpdesk.holiday']._fill(records, range(year, year + 2), 'en_US')

    # === ORDERS === #

    @api.model
    def _play_orders(self, stories):
        """Let things happen to orders, as they did days ago.

        :param dict[str, list] stories: for each XML id of an order a list of (step, days ago,
            further arguments); the steps are the methods `_play_<step>`.
        """
        # Confirmations would be mailed with a PDF, and nobody reads them.
        params = self.env['ir.config_parameter'].sudo()
        async_emails = params.get_param('sale.async_emails')
        params.set_param('sale.async_emails', 'True')
        orders = self.env['sale.order']
        for name, steps in stories.items():
            orders += (order := self._demo_record(name))
            for step, days, *args in steps:
                moment = fields.Datetime.now() - timedelta(days=days)
                getattr(self, f'_play_{step}')(order, moment, *args)
        orders.pending_email_template_id = False
        params.set_param('sale.async_emails', async_emails)

    @api.model
    def _play_confirm(self, order, moment):
        """Confirm the order."""
        order.action_confirm()
        order.date_order = moment

    @api.model
    def _play_pay(self, order, moment):
        """Pay the order online, where the demo provider is installed."""
        provider = self.env['payment.provider'].search(
            [
                ('code', '=', 'demo'),
                ('state', '=', 'test'),
                ('company_id', '=', order.company_id.id),
            ],
            limit=1,
        )
        if not provider:
            return
        Transaction = self.env['payment.transaction']
        links = {'sale_order_ids': [Command.set(order.ids)]}
        transaction = Transaction.create(
            {
                'provider_id': provider.id,
                'payment_method_id': provider.payment_method_ids[:1].id,
                'amount': order.amount_total,
                'currency_id': order.currency_id.id,
                'partner_id': order.partner_id.id,
                'operation': 'online_direct',
                'reference': Transaction._compute_reference('demo', **links),
                **links,
            }
        )
        transaction._process(
            'demo', {'reference': transaction.reference, 'simulated_state': 'done'}
        )
        transaction._post_process()
        transaction.last_state_change = moment

    @api.model
    def _play_deliver(self, order, moment, quantities=None):
        """Ship the order, or of each product (XML id) a quantity; the rest becomes a backorder."""
        wanted = {self._demo_record(name): qty for name, qty in (quantities or {}).items()}
        pickings = order.picking_ids.filtered(lambda p: p.state not in ('done', 'cancel'))
        for move in pickings.move_ids:
            move.quantity = wanted.get(move.product_id, 0 if wanted else move.product_uom_qty)
            move.picked = bool(move.quantity)
        pickings.with_context(skip_sms=True)._action_done()
        pickings.date_done = moment
        pickings.move_ids.filtered(lambda move: move.state == 'done').date = moment

    @api.model
    def _play_invoice(self, order, moment):
        """Invoice all that is to be invoiced."""
        invoice = order._create_invoices()
        invoice.invoice_date = moment.date()
        invoice.action_post()

    @api.model
    def _play_pay_invoice(self, order, moment):
        """Pay the invoices by bank transfer."""
        self._register_payment(order.invoice_ids, moment)

    @api.model
    def _play_refund(self, order, moment):
        """Credit the whole order; the money has not left yet."""
        order.invoice_ids._reverse_moves(
            [{'invoice_date': moment.date(), 'ref': self.env._('Returned by the customer')}]
        ).action_post()

    @api.model
    def _register_payment(self, moves, moment):
        """Register a bank payment of the invoices."""
        self.env['account.payment.register'].with_context(
            active_model='account.move', active_ids=moves.ids
        ).create({'payment_date': moment.date()})._create_payments()

    @api.model
    def _act_on_orders(self, actions):
        """Let agents act on the orders of tickets.

        :param dict[str, tuple] actions: for each XML id of a ticket those of the agent, the kind
            of action, the XML id of its reason, and of each product (XML id) a quantity.
        """
        for name, (user_name, kind, reason_name, quantities) in actions.items():
            ticket = self._demo_record(name)
            wanted = {self._demo_record(name): qty for name, qty in quantities.items()}
            action = (
                self.env['helpdesk.order.action']
                .with_user(self._demo_record(user_name))
                .create(
                    {
                        'ticket_id': ticket.id,
                        'action_type': kind,
                        'reason_id': self._demo_record(reason_name).id,
                        'line_ids': [
                            Command.create(
                                {'order_line_id': line.id, 'quantity': wanted[line.product_id]}
                            )
                            for line in ticket.sale_order_id.order_line
                            if line.product_id in wanted
                        ],
                    }
                )
            )
            action.action_submit()

    # === TICKETS === #

    @api.model
    def _backdate_tickets(self, hours):
        """Let tickets look as if they had been worked on for a while.

        :param dict[str, tuple] hours: for each XML id of a ticket the hours since it was created,
            assigned, and moved to its stage; None for what did not happen.
        """
        now = fields.Datetime.now()
        for name, ages in hours.items():
            ticket = self._demo_record(name)
            created, assigned, moved = (age and now - timedelta(hours=age) for age in ages)
            self._set_create_date(ticket, created)
            ticket.with_context(tracking_disable=True).write(
                {
                    'assign_date': assigned,
                    'close_date': ticket.fold and moved,
                    'date_last_stage_update': moved or created,
                    'oldest_unanswered_customer_message_date': created,
                }
            )
            if moved:
                self._log_stage(ticket, moved)

    @api.model
    def _start_clocks(self):
        """Start the clocks of all tickets when these were created; messages come later."""
        self.env['helpdesk.ticket'].with_context(active_test=False).search([])._sync_sla()
        self.env['helpdesk.sla'].search([]).sync_from_id = 0

    @api.model
    def _set_create_date(self, record, moment):
        """Write what the ORM does not let anybody write."""
        record.flush_recordset()
        self.env.cr.execute(
            SQL(
                'UPDATE %s SET create_date = %s WHERE id = %s',
                SQL.identifier(record._table),
                moment,
                record.id,
            )
        )
        record.invalidate_recordset(['create_date'])

    @api.model
    def _log_stage(self, ticket, moment):
        """Write the log of the move to the present stage, which the durations are counted from."""
        first_stage = ticket.team_id._get_opening_stage()
        message = self.env['mail.message'].create(
            {
                'model': ticket._name,
                'res_id': ticket.id,
                'message_type': 'notification',
                'subtype_id': self.env.ref('mail.mt_note').id,
                'author_id': (ticket.user_id or self.env.user).partner_id.id,
                'date': moment,
            }
        )
        tracking = self.env['mail.tracking.value'].create(
            {
                'mail_message_id': message.id,
                'field_id': self.env['ir.model.fields']._get(ticket._name, 'stage_id').id,
                'old_value_integer': first_stage.id,
                'old_value_char': first_stage.name,
                'new_value_integer': ticket.stage_id.id,
                'new_value_char': ticket.stage_id.name,
            }
        )
        self._set_create_date(tracking, moment)

    @api.model
    def _merge_tickets(self, merges):
        """Merge tickets, as an agent did hours ago.

        :param dict[str, tuple] merges: for each XML id of a ticket that of the one to keep, that
            of the agent, and the hours since then.
        """
        for name, (survivor_name, user_name, hours) in merges.items():
            source, survivor = self._demo_record(name), self._demo_record(survivor_name)
            known = source.message_ids | survivor.message_ids
            user = self._demo_record(user_name)
            source.with_user(user)._merge_into(survivor.with_user(user))
            notes = (source.message_ids | survivor.message_ids) - known
            notes.date = fields.Datetime.now() - timedelta(hours=hours)
