from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .common_mail import HelpdeskMailCommon
from .routing_common import HelpdeskRoutingCommon


@tagged('post_install', '-at_install')
class TestRoutingResults(HelpdeskRoutingCommon, HelpdeskMailCommon):
    """What a ticket gets, and what stays."""

    def test_everything_at_once(self):
        ticket_type = self.env['helpdesk.ticket.type'].create({'name': 'Claim'})
        rule = self._rule(
            'Germans',
            country_ids=self.germany,
            team_id=self.team_2.id,
            user_id=self.expert.id,
            priority='2',
            ticket_type_id=ticket_type.id,
            tag_ids=self.tag,
            skill_ids=self.skill | self.skill_2,
        )
        ticket = self._create_ticket(partner_id=self.hans.id, tag_ids=[Command.set(self.tag_2.ids)])
        self.assertEqual(ticket.team_id, self.team_2)
        self.assertEqual(ticket.user_id, self.expert)
        self.assertEqual(ticket.priority, '2')
        self.assertEqual(ticket.ticket_type_id, ticket_type)
        self.assertEqual(ticket.tag_ids, self.tag | self.tag_2)
        self.assertEqual(ticket.skill_ids, self.skill | self.skill_2)
        self.assertEqual(ticket.routing_rule_id, rule)
        self.assertIn(ticket.stage_id, self.team_2.stage_ids)
        log = self._get_log(ticket)
        for text in ('Germans', 'Second Level', 'High', 'Expert', 'Germany', 'Porcelain'):
            self.assertIn(text, log)
        self.flush_tracking()
        self.assertFalse(ticket.sudo().message_ids.tracking_value_ids, 'The note says it')

    def test_agent_is_told(self):
        self._rule('Expert', user_id=self.expert.id)
        with self.mock_mail_gateway():
            ticket = self._create_ticket()
        notification = self.env['mail.notification'].search(
            [
                ('mail_message_id.model', '=', ticket._name),
                ('mail_message_id.res_id', '=', ticket.id),
                ('res_partner_id', '=', self.expert.partner_id.id),
            ]
        )
        self.assertEqual(len(notification), 1)

    def test_order_of_the_rules(self):
        first = self._rule('First', priority='1', sequence=1)
        second = self._rule('Second', priority='2', sequence=2)
        self.assertEqual(self._create_ticket().routing_rule_id, first)
        second.sequence = 0
        self.assertEqual(self._create_ticket().priority, '2')

    def test_rules_add_up(self):
        self._rule('One', priority='1', tag_ids=self.tag, stop=False, sequence=1)
        last = self._rule('Two', priority='3', tag_ids=self.tag_2, sequence=2)
        self._rule('Three', skill_ids=self.skill, sequence=3)
        ticket = self._create_ticket()
        self.assertEqual(ticket.priority, '1', 'The first rule decides')
        self.assertEqual(ticket.tag_ids, self.tag | self.tag_2)
        self.assertFalse(ticket.skill_ids, 'The second rule ended the list')
        self.assertEqual(ticket.routing_rule_id, last)
        self.assertNotIn('Urgent<', self._get_log(ticket))

    def test_what_was_given_by_hand_stays(self):
        claim, question = self.env['helpdesk.ticket.type'].create(
            [{'name': 'Claim'}, {'name': 'Ask'}]
        )
        rule = self._rule(
            'All',
            priority='1',
            user_id=self.expert.id,
            ticket_type_id=claim.id,
            team_id=self.team_2.id,
        )
        other_team = self.env['helpdesk.team'].create({'name': 'Third'})
        vals = {
            'priority': '3',
            'user_id': self.agent_2.id,
            'ticket_type_id': question.id,
            'team_id': other_team.id,
        }
        ticket = self._create_ticket(**vals)
        for name, value in vals.items():
            self.assertEqual(
                ticket._fields[name].convert_to_write(ticket[name], ticket), value, name
            )
        self.assertEqual(ticket.routing_rule_id, rule)
        rule.override = True
        ticket = self._create_ticket(**vals)
        self.assertEqual(ticket.priority, '1')
        self.assertEqual(ticket.user_id, self.expert)
        self.assertEqual(ticket.ticket_type_id, claim)
        self.assertEqual(ticket.team_id, self.team_2)

    def test_defaults_of_a_menu_are_given_by_hand(self):
        self._rule('All', user_id=self.expert.id)
        ticket = (
            self.env['helpdesk.ticket']
            .with_user(self.agent)
            .with_context(default_user_id=self.agent.id)
            .create({'name': 'Mine'})
        )
        self.assertEqual(ticket.user_id, self.agent)

    def test_default_team_is_no_choice(self):
        """The form sends the agent's own team along."""
        self._rule('All', team_id=self.team_2.id, priority='2')
        with Form(self.env['helpdesk.ticket'].with_user(self.agent)) as form:
            form.name = 'Cup'
            self.assertEqual(form.team_id, self.team)
        self.assertEqual(form.record.team_id, self.team_2)
        self.assertEqual(form.record.priority, '2', 'so is the lowest priority')
        with Form(self.env['helpdesk.ticket'].with_user(self.expert)) as form:
            form.name = 'Cup'
            form.team_id = self.team
        self.assertEqual(form.record.team_id, self.team, 'chosen by hand')

    def test_agent_who_may_not_look_at_the_new_team(self):
        """He keeps seeing what he entered."""
        self.team_2.privacy_visibility = 'invited_internal'
        self._rule('All', team_id=self.team_2.id)
        ticket = self._create_ticket()
        self.env.invalidate_all()
        self.assertEqual(ticket.with_user(self.agent).team_id.id, self.team_2.id)

    def test_nothing_to_change(self):
        self._rule('Keep', team_id=self.team.id)
        ticket = self._create_ticket()
        self.assertEqual(ticket.team_id, self.team)
        self.assertIn('Keep', self._get_log(ticket))

    def test_names_are_escaped(self):
        self._rule('<script>x</script>', words='<b>cup</b>,cup')
        log = self._get_log(self._create_ticket())
        self.assertNotIn('<script>', log)
        self.assertIn('&lt;script&gt;', log)

    def test_archived_team_and_agent(self):
        rule = self._rule('All', team_id=self.team_2.id, priority='2')
        self.team_2.active = False
        ticket = self._create_ticket()
        self.assertEqual((ticket.team_id, ticket.priority), (self.team, '2'))
        self.assertIn('archived', rule.problem)
        rule.write({'team_id': False, 'user_id': self.expert.id})
        self.expert.active = False
        self.assertFalse(self._create_ticket().user_id)
        self.assertIn('archived', rule.problem)

    def test_agent_without_access(self):
        """Whoever can't open a ticket is not given any."""
        rule = self._rule('All', user_id=self.outsider.id, priority='2')
        ticket = self._create_ticket()
        self.assertEqual((ticket.user_id, ticket.priority), (self.env['res.users'], '2'))
        self.assertIn('no access', rule.problem)
        domain = self.Rule._get_agent_domain()
        self.assertNotIn(self.outsider, self.env['res.users'].search(domain))
        self.assertIn(self.agent, self.env['res.users'].with_user(self.leader).search(domain))

    def test_copy_is_not_routed_by_what_took_the_original(self):
        self._rule('All', priority='2', mood='angry')
        ticket = self._create_ticket(mood='angry')
        ticket.mood = False
        self.assertFalse(ticket.copy().routing_rule_id)

    # === WAYS IN === #

    def test_mail(self):
        """By language, country and channel; the team of the mailbox is no choice."""
        rule = self._rule(
            'Mail',
            lang_ids=self.lang_fr,
            country_ids=self.germany,
            channel_ids=self.env.ref('helpdesk_ecom.channel_email'),
            team_id=self.team_2.id,
        )
        ticket, _parked = self._receive(self._mail(From='Hans <hans@customer.example>'))
        self.assertEqual((ticket.routing_rule_id, ticket.team_id), (rule, self.team_2))
        ticket, _parked = self._receive(self._mail())
        self.assertFalse(ticket.routing_rule_id)
        self.assertEqual(ticket.team_id, self.team)

    def test_words_of_a_mail(self):
        rule = self._rule('Words', words='broken', priority='2')
        ticket, _parked = self._receive(self._mail('It is broken.', Subject='Hello'))
        self.assertEqual(ticket.routing_rule_id, rule)
        answer, _parked = self._receive(self._mail('It is fine.', Subject='Hello'))
        self.assertFalse(answer.routing_rule_id)

    def test_portal(self):
        rule = self._rule('Words', words='broken', team_id=self.team_2.id)
        portal_user = new_test_user(
            self.env, 'emma', groups='base.group_portal', partner_id=self.customer.id
        )
        ticket_sudo = (
            self.env['helpdesk.ticket']
            .with_user(portal_user)
            ._create_from_portal(self.customer, self.team, subject='Hello', text='It is\nbroken')
        )
        self.assertEqual((ticket_sudo.routing_rule_id, ticket_sudo.team_id), (rule, self.team_2))

    def test_api(self):
        rule = self._rule('API', country_ids=self.germany, team_id=self.team_2.id)
        ticket = (
            self.env['helpdesk.ticket']
            .with_user(self.agent)
            .create({'name': 'Cup', 'partner_email': 'hans@customer.example'})
        )
        self.assertEqual((ticket.routing_rule_id, ticket.team_id), (rule, self.team_2))

    # === ROUTE AGAIN === #

    def test_route_again(self):
        ticket, closed = self._create_ticket(priority='3'), self._create_ticket()
        closed.action_solve()
        rule = self._rule('Later', priority='1', team_id=self.team_2.id)
        action = (ticket | closed).with_user(self.leader).action_reroute()
        self.assertIn('1 of 2', action['params']['message'])
        self.assertEqual((ticket.routing_rule_id, ticket.priority), (rule, '1'))
        self.assertEqual(ticket.team_id, self.team_2)
        self.assertFalse(closed.routing_rule_id)

    def test_route_again_by_the_words_of_the_customer(self):
        ticket, _parked = self._receive(self._mail('It is broken.', Subject='Hello'))
        ticket.with_user(self.agent).message_post(body='An elephant?')
        wrong = self._rule('Agent', words='elephant', priority='1')
        right = self._rule('Customer', words='broken', priority='2')
        ticket.with_user(self.leader).action_reroute()
        self.assertEqual(ticket.routing_rule_id, right)
        self.assertNotEqual(ticket.routing_rule_id, wrong)

    def test_agents_do_not_route_again(self):
        ticket = self._create_ticket()
        with self.assertRaisesRegex(AccessError, 'team leaders'):
            ticket.with_user(self.agent).action_reroute()
