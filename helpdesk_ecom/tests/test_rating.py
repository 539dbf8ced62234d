from odoo.tests import HttpCase, new_test_user, tagged

from .common import HelpdeskCommon


@tagged('post_install', '-at_install')
class TestRating(HelpdeskCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.use_rating = True

    def _get_requests(self, ticket):
        return (
            self.env['mail.mail']
            .sudo()
            .search(
                [
                    ('model', '=', 'helpdesk.ticket'),
                    ('res_id', '=', ticket.id),
                    ('subject', 'ilike', 'How did we do'),
                ]
            )
        )

    def test_asked_once(self):
        """The customer is asked when the ticket is closed, and not again after a re-opening."""
        ticket = self._create_ticket(user_id=self.agent.id)
        ticket.action_solve()
        request = self._get_requests(ticket)
        self.assertEqual(request.recipient_ids, self.customer)
        self.assertIn('/rate/', request.body_html)
        ticket.action_reopen()
        ticket.action_solve()
        self.assertEqual(self._get_requests(ticket), request)

    def test_not_asked(self):
        """Nobody is asked where the team does not, without an address, and after a merge."""
        nobody = self._create_ticket(partner_id=False)
        nobody.action_solve()
        source, survivor = self._create_ticket(), self._create_ticket()
        source._merge_into(survivor)
        self.team.use_rating = False
        quiet = self._create_ticket()
        quiet.action_solve()
        for ticket in (nobody, source, quiet):
            self.assertFalse(self._get_requests(ticket))

    def test_customer_closes_and_rates(self):
        """A ticket closed by the customer asks, too; the answer counts for the agent and team."""
        ticket = self._create_ticket(user_id=self.agent.id)
        portal = new_test_user(
            self.env, 'emma', groups='base.group_portal', partner_id=self.customer.id
        )
        ticket.with_user(portal).sudo().action_solve()
        self.assertTrue(self._get_requests(ticket))
        rating = ticket.sudo().rating_ids
        self.assertEqual(rating.rated_partner_id, self.agent.partner_id)
        self.assertEqual(rating.partner_id, self.customer)

        page = self.url_open(f'/rate/{rating.access_token}/5')
        self.assertEqual(page.status_code, 200)
        ticket.sudo().rating_apply(5, token=rating.access_token, feedback='Very kind')
        self.assertEqual(ticket.rating_last_value, 5)
        self.assertEqual(self.team.rating_avg, 5)
        message = ticket.sudo().message_ids.filtered('rating_ids')
        self.assertEqual(message.subtype_id, self.env.ref('helpdesk_ecom.mt_ticket_rating'))
        self.assertFalse(ticket.oldest_unanswered_customer_message_date)
