from odoo import Command
from odoo.tests import tagged, warmup

from .common import HelpdeskOrderCommon
from .common_mail import HelpdeskMailCommon


@tagged('post_install', '-at_install')
class TestSlaPerformance(HelpdeskOrderCommon, HelpdeskMailCommon):
    """What the clocks may cost in SQL statements."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Sla = cls.env['helpdesk.sla']
        cls.Sla.search([]).active = False
        cls.customer.tz = 'America/New_York'

    def _create_policies(self, *vals_list):
        policies = self.Sla.create(
            [{'name': f'Policy {number}', **vals} for number, vals in enumerate(vals_list)]
        )
        self.env.cr.flush()
        return policies

    def _count(self, function):
        """Return how many statements a function takes, what is flushed included."""
        self.env.cr.flush()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function()
        self.env.cr.flush()
        return self.env.cr.sql_log_count - before

    def test_mail_with_two_policies(self):
        """42 without policies."""
        self._create_policies(
            {'metric': 'first_response'},
            {'metric': 'resolution', 'time': 16, 'clock': 'customer'},
        )
        body = f'The cup of order {self.order.name} is broken'
        self.env['mail.thread'].message_process(None, self._mail(body))
        self.env['mail.thread'].message_process(None, self._mail(body))
        last = self._mail(body)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(43):
            ticket_id = self.env['mail.thread'].message_process(None, last)
            self.env.flush_all()
        ticket = self.env['helpdesk.ticket'].browse(ticket_id)
        self.assertEqual(len(ticket.sla_status_ids), 2)
        self.assertTrue(ticket.sla_deadline)

    @warmup
    def test_create_batch_with_five_policies(self):
        """At most 3 each are allowed; it is less than one."""
        self._create_policies(
            {'metric': 'first_response'},
            {'metric': 'resolution', 'clock': 'customer', 'time': 40},
            {'metric': 'resolution', 'clock': 'always', 'time': 48},
            {'metric': 'stage', 'stage_id': self.stage_open.id},
            {'metric': 'first_response', 'clock': 'always', 'priority': '2'},
        )
        self._create_ticket(priority='2')  # what is cached of policies was forgotten
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(16):
            tickets = (
                self.env['helpdesk.ticket']
                .with_user(self.agent)
                .create(
                    [
                        {
                            'name': f'Ticket {index}',
                            'team_id': self.team.id,
                            'partner_id': self.customer.id,
                            'priority': '2',
                        }
                        for index in range(100)
                    ]
                )
            )
            self.env.flush_all()
        self.assertEqual(len(tickets.sudo().sla_status_ids), 500)

    def test_create_without_policies_costs_nothing(self):
        def create():
            self._create_ticket()

        self._count(create)
        without = self._count(create)
        self.patch(type(self.env['helpdesk.ticket']), '_evaluate_sla', lambda *args: None)
        self.assertEqual(self._count(create), without)

    def test_stage(self):
        """Three more than without policies: find the clocks, write them, write the ticket."""

        def count_move():
            ticket = self._create_ticket().with_user(self.agent)
            stages = iter((self.stage_open, self.stage_waiting, self.stage_open))

            def move():
                ticket.stage_id = next(stages)

            self._count(move)
            return [self._count(move), self._count(move)]

        count_move()
        without = count_move()
        self._create_policies(
            {'metric': 'first_response', 'time': 3},
            {
                'metric': 'resolution',
                'time': 16,
                'exclude_stage_ids': [Command.set(self.stage_waiting.ids)],
            },
        )
        count_move()
        for paused, plain in zip(count_move(), without, strict=True):
            self.assertLessEqual(paused, plain + 3)

    def test_a_customers_message_while_somebody_waits_costs_nothing(self):
        def count_message():
            ticket = self._create_ticket()
            vals = {
                'author_id': self.customer.id,
                'message_type': 'email',
                'model': 'helpdesk.ticket',
                'res_id': ticket.id,
            }
            return self._count(lambda: self.env['mail.message'].create(vals))

        count_message()
        without = count_message()
        self._create_policies({'metric': 'first_response'}, {'metric': 'next_response'})
        count_message()
        self.assertEqual(count_message(), without)

    def test_re_evaluation_grows_by_rows_not_by_statements(self):
        tickets = (
            self.env['helpdesk.ticket']
            .with_user(self.agent)
            .create(
                [
                    {'name': f'{index}', 'team_id': self.team.id, 'partner_id': self.customer.id}
                    for index in range(60)
                ]
            )
        )
        self._create_policies(
            {'metric': 'resolution', 'time': 4}, {'metric': 'resolution', 'clock': 'customer'}
        )
        few = self._count(tickets[:10]._sync_sla)
        many = self._count(tickets[10:]._sync_sla)
        self.assertEqual(len(tickets.sudo().sla_status_ids), 120)
        self.assertLessEqual(many, few + 2)
