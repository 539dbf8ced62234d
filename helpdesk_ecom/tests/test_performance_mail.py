from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged, warmup

from ..tools.incoming_mail import IncomingMail
from .common import HelpdeskOrderCommon
from .common_mail import HelpdeskMailCommon


@tagged('post_install', '-at_install')
class TestMailPerformance(HelpdeskOrderCommon, HelpdeskMailCommon):
    """What a mail and a ticket may cost in SQL statements, everything included.

    The same mail costs a lead of core 46, and a bare thread without any logic 40. One statement
    tells the inboxes of the agents.
    """

    def _measure(self, number, *raws):
        """Process the mails, the last one with cold caches within the number of statements."""
        *first, last = raws
        for raw in first:
            self.env['mail.thread'].message_process(None, raw)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(number):
            ticket_id = self.env['mail.thread'].message_process(None, last)
            self.env.flush_all()
        return self.env['helpdesk.ticket'].browse(ticket_id)

    def test_mail_of_known_customer_with_order(self):
        body = f'The cup of order {self.order.name} is broken'
        ticket = self._measure(42, *(self._mail(body) for _index in range(2)))
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.sale_order_id, self.order)
        self.assertTrue(ticket.acknowledgement_due_date)

    def test_answer(self):
        ticket, _parked = self._receive(self._mail())
        self.assertEqual(
            self._measure(47, self._reply(ticket), self._reply(ticket)),
            ticket,
        )

    def test_mail_describes_no_fields(self):
        """Core describes each field of the ticket, to learn whether it has a name."""
        original, described = fields.Field.get_description, []

        def get_description(field, env, attributes=None):
            described.append(str(field))
            return original(field, env, attributes)

        with patch.object(fields.Field, 'get_description', get_description):
            ticket, _parked = self._receive(self._mail())
        self.assertEqual(ticket.name, 'Cup arrived broken')
        self.assertIn('helpdesk.ticket.name', described)
        self.assertNotIn('helpdesk.ticket.color', described)

    def test_fields_are_described_to_all_others(self):
        incoming = IncomingMail(self._mail())
        Ticket = self.env['helpdesk.ticket'].with_context(helpdesk_incoming_mail=incoming)
        everything = self.env['helpdesk.ticket'].fields_get()
        self.assertEqual(Ticket.fields_get(), everything)
        incoming.opens_ticket = True
        self.assertEqual(list(Ticket.fields_get(['priority'])), ['priority'])
        self.assertEqual(list(Ticket.fields_get()), ['name'])
        self.assertEqual(Ticket.fields_get(), everything)

    def test_mail_of_new_customer(self):
        """A contact has to be made, and be made once."""
        self._measure(50, self._mail(From='a@new.example'), self._mail(From='b@new.example'))

    def _create(self, count, **vals):
        return (
            self.env['helpdesk.ticket']
            .with_user(self.agent)
            .create([{'name': f'Ticket {index}', **vals} for index in range(count)])
        )

    @warmup
    def test_create_one(self):
        with self.assertQueryCount(13):
            self._create(1, team_id=self.team.id, partner_id=self.customer.id)
            self.env.flush_all()

    @warmup
    def test_create_one_by_email(self):
        with self.assertQueryCount(14):
            ticket = self._create(1, partner_email='emma.clark@customer.example')
            self.env.flush_all()
        self.assertEqual(ticket.partner_id, self.customer)

    def test_reads_few_columns(self):
        """Of the customer, the company and the agent, each of which has more than a hundred."""
        author = self.agent.partner_id
        self._create(1, team_id=self.team.id, partner_id=self.customer.id)
        self.env.flush_all()
        self.env.invalidate_all()
        ticket = self._create(1, team_id=self.team.id, partner_id=self.customer.id)
        for known, unknown, record in (
            ('tz', 'vat', self.customer),
            ('helpdesk_tier_id', 'property_payment_term_id', self.customer),
            ('parent_path', 'report_footer', self.company),
            ('email', 'vat', author),
        ):
            with self.subTest(record=record, unknown=unknown):
                self.assertIn(known, record._cache)
                self.assertNotIn(unknown, record._cache)
        self.env.flush_all()
        self.env.invalidate_all()
        ticket.write({'stage_id': self.stage_open.id})
        self.env.flush_all()
        self.assertIn('name', self.company._cache)
        self.assertNotIn('report_footer', self.company._cache)

    def test_change_of_stage(self):
        """Neither the order nor the customer is read for it, nor who is in the team."""
        ticket = self._create(
            1, team_id=self.team.id, partner_id=self.customer.id, sale_order_id=self.order.id
        )
        self.assertLessEqual(
            {'name', 'stage_id', 'sale_order_id', 'properties'}, ticket._track_get_fields()
        )
        for stage in (self.stage_open, self.stage_waiting):  # the first one fills the caches
            self.env.flush_all()
            self.env.cr.precommit.run()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            ticket.write({'stage_id': stage.id})
            self.env.flush_all()
            self.env.cr.precommit.run()
        self.assertLessEqual(self.env.cr.sql_log_count - before, 11)

    @warmup
    def test_create_batch(self):
        """At most 3 each are allowed; it is less than one."""
        with self.assertQueryCount(13):
            self._create(100, team_id=self.team.id, partner_id=self.customer.id)
            self.env.flush_all()

    @warmup
    def test_create_batch_by_email(self):
        with self.assertQueryCount(14):
            tickets = self._create(100, partner_email='emma.clark@customer.example')
            self.env.flush_all()
        self.assertEqual(tickets.partner_id, self.customer)
