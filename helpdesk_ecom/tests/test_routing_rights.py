from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common_mail import HelpdeskMailCommon
from .routing_common import HelpdeskRoutingCommon


@tagged('post_install', '-at_install')
class TestRoutingRights(HelpdeskRoutingCommon, HelpdeskMailCommon):
    """Who may do what, and what it costs."""

    def test_leaders_configure_and_agents_read(self):
        rule = self._rule('Rule', priority='2')
        self.assertEqual(rule.with_user(self.agent).name, 'Rule')
        self.assertIn('High', rule.with_user(self.agent).result_text)
        for forbidden in (
            lambda: rule.with_user(self.agent).write({'name': 'Mine'}),
            lambda: rule.with_user(self.agent).unlink(),
            lambda: rule.with_user(self.agent).copy(),
            lambda: rule.with_user(self.outsider).read(['name']),
            lambda: self.skill.with_user(self.agent).write({'name': 'Mine'}),
        ):
            with self.assertRaises(AccessError):
                forbidden()

    def test_form(self):
        with Form(self.Rule) as form:
            form.name = 'French from Germany'
            form.lang_ids.add(self.lang_fr)
            form.country_ids.add(self.germany)
            form.words = 'refund, money back'
            form.priority = '3'
            form.team_id = self.team_2
        rule = form.record
        self.assertTrue(rule.stop)
        self.assertEqual(
            rule.condition_text,
            'Language: French / Français · Country: Germany · Words: “refund” or “money back”',
        )
        self.assertEqual(rule.result_text, 'Team: Second Level · Priority: Urgent')
        self.assertEqual(rule.copy().name, 'French from Germany (copy)')
        self._create_ticket(partner_id=self.hans.id, name='Refund')
        self.assertEqual(rule.ticket_count, 1)
        tickets = self.env['helpdesk.ticket'].search(rule.action_open_tickets()['domain'])
        self.assertEqual(len(tickets), 1)

    def test_companies(self):
        company = self.env['res.company'].create({'name': 'Other Shop'})
        other_team = self.env['helpdesk.team'].create(
            {'name': 'Other Team', 'company_id': company.id, 'member_ids': False}
        )
        Rule = self.env['helpdesk.routing.rule']
        theirs = Rule.create({'name': 'Theirs', 'company_id': company.id, 'priority': '3'})
        shared = Rule.create({'name': 'All', 'company_id': False, 'priority': '1', 'sequence': 20})
        self.assertEqual(self._create_ticket().routing_rule_id, shared)
        ticket = self.env['helpdesk.ticket'].create({'name': 'Cup', 'team_id': other_team.id})
        self.assertEqual(ticket.routing_rule_id, theirs)
        self.assertEqual(self.Rule.search([('id', 'in', (theirs | shared).ids)]), shared)
        with self.assertRaises(UserError):
            Rule.create({'name': 'Mixed', 'team_id': other_team.id})

    def test_rules_of_all_companies(self):
        """Leaders read them; administrators change them."""
        shared = self.Rule.with_user(self.admin).create({'name': 'All', 'company_id': False})
        own = self._rule('Own')
        self.assertEqual(shared.with_user(self.leader).name, 'All')
        self.assertEqual(shared.with_user(self.agent).name, 'All')
        for forbidden in (
            lambda: self._rule('Mine', company_id=False),
            lambda: own.write({'company_id': False}),
            lambda: shared.with_user(self.leader).write({'priority': '3'}),
            lambda: shared.with_user(self.leader).unlink(),
        ):
            with self.assertRaises(AccessError):
                forbidden()
        shared.with_user(self.admin).write({'priority': '3'})
        own.with_user(self.leader).unlink()

    # === COSTS === #

    def _create_many(self, count):
        return (
            self.env['helpdesk.ticket']
            .with_user(self.agent)
            .create(
                [
                    {'name': f'T {i}', 'team_id': self.team.id, 'partner_id': partner.id}
                    for i in range(count)
                    for partner in [(self.customer, self.hans)[i % 2]]
                ]
            )
        )

    def _count(self, count):
        """Return the number of statements that some tickets cost, with warm caches."""
        self._create_many(2)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._create_many(count)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_nothing_without_rules(self):
        with patch.object(self.env.registry['helpdesk.ticket'], '_route', lambda self, given: self):
            before = self._count(1), self._count(50)
        self.assertEqual((self._count(1), self._count(50)), before)

    def test_mail(self):
        """A mail that a rule takes costs a write and a note more than one that no rule takes."""

        def count(raw):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            ticket_id = self.env['mail.thread'].message_process(None, raw)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before, ticket_id

        for raw in (self._mail(), self._mail()):
            without, _ticket_id = count(raw)
        rule = self._rule(
            'Words',
            words='broken',
            channel_ids=self.env.ref('helpdesk_ecom.channel_email'),
            team_id=self.team_2.id,
            priority='2',
        )
        for raw in (self._mail(), self._mail()):
            taken, ticket_id = count(raw)
        self.assertEqual(self.env['helpdesk.ticket'].browse(ticket_id).routing_rule_id, rule)
        rule.words = 'something else'
        for raw in (self._mail(), self._mail()):
            refused, _ticket_id = count(raw)
        self.assertEqual(refused, without, 'to ask a rule costs nothing')
        self.assertLessEqual(taken, without + 4)

    def test_batch(self):
        """A hundred tickets cost what ten cost: rules are asked and written for all at once."""
        for index in range(8):
            self._rule(f'No {index}', words=f'word{index}', mood='angry', sequence=index)
        self._rule(
            'French',
            lang_ids=self.lang_fr,
            country_group_ids=self.env.ref('base.europe'),
            team_id=self.team_2.id,
            tag_ids=self.tag,
            sequence=8,
        )
        self._rule(
            'Rest',
            domain="[('partner_id.country_id.code', '=', 'US')]",
            priority='2',
            skill_ids=self.skill,
            sequence=9,
        )
        without = 30  # what the batch may cost without rules
        with self.assertQueryCount(without + 45):
            tickets = self._create_many(100)
            self.env.flush_all()
        self.assertEqual(len(tickets.filtered(lambda t: t.team_id == self.team_2)), 50)
        self.assertEqual(len(tickets.filtered(lambda t: t.priority == '2')), 50)
        self.assertLessEqual(self._count(100) - self._count(10), 8)
