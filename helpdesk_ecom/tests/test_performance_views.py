from lxml import etree

from odoo import Command
from odoo.tests import tagged

from .common import HelpdeskOrderCommon

X2MANY_WIDGETS = ('many2many_tags', 'many2many_avatar_user')


@tagged('post_install', '-at_install')
class TestViewQueries(HelpdeskOrderCommon):
    """What the web client asks for costs a bounded number of queries, however many tickets."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tags = cls.env['helpdesk.tag'].create([{'name': name} for name in ('Cup', 'Customs')])
        cls.tickets = cls._create_tickets(8)

    @classmethod
    def _create_tickets(cls, count):
        """Return tickets of one customer, with all that a card shows, in every stage."""
        tickets = (
            cls.env['helpdesk.ticket']
            .with_user(cls.agent)
            .create(
                [
                    {
                        'name': f'Ticket {index}',
                        'team_id': cls.team.id,
                        'partner_id': cls.customer.id,
                        'sale_order_id': cls.order.id,
                        'user_id': (cls.agent, cls.agent_2, cls.leader)[index % 3].id,
                        'tag_ids': [Command.set(cls.tags.ids)],
                        'stage_id': cls.team.stage_ids[index % 4].id,
                    }
                    for index in range(count)
                ]
            )
        )
        for ticket in tickets:
            ticket.activity_schedule('mail.mail_activity_data_todo', user_id=cls.agent.id)
        cls.env.flush_all()
        return tickets

    def _get_spec(self, view_type):
        """Return the read specification that the web client makes of a view."""
        Ticket = self.env['helpdesk.ticket'].with_user(self.agent)
        arch = etree.fromstring(Ticket.get_view(view_type=view_type)['arch'])
        return self._get_spec_of_node(arch, Ticket)

    def _get_spec_of_node(self, root, model):
        spec = {}
        for node in root.xpath('.//field[not(ancestor::field)]' if root.tag != 'list' else 'field'):
            if root.get('js_class') == 'helpdesk_lean_list' and node.get('optional') == 'hide':
                continue
            field = model._fields[node.get('name')]
            spec[field.name] = {}
            subview = node.find('list')
            if subview is not None:
                spec[field.name]['fields'] = self._get_spec_of_node(
                    subview, model.env[field.comodel_name]
                )
                spec[field.name]['limit'] = int(subview.get('limit', 40))
            elif node.get('invisible') == '1' or node.get('column_invisible') == 'True':
                continue
            elif field.type == 'many2one' or node.get('widget') in X2MANY_WIDGETS:
                spec[field.name]['fields'] = {'display_name': {}}
        return spec

    def _count_queries(self, function):
        """Return how many queries a call costs once the caches of the registry are warm."""
        for _attempt in range(2):
            function()
            self.env.flush_all()
            self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function()
        return self.env.cr.sql_log_count - before

    def _assert_bounded(self, function, limit):
        """Check that the call costs no more than the limit, and not more with more tickets."""
        few = self._count_queries(function)
        self._create_tickets(24)
        many = self._count_queries(function)
        self.assertEqual(few, many, 'the number of queries grows with the number of tickets')
        self.assertLessEqual(many, limit)

    def test_form(self):
        """Opening a ticket of a customer who has others: lists in tabs are read when opened."""
        ticket = self.tickets[0].with_user(self.agent)
        ticket.sale_order_id = False
        spec = self._get_spec('form')
        self._assert_bounded(lambda: ticket.web_read(spec), 15)

    def test_form_with_order(self):
        """Opening a ticket with an order: what can be done to the order has to be found out."""
        ticket = self.tickets[0].with_user(self.agent)
        spec = self._get_spec('form')
        self._assert_bounded(lambda: ticket.web_read(spec), 17)

    def test_list(self):
        Ticket = self.env['helpdesk.ticket'].with_user(self.agent)
        spec = self._get_spec('list')
        self._assert_bounded(
            lambda: Ticket.web_search_read([('fold', '=', False)], spec, limit=80), 14
        )

    def test_board(self):
        Ticket = (
            self.env['helpdesk.ticket']
            .with_user(self.agent)
            .with_context(
                read_group_expand=True,
                default_team_id=self.team.id,
            )
        )
        spec = self._get_spec('kanban')
        self._assert_bounded(
            lambda: Ticket.web_read_group(
                [('team_id', '=', self.team.id)],
                ['stage_id'],
                auto_unfold=True,
                unfold_read_specification=spec,
                unfold_read_default_limit=40,
            ),
            24,
        )

    def test_search_of_a_customer(self):
        """Whoever types a part of a customer's name waits for no scan of all contacts."""
        Partner = self.env['res.partner'].with_user(self.agent)
        query = Partner._search([('display_name', 'ilike', 'mark')])
        plan = self._get_plan(query, 'res_partner_helpdesk_search_idx')
        self.assertIn('res_partner_helpdesk_search_idx', plan)
        self.assertNotIn('Seq Scan', plan)

    def test_progress_bar(self):
        Ticket = self.env['helpdesk.ticket'].with_user(self.agent)
        colors = {'done': 'success', 'blocked': 'danger', 'normal': '200'}
        self._assert_bounded(
            lambda: Ticket.read_progress_bar(
                [('fold', '=', False)],
                'stage_id',
                {'field': 'kanban_state', 'colors': colors},
            ),
            2,
        )

    def test_overview(self):
        """The counters of all teams cost two queries, whatever the number of teams."""
        teams = self.env['helpdesk.team'].with_user(self.agent).search([])
        counters = ['open_ticket_count', 'unassigned_tickets', 'urgent_ticket', 'ticket_closed']

        def read():
            teams.read(counters)

        few = self._count_queries(read)
        self.env['helpdesk.team'].create([{'name': f'Team {index}'} for index in range(5)])
        teams = self.env['helpdesk.team'].with_user(self.agent).search([])
        self.assertEqual(self._count_queries(read), few)
        self.assertLessEqual(few, 6)
