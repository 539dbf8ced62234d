from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .portal_common import HelpdeskPortalHttpCommon
from .time_rule_common import MONDAY, HelpdeskTimeRuleCommon


@tagged('post_install', '-at_install')
class TestFollowUp(HelpdeskTimeRuleCommon):
    """A ticket that was closed on Monday; within 14 days an answer opens it again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.write({'use_follow_up': True, 'follow_up_day': 14})
        cls.tag = cls.env['helpdesk.tag'].create({'name': 'Broken'})

    def setUp(self):
        super().setUp()
        self.old = self._create_ticket(
            tag_ids=[Command.set(self.tag.ids)], email_cc='"Carl" <carl@copy.example>'
        )
        self.answer = self._say(self.old, self.agent.partner_id)
        self._solve(self.old)

    def _solve(self, ticket):
        ticket.action_solve()
        self.env.flush_all()  # with the date of now

    def _reply_after(self, days, ticket=None, **headers):
        """Let the customer answer some days after Monday; return the tickets that are new."""
        self._set_now(MONDAY + timedelta(days=days, minutes=1))
        ticket = ticket or self.old
        message = ticket.message_ids.filtered(lambda m: m.message_type == 'comment')[:1]
        headers.setdefault('In_Reply_To', message.message_id)
        with self.mock_mail_gateway():
            ticket, parked = self._receive(self._mail(**headers))
        self.assertFalse(parked)
        return ticket

    # === MAIL === #

    def test_within_the_grace_period(self):
        self.assertFalse(self._reply_after(13))
        self.assertFalse(self.old.fold)
        self.assertFalse(self.old.follow_up_ids)

    def test_later(self):
        new = self._reply_after(14)
        self.assertEqual(new.follow_up_of_id, self.old)
        self.assertEqual(self.old.follow_up_ids, new)
        self.assertTrue(self.old.fold)
        self.assertFalse(new.fold)
        for name in ('name', 'partner_id', 'partner_email', 'team_id', 'tag_ids', 'email_cc'):
            self.assertEqual(new[name], self.old[name], name)
        self.assertNotEqual(new.ticket_ref, self.old.ticket_ref)
        self.assertEqual(new.oldest_unanswered_customer_message_date, self.now)
        self.assertFalse(new.user_id)
        mail = new.message_ids.filtered(lambda message: message.message_type == 'email')
        self.assertEqual(mail.author_id, self.customer)
        self.assertNotIn(mail, self.old.message_ids)
        self.assertFalse(mail.parent_id)
        self.assertIn(new.ticket_ref, self.old.message_ids[0].body)
        self.assertIn(self.old.ticket_ref, ''.join(new.message_ids.mapped('body')))
        self.assertTrue(new.acknowledgement_due_date)  # by which the customer gets the new number

    def test_switched_off(self):
        self.team.use_follow_up = False
        self.assertFalse(self._reply_after(100))
        self.assertFalse(self.old.fold)

    def test_no_grace_at_all(self):
        self.team.follow_up_day = 0
        self.assertTrue(self._reply_after(0))

    def test_further_answers_to_the_old_one_arrive_in_the_new_one(self):
        new = self._reply_after(20)
        self.assertFalse(self._reply_after(21))
        self.assertFalse(self._reply_after(22, In_Reply_To=None, Subject=f'#{self.old.ticket_ref}'))
        mails = new.message_ids.filtered(lambda message: message.message_type == 'email')
        self.assertEqual(len(mails), 3)
        self.assertTrue(self.old.fold)

    def test_answers_to_the_new_one_stay_there(self):
        new = self._reply_after(20)
        self._say(new, self.agent.partner_id)
        self.assertFalse(self._reply_after(21, new))
        self.assertEqual(new.message_ids[0].message_type, 'email')

    def test_a_chain(self):
        """The new one is closed, too: its grace period counts, then it is followed up itself."""
        new = self._reply_after(20)
        self._solve(new)
        self.assertFalse(self._reply_after(30))
        self.assertFalse(new.fold)
        self._solve(new)
        third = self._reply_after(60)
        self.assertEqual(third.follow_up_of_id, new)
        self.assertEqual(self.old.follow_up_ids, new)

    def test_the_follow_up_was_merged(self):
        new, survivor = self._reply_after(20), self._create_ticket()
        new._merge_into(survivor)
        self.assertFalse(self._reply_after(21))
        self.assertEqual(survivor.message_ids[0].message_type, 'email')

    def test_the_follow_up_was_merged_into_the_old_one(self):
        new = self._reply_after(20)
        new._merge_into(self.old)
        self.assertFalse(self.old.fold)
        self._solve(self.old)
        self.assertEqual(self._reply_after(90).follow_up_of_id, self.old)

    def test_the_follow_up_was_archived(self):
        self._reply_after(20).active = False
        self.assertEqual(self._reply_after(21).follow_up_of_id, self.old)

    def test_the_old_one_was_reopened_by_hand(self):
        self._reply_after(20)
        self.old.action_reopen()
        self.assertFalse(self._reply_after(21))
        self.assertEqual(self.old.message_ids[0].message_type, 'email')

    def test_a_merged_ticket_is_followed_up_where_it_went_on(self):
        other = self._create_ticket()
        self._say(other, self.agent.partner_id)
        answer = other.message_ids[:1]
        other._merge_into(self.old)
        self._solve(self.old)
        self._set_now(MONDAY + timedelta(days=20))
        new, _parked = self._receive(self._reply(self.old, answer))
        self.assertEqual(new.follow_up_of_id, self.old)

    # === WHO === #

    def test_who_is_in_copy_is_not_the_customer(self):
        new = self._reply_after(20, From='Carl <carl@copy.example>')
        self.assertEqual(new.partner_id, self.customer)
        mail = new.message_ids.filtered(lambda message: message.message_type == 'email')
        self.assertFalse(mail.author_id & self.customer)
        self.assertIn('carl@copy.example', new.email_cc)
        self.assertFalse(new.unverified_email)

    def test_strangers_open_nothing(self):
        """As before they open the old ticket, where somebody has to vouch for them."""
        self.assertFalse(self._reply_after(20, From='Eve <eve@evil.example>'))
        self.assertIn('eve@evil.example', self.old.unverified_email)

    def test_colleagues_open_nothing(self):
        self.assertFalse(self._reply_after(20, From=self.agent.email))
        self.assertTrue(self.old.fold)

    def test_nobody_links_tickets_by_hand(self):
        ticket = self._create_ticket()
        with self.assertRaises(AccessError):
            ticket.follow_up_of_id = self.old

    def test_open_the_old_one(self):
        new = self._reply_after(20)
        action = new.with_user(self.agent).action_open_follow_up_of()
        self.assertEqual(action['res_id'], self.old.id)

    def test_of_two_answers_at_once_one_is_tried_again(self):
        """The second transaction conflicts on the old ticket's row, which the first has written."""
        before = self.old.follow_up_date
        self._reply_after(20)
        self.env.flush_all()
        self.env.cr.execute(
            'SELECT follow_up_date FROM helpdesk_ticket WHERE id = %s', [self.old.id]
        )
        self.assertNotEqual(self.env.cr.fetchone()[0], before)


@tagged('post_install', '-at_install')
class TestFollowUpPortal(HelpdeskPortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.write({'use_follow_up': True, 'follow_up_day': 14})
        cls.ticket.action_solve()
        cls.ticket.sudo().close_date -= timedelta(days=20)

    def _post(self, body='It broke again', **params):
        self.make_jsonrpc_request(
            '/mail/message/post',
            {
                'thread_model': 'helpdesk.ticket',
                'thread_id': self.ticket.id,
                'post_data': {
                    'body': body,
                    'message_type': 'comment',
                    'subtype_xmlid': 'mail.mt_comment',
                },
                **params,
            },
        )
        self.env.invalidate_all()
        return self.ticket.follow_up_ids

    def test_with_the_link(self):
        new = self._post(token=self.token)
        self.assertTrue(self.ticket.fold)
        self.assertEqual(len(new), 1)
        self.assertEqual(new.partner_id, self.customer)
        comment = new.message_ids.filtered(lambda message: message.message_type == 'comment')
        self.assertEqual(comment.author_id, self.customer)
        self.assertIn('It broke again', comment.body)
        self.assertNotIn('It broke again', ''.join(self.ticket.message_ids.mapped('body')))
        self.assertEqual(self._post('And again', token=self.token), new)

    def test_logged_in(self):
        self._login(self.colleague)
        new = self._post()
        self.assertEqual(new.partner_id, self.customer)
        self.assertIn('It broke again', ''.join(new.message_ids.mapped('body')))

    def test_within_the_grace_period(self):
        self.ticket.sudo().close_date += timedelta(days=10)
        self.assertFalse(self._post(token=self.token))
        self.assertFalse(self.ticket.fold)

    def test_agents_and_notes_stay(self):
        for author, subtype in ((self.agent.partner_id, 'comment'), (self.customer, 'note')):
            message = self.ticket.message_post(
                body='Bye',
                author_id=author.id,
                message_type='comment',
                subtype_xmlid=f'mail.mt_{subtype}',
            )
            self.assertEqual(message.res_id, self.ticket.id)

    def test_pages_lead_to_each_other(self):
        page = self.url_open(f'/my/ticket/{self.ticket.id}/{self.token}').text
        self.assertIn('What you write now opens a new one', page)
        new = self._post(token=self.token)
        page = self.url_open(f'/my/ticket/{self.ticket.id}/{self.token}').text
        self.assertIn(f'#{new.ticket_ref}', page)
        self.assertIn(new.access_token, page)
        page = self.url_open(f'/my/ticket/{new.id}/{new.access_token}').text
        self.assertIn(f'#{self.ticket.ticket_ref}', page)

    def test_no_way_to_what_is_hidden(self):
        """Neither to another customer's ticket nor to one of a team that is not public."""
        new = self._post(token=self.token)
        new.sudo().partner_id = self.stranger.partner_id
        page = self.url_open(f'/my/ticket/{self.ticket.id}/{self.token}').text
        self.assertNotIn(f'#{new.ticket_ref}', page)
        new.sudo().write({'partner_id': self.customer.id, 'team_id': self.private_team.id})
        page = self.url_open(f'/my/ticket/{self.ticket.id}/{self.token}').text
        self.assertNotIn(f'#{new.ticket_ref}', page)
