from odoo.tests import tagged, warmup

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
        ticket = self._measure(49, *(self._mail(body) for _index in range(2)))
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.sale_order_id, self.order)
        self.assertTrue(ticket.acknowledgement_due_date)

    def test_answer(self):
        ticket, _parked = self._receive(self._mail())
        self.assertEqual(
            self._measure(49, self._reply(ticket), self._reply(ticket)),
            ticket,
        )

    def test_mail_of_new_customer(self):
        """A contact has to be made, and be made once."""
        self._measure(60, self._mail(From='a@new.example'), self._mail(From='b@new.example'))

    def _create(self, count, **vals):
        return (
            self.env['helpdesk.ticket']
            .with_user(self.agent)
            .create([{'name': f'Ticket {index}', **vals} for index in range(count)])
        )

    @warmup
    def test_create_one(self):
        with self.assertQueryCount(22):
            self._create(1, team_id=self.team.id, partner_id=self.customer.id)
            self.env.flush_all()

    @warmup
    def test_create_one_by_email(self):
        with self.assertQueryCount(22):
            ticket = self._create(1, partner_email='emma.clark@customer.example')
            self.env.flush_all()
        self.assertEqual(ticket.partner_id, self.customer)

    @warmup
    def test_create_batch(self):
        """At most 3 each are allowed; it is less than one."""
        with self.assertQueryCount(30):
            self._create(100, team_id=self.team.id, partner_id=self.customer.id)
            self.env.flush_all()

    @warmup
    def test_create_batch_by_email(self):
        with self.assertQueryCount(30):
            tickets = self._create(100, partner_email='emma.clark@customer.example')
            self.env.flush_all()
        self.assertEqual(tickets.partner_id, self.customer)
