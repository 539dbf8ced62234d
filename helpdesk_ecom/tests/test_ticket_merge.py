from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import HelpdeskCommon


@tagged('post_install', '-at_install')
class TestTicketMerge(HelpdeskCommon):
    def test_target_of_a_chain(self):
        first, second, third, alone = (self._create_ticket(name=name) for name in 'abcd')
        first.sudo().merged_into_id = second
        second.sudo().merged_into_id = third
        self.assertEqual(first._get_merge_target(), third)
        self.assertEqual(third._get_merge_target(), third)
        self.assertEqual((first | second | alone)._get_merge_target(), third | alone)
        self.assertFalse(first._get_merge_target().env.su)

    def test_no_circle(self):
        first, second = (self._create_ticket(name=name) for name in 'ab')
        first.sudo().merged_into_id = second
        with self.assertRaises(ValidationError):
            second.sudo().merged_into_id = first

    def _post(self, ticket, body, **kwargs):
        """Return a mail of the customer on the ticket."""
        return ticket.sudo().message_post(
            body=body,
            author_id=self.customer.id,
            message_type='email',
            subtype_xmlid='mail.mt_comment',
            **kwargs,
        )

    def test_what_moves(self):
        """What people wrote and attached moves; the log of changes stays; nothing is mailed."""
        source, survivor = self._create_ticket(), self._create_ticket(name='Second mail about it')
        mail = self._post(source, 'It is in pieces', attachments=[('cup.txt', b'photo')])
        note = source.message_post(body='asked the warehouse')
        self.env.cr.flush()  # what is new keeps no log of changes
        source.priority = '2'
        self.env.cr.flush()
        log = source.sudo().message_ids.filtered('tracking_value_ids')
        activity = source.activity_schedule('mail.mail_activity_data_todo', user_id=self.agent.id)
        follower = self.env['res.partner'].create({'name': 'F', 'email': 'f@customer.example'})
        source.sudo().message_subscribe(follower.ids)
        rating = (
            self.env['rating.rating']
            .sudo()
            .create(
                {
                    'res_model_id': self.env['ir.model']._get_id('helpdesk.ticket'),
                    'res_id': source.id,
                    'rating': 5,
                    'consumed': True,
                }
            )
        )
        self.env.cr.flush()
        mails_before = self.env['mail.mail'].search_count([])

        self.assertEqual(source._merge_into(survivor), survivor)
        self.env.cr.flush()

        self.assertEqual(mail.res_id, survivor.id)
        self.assertEqual(mail.attachment_ids.res_id, survivor.id)
        self.assertEqual(note.res_id, survivor.id)
        self.assertEqual(log.res_id, source.id)
        self.assertEqual(activity.res_id, survivor.id)
        self.assertEqual(rating.res_id, survivor.id)
        self.assertEqual(survivor.rating_last_value, 5)
        self.assertIn(follower, survivor.message_partner_ids)
        self.assertFalse(source.active)
        self.assertTrue(source.fold)
        self.assertEqual(source.merged_into_id, survivor)
        self.assertIn(survivor.ticket_ref, ''.join(source.message_ids.mapped('body')))
        self.assertIn(source.ticket_ref, ''.join(survivor.message_ids.mapped('body')))
        self.assertEqual(self.env['mail.mail'].search_count([]), mails_before)

    def test_scheduled_message_moves(self):
        """An answer that waits for its hour goes out from the ticket that is left."""
        source, survivor = self._create_ticket(), self._create_ticket()
        message = self.env['mail.scheduled.message'].create(
            {
                'author_id': self.agent.partner_id.id,
                'body': 'Good morning',
                'model': source._name,
                'res_id': source.id,
                'scheduled_date': fields.Datetime.now() + timedelta(days=1),
            }
        )
        source._merge_into(survivor)
        self.assertEqual(message.res_id, survivor.id)

    def test_gaps_are_filled(self):
        """The survivor keeps what it has and takes the rest."""
        tags = self.env['helpdesk.tag'].create([{'name': 'x'}, {'name': 'y'}])
        type_issue = self.env.ref('helpdesk_ecom.type_issue')
        source = self._create_ticket(
            priority='3',
            tag_ids=tags[0].ids,
            user_id=self.agent_2.id,
            ticket_type_id=type_issue.id,
            email_cc='"Shop" <cc@customer.example>',
            description='<p>typed by hand</p>',
        )
        survivor = self._create_ticket(
            partner_id=False,
            priority='1',
            tag_ids=tags[1].ids,
            user_id=self.agent.id,
        )
        source._merge_into(survivor)
        self.assertEqual(survivor.partner_id, self.customer)
        self.assertEqual(survivor.partner_email, self.customer.email)
        self.assertEqual(survivor.priority, '3')
        self.assertEqual(survivor.tag_ids, tags)
        self.assertEqual(survivor.user_id, self.agent)
        self.assertEqual(survivor.ticket_type_id, type_issue)
        self.assertIn('cc@customer.example', survivor.email_cc)
        self.assertIn('typed by hand', survivor.message_ids[0].body)

    def test_open_question_reopens_the_survivor(self):
        source, survivor = self._create_ticket(), self._create_ticket()
        survivor.action_solve()
        source._merge_into(survivor)
        self.assertFalse(survivor.fold)

    def test_merge_into_a_merged_ticket(self):
        """Who merges into a ticket that is gone merges into the one that took its place."""
        first, second, third = (self._create_ticket(name=name) for name in 'abc')
        second._merge_into(third)
        self.assertEqual(first._merge_into(second), third)
        self.assertEqual(first.merged_into_id, third)
        with self.assertRaises(UserError):
            first._merge_into(self._create_ticket())

    def test_other_customer_needs_a_confirmation(self):
        other = self.env['res.partner'].create({'name': 'Other', 'email': 'o@customer.example'})
        source, survivor = self._create_ticket(partner_id=other.id), self._create_ticket()
        with self.assertRaises(UserError):
            source._merge_into(survivor)
        self.assertTrue(source.active)
        source._merge_into(survivor, confirmed=True)
        self.assertEqual(survivor.partner_id, self.customer)

    def test_same_customer(self):
        """Colleagues are one customer, and so is a bare address that belongs to a contact."""
        company = self.env['res.partner'].create({'name': 'Company', 'is_company': True})
        colleagues = self.env['res.partner'].create(
            [
                {'name': name, 'parent_id': company.id, 'email': f'{name}@customer.example'}
                for name in 'ab'
            ]
        )
        first, second = (self._create_ticket(partner_id=partner.id) for partner in colleagues)
        self.assertFalse((first | second)._has_several_customers())
        bare = self._create_ticket(partner_id=False, partner_email='B <b@customer.example>')
        bare.partner_id = False
        self.assertFalse((first | second | bare)._has_several_customers())
        self.assertTrue((first | bare)._has_several_customers())
        self.assertFalse((first | self._create_ticket(partner_id=False))._has_several_customers())

    def test_rights(self):
        """An agent merges what he may write, and nothing else."""
        private_team = self.env['helpdesk.team'].create(
            {
                'name': 'Private',
                'privacy_visibility': 'invited_internal',
                'member_ids': self.leader.ids,
            }
        )
        own = self._create_ticket()
        foreign = self.env['helpdesk.ticket'].create(
            {
                'name': 'Secret',
                'team_id': private_team.id,
                'partner_id': self.customer.id,
            }
        )
        for source, survivor in ((own, foreign), (foreign, own)):
            with self.assertRaises(AccessError):
                source.with_user(self.agent)._merge_into(survivor.with_user(self.agent))
        foreign.with_user(self.leader)._merge_into(own.with_user(self.leader))
        self.assertEqual(foreign.merged_into_id, own)

    def test_other_company_needs_a_confirmation(self):
        company = self.env['res.company'].create({'name': 'Second shop'})
        self.leader.company_ids |= company
        team = self.env['helpdesk.team'].create(
            {
                'name': 'Second',
                'company_id': company.id,
                'resource_calendar_id': False,
            }
        )
        leader_env = self.env(
            user=self.leader,
            context={'allowed_company_ids': (self.company | company).ids},
        )
        source = leader_env['helpdesk.ticket'].create(
            {
                'name': 'In the wrong shop',
                'team_id': team.id,
                'partner_id': self.customer.id,
            }
        )
        survivor = self._create_ticket().with_env(leader_env)
        with self.assertRaises(UserError):
            source._merge_into(survivor)
        source._merge_into(survivor, confirmed=True)
        self.assertEqual(source.merged_into_id, survivor)

    def test_many_tickets_cost_no_more_statements(self):
        """The work is done for all tickets at once: it does not grow with their number."""
        survivor, *others = (self._create_ticket(name=str(number)) for number in range(12))
        for ticket in others:
            self._post(ticket, 'hello')
        few, many = self.env['helpdesk.ticket'].union(*others[:2]), others[2:]
        counts = []
        for sources in (few, self.env['helpdesk.ticket'].union(*many)):
            self.env.cr.flush()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            sources.with_user(self.agent)._merge_into(survivor.with_user(self.agent))
            self.env.cr.flush()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 4)

    def test_wizard(self):
        """The agent sees the warning, confirms it and lands on the ticket that is left."""
        other = self.env['res.partner'].create({'name': 'Other', 'email': 'o@customer.example'})
        first, second = self._create_ticket(), self._create_ticket(partner_id=other.id)
        Wizard = (
            self.env['helpdesk.ticket.merge']
            .with_user(self.agent)
            .with_context(
                active_model='helpdesk.ticket',
                active_ids=(second | first).ids,
            )
        )
        with Form(Wizard) as form:
            self.assertEqual(form.survivor_id, first)
            self.assertTrue(form.has_several_customers)
            form.survivor_id = second
        wizard = form.save()
        with self.assertRaises(UserError):
            wizard.action_merge()
        wizard.is_confirmed = True
        action = wizard.action_merge()
        self.assertEqual(action['res_id'], second.id)
        self.assertEqual(first.merged_into_id, second)
