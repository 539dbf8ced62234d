"""People, a team and an order that the tests share. Nobody has more rights than the job needs."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, freeze_time, new_test_user


class HelpdeskCommon(TransactionCase):
    """A team with an agent, a leader, an approver, an admin, and a customer of the portal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.env.company.alias_domain_id = cls.env['mail.alias.domain'].search(
            [('name', '=', 'shop.example')]
        ) or cls.env['mail.alias.domain'].create({'name': 'shop.example'})
        cls.agent = cls._new_user('agent', 'group_helpdesk_user')
        cls.agent_2 = cls._new_user('agent_2', 'group_helpdesk_user')
        cls.leader = cls._new_user('leader', 'group_helpdesk_manager')
        cls.approver = cls._new_user('approver', 'group_helpdesk_approver')
        cls.admin = cls._new_user('helpdesk_admin', 'group_helpdesk_admin')
        cls.outsider = new_test_user(cls.env, 'outsider', groups='base.group_user')
        cls.customer = cls.env['res.partner'].create(
            {
                'name': 'Emma Clark',
                'email': 'emma.clark@customer.example',
                'phone': '+12125550123',
                'street': '12 Hudson Street',
                'city': 'New York',
                'state_id': cls.env.ref('base.state_us_27').id,
                'zip': '10013',
                'country_id': cls.env.ref('base.us').id,
                'lang': 'en_US',
            }
        )
        cls.team = cls.env['helpdesk.team'].create(
            {
                'name': 'Customer Care',
                'alias_name': 'care',
                'member_ids': [Command.set((cls.agent | cls.agent_2 | cls.leader).ids)],
            }
        )
        cls.stage_new, cls.stage_open, cls.stage_waiting, cls.stage_solved = (
            cls.env.ref(f'helpdesk_ecom.stage_{name}')
            for name in ('new', 'open', 'waiting', 'solved')
        )

    @classmethod
    def _new_user(cls, login, group):
        """Return a user with one helpdesk group and nothing else."""
        return new_test_user(
            cls.env,
            login,
            groups=f'helpdesk_ecom.{group}',
            name=login.replace('_', ' ').title(),
            email=f'{login}@shop.example',
        )

    @classmethod
    def _create_calendar(cls, name, *shifts, tz='UTC'):
        """Return working hours from Monday to Friday: pairs (from, to) of hours."""
        return cls.env['resource.calendar'].create(
            {
                'name': name,
                'tz': tz,
                'attendance_ids': [Command.clear()]
                + [
                    Command.create(
                        {
                            'name': f'{day}-{start}',
                            'dayofweek': str(day),
                            'hour_from': start,
                            'hour_to': stop,
                            'day_period': 'morning' if start < 12 else 'afternoon',
                        }
                    )
                    for day in range(5)
                    for start, stop in shifts
                ],
            }
        )

    def _set_now(self, moment):
        """Move the clock of the machine and of the transaction."""
        self.now = moment
        freezer = freeze_time(moment)
        freezer.start()
        self.addCleanup(freezer.stop)
        self.patch(type(self.env.cr), 'now', lambda _cr: self.now)

    def _let_fail(self, ticket, field):
        """Let an automation rule refuse to write a field of one ticket."""
        cls = type(self.env['helpdesk.ticket'])
        write = cls.write
        reason = 'A rule is broken'

        def fail(tickets, vals):
            if field in vals and ticket.id in tickets.ids:
                raise UserError(reason)
            return write(tickets, vals)

        self.patch(cls, 'write', fail)

    def _get_plan(self, query, index):
        """Return how PostgreSQL would answer a query that only this index can help with.

        A test's tables are so small that any index will do for the planner: the others are hidden
        from it, until the end of the test.

        :param odoo.tools.query.Query query: what ``_search`` returns
        :param str index: the index's name
        :rtype: str
        """
        self.env.flush_all()
        self.env.cr.execute('SET LOCAL enable_seqscan = off')
        self.env.cr.execute(
            """SELECT format('DROP INDEX %%I', other.relname)
                 FROM pg_index
                 JOIN pg_class other ON other.oid = indexrelid
                WHERE indrelid = (SELECT indrelid FROM pg_index WHERE indexrelid = %s::regclass)
                  AND indexrelid != %s::regclass
                  AND NOT indisprimary""",
            (index, index),
        )
        for (statement,) in self.env.cr.fetchall():
            self.env.cr.execute(statement)
        sql = query.select()
        self.env.cr.execute(f'EXPLAIN {sql.code}', sql.params)
        return '\n'.join(line for (line,) in self.env.cr.fetchall())

    @classmethod
    def _create_ticket(cls, **vals):
        """Return a ticket that the agent created."""
        return (
            cls.env['helpdesk.ticket']
            .with_user(cls.agent)
            .create(
                {
                    'name': 'Cup arrived broken',
                    'team_id': cls.team.id,
                    'partner_id': cls.customer.id,
                    **vals,
                }
            )
        )


class HelpdeskOrderCommon(HelpdeskCommon):
    """...and a confirmed order of three cups and two plates, both in stock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['ir.config_parameter'].sudo().set_param('sale.async_emails', 'True')
        cls.cup, cls.plate = cls.env['product.product'].create(
            [
                {
                    'name': name,
                    'is_storable': True,
                    'invoice_policy': 'order',
                    'list_price': price,
                    'taxes_id': [Command.clear()],
                }
                for name, price in (('Cup blue', 40.0), ('Plate', 10.0))
            ]
        )
        warehouse = cls.env['stock.warehouse'].search(
            [('company_id', '=', cls.company.id)],
            limit=1,
        )
        for product in cls.cup | cls.plate:
            cls.env['stock.quant']._update_available_quantity(product, warehouse.lot_stock_id, 50)
        cls.order = cls._create_order()

    @classmethod
    def _create_order(cls, partner=None, confirm=True, **vals):
        """Return an order of three cups and two plates (140.00 without tax)."""
        order = cls.env['sale.order'].create(
            {
                'partner_id': (partner or cls.customer).id,
                'order_line': [
                    Command.create({'product_id': cls.cup.id, 'product_uom_qty': 3}),
                    Command.create({'product_id': cls.plate.id, 'product_uom_qty': 2}),
                ],
                **vals,
            }
        )
        if confirm:
            order.action_confirm()
        return order

    @classmethod
    def _deliver(cls, order):
        """Validate the open deliveries of the order, whole."""
        for picking in order.picking_ids.filtered(lambda p: p.state not in ('done', 'cancel')):
            for move in picking.move_ids:
                move.quantity = move.product_uom_qty
                move.picked = True
            picking.button_validate()

    @classmethod
    def _invoice(cls, order):
        """Return the posted invoice of all that is to be invoiced."""
        invoice = order._create_invoices()
        invoice.action_post()
        return invoice

    @classmethod
    def _pay_online(cls, order, amount=None):
        """Return a finished online payment of the order, with the demo provider."""
        provider_sudo = (
            cls.env['payment.provider']
            .sudo()
            .search(
                [('code', '=', 'demo'), ('company_id', '=', cls.company.id)],
                limit=1,
            )
        )
        provider_sudo.state = 'test'
        Transaction_sudo = cls.env['payment.transaction'].sudo()
        tx_sudo = Transaction_sudo.create(
            {
                'provider_id': provider_sudo.id,
                'payment_method_id': provider_sudo.payment_method_ids[:1].id,
                'amount': order.amount_total if amount is None else amount,
                'currency_id': order.currency_id.id,
                'partner_id': order.partner_id.id,
                'operation': 'online_direct',
                'sale_order_ids': [Command.set(order.ids)],
                'reference': Transaction_sudo._compute_reference(
                    'demo',
                    sale_order_ids=[Command.set(order.ids)],
                ),
            }
        )
        tx_sudo._process('demo', {'reference': tx_sudo.reference, 'simulated_state': 'done'})
        tx_sudo._post_process()
        return tx_sudo
