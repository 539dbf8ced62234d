from psycopg2.errors import CheckViolation, ForeignKeyViolation

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .sla_common import OPENED, SlaCommon, at


@tagged('post_install', '-at_install')
class TestSlaPolicy(SlaCommon):
    """What a policy may say, and which tickets fall under it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Sla = cls.env['helpdesk.sla'].with_user(cls.leader)
        cls.vip, cls.refund = cls.env['helpdesk.tag'].create([{'name': 'VIP!'}, {'name': 'Money'}])

    def assertApplies(self, policies, **vals):
        self.assertFalse(policies - self._create_ticket(**vals).sla_ids)

    def assertAppliesNot(self, policies, **vals):
        self.assertFalse(policies & self._create_ticket(**vals).sla_ids)

    # === VALUES === #

    def test_form(self):
        with Form(self.Sla) as form:
            form.name = 'Two hours'
        policy = form.record
        self.assertEqual(policy.metric, 'first_response')
        self.assertEqual(policy.company_id, self.company)
        self.assertEqual(policy.time, 2)

    def test_fields_of_enterprise_are_enough(self):
        policy = self.Sla.create(
            {
                'name': 'Solved in a day',
                'team_id': self.team.id,
                'priority': '1',
                'time': 8.5,
                'stage_id': self.stage_solved.id,
                'exclude_stage_ids': [Command.set(self.stage_waiting.ids)],
                'tag_ids': [Command.set(self.vip.ids)],
                'partner_ids': [Command.set(self.customer.ids)],
                'ticket_type_ids': [Command.set(self.env['helpdesk.ticket.type'].search([]).ids)],
            }
        )
        self.assertEqual(policy.metric, 'stage')
        ticket = self._create_ticket(
            priority='1',
            tag_ids=[Command.set(self.vip.ids)],
            ticket_type_id=self.env['helpdesk.ticket.type'].search([], limit=1).id,
        )
        self.assertEqual(ticket.sla_ids, policy)
        self.assertEqual(ticket.sla_deadline, at(24.5))
        self.assertEqual(self._get_clocks(ticket).sla_stage_id, self.stage_solved)
        self.assertEqual(policy.ticket_count, 1)

    def test_metric_that_is_given_wins(self):
        policy = self._create_policy('resolution', stage_id=self.stage_solved.id)
        self.assertEqual(policy.metric, 'resolution')

    def test_company_is_that_of_the_team(self):
        other = self.env['res.company'].create({'name': 'Other'})
        team = self.env['helpdesk.team'].create({'name': 'Far away', 'company_id': other.id})
        policy = self.env['helpdesk.sla'].create({'name': 'Far', 'team_id': team.id})
        self.assertEqual(policy.company_id, other)

    def test_impossible_values(self):
        for vals in (
            {'time': -0.5},
            {'metric': 'stage'},
            {'warning_percent': 101},
            {'warning_percent': -1},
        ):
            with (
                self.subTest(vals),
                mute_logger('odoo.sql_db'),
                self.assertRaises(CheckViolation),
                self.cr.savepoint(),
            ):
                self._create_policy(**vals)

    def test_impossible_conditions(self):
        for domain in (
            "[('no_such_field', '=', 1)]",
            "[('priority', '=')]",
            "[('user_id', '=', uid)]",
            '[(',
            "__import__('os').getcwd()",
            '12',
        ):
            with self.subTest(domain), self.assertRaisesRegex(ValidationError, 'conditions'):
                self._create_policy(domain=domain)

    def test_what_a_condition_names_cannot_be_deleted(self):
        """The policy would apply to everybody."""
        policy = self._create_policy(tag_ids=self.vip.ids)
        with (
            mute_logger('odoo.sql_db'),
            self.assertRaises(ForeignKeyViolation),
            self.cr.savepoint(),
        ):
            self.vip.unlink()
        self.assertEqual(policy.tag_ids, self.vip)

    # === MATCHING === #

    def test_team(self):
        other = self.env['helpdesk.team'].create({'name': 'Other'})
        policy = self._create_policy(team_id=self.team.id)
        self.assertApplies(policy)
        self.assertAppliesNot(policy, team_id=other.id)
        self.assertAppliesNot(policy, team_id=False)

    def test_team_that_uses_none(self):
        policy = self._create_policy()
        self.team.use_sla = False
        self.assertAppliesNot(policy)

    def test_priority(self):
        policy = self._create_policy(priority='0')
        self.assertApplies(policy)
        self.assertAppliesNot(policy, priority='2')

    def test_one_of_the_tags(self):
        policy = self._create_policy(tag_ids=(self.vip | self.refund).ids)
        self.assertAppliesNot(policy)
        self.assertApplies(policy, tag_ids=[Command.set(self.refund.ids)])

    def test_customers_and_their_company(self):
        company = self.env['res.partner'].create({'name': 'Harbour Ltd', 'is_company': True})
        person = self.env['res.partner'].create({'name': 'Joe', 'parent_id': company.id})
        by_company = self._create_policy(partner_ids=company.ids)
        by_person = self._create_policy(partner_ids=person.ids, name='Joe')
        self.assertApplies(by_company | by_person, partner_id=person.id)
        self.assertAppliesNot(by_person, partner_id=company.id)
        self.assertAppliesNot(by_company)
        self.assertAppliesNot(by_company, partner_id=False)

    def test_country_or_a_group_of_countries(self):
        america = self.env['res.country.group'].create(
            {'name': 'North', 'country_ids': self.env.ref('base.us').ids}
        )
        policy = self._create_policy(
            country_ids=self.env.ref('base.de').ids, country_group_ids=america.ids
        )
        self.assertApplies(policy, country_id=self.env.ref('base.us').id)
        self.assertApplies(policy, country_id=self.env.ref('base.de').id)
        self.assertAppliesNot(policy, country_id=self.env.ref('base.fr').id)
        america.country_ids += self.env.ref('base.fr')
        self.assertApplies(policy, country_id=self.env.ref('base.fr').id)
        america.country_ids = False
        policy.country_ids = False
        self.assertAppliesNot(policy)

    def test_channel(self):
        channel = self.env['helpdesk.channel'].create({'name': 'Amazon'})
        policy = self._create_policy(channel_ids=channel.ids)
        self.assertAppliesNot(policy)
        self.assertApplies(policy, channel_id=channel.id)
        channel.active = False
        self.assertApplies(policy, channel_id=channel.id)

    def test_type_and_tier(self):
        types = self.env['helpdesk.ticket.type'].create([{'name': 'A'}, {'name': 'B'}])
        tier = self.env['helpdesk.customer.tier'].create({'name': 'Platinum'})
        by_type = self._create_policy(ticket_type_ids=types[0].ids)
        by_tier = self._create_policy(tier_ids=tier.ids, name='Platinum')
        self.assertAppliesNot(by_type, ticket_type_id=types[1].id)
        self.assertApplies(by_type, ticket_type_id=types[0].id)
        self.assertAppliesNot(by_tier)
        self.customer.helpdesk_tier_id = tier
        self.assertApplies(by_tier)

    def test_free_conditions(self):
        policy = self._create_policy(
            domain="[('partner_id.city', '=', 'New York'), ('mood', '!=', 'happy')]"
        )
        self.assertApplies(policy)
        self.assertAppliesNot(policy, mood='happy')
        self.assertAppliesNot(policy, partner_id=False)

    def test_many_tickets_at_once(self):
        policy = self._create_policy(domain="[('mood', '=', 'angry')]", priority='2')
        tickets = (
            self.env['helpdesk.ticket']
            .with_user(self.agent)
            .create(
                [
                    {
                        'name': f'{mood} {priority}',
                        'team_id': self.team.id,
                        'mood': mood,
                        'priority': priority,
                    }
                    for mood in ('angry', 'happy')
                    for priority in ('1', '2')
                ]
            )
        )
        matching = self.env['helpdesk.sla']._get_matching(tickets)
        self.assertEqual(
            [matching[ticket] for ticket in tickets],
            [policy.browse(), policy, policy.browse(), policy.browse()],
        )
        self.assertEqual(tickets.filtered('sla_ids').name, 'angry 2')

    def test_archived(self):
        policy = self._create_policy()
        policy.active = False
        self.assertAppliesNot(policy)

    def test_other_company(self):
        other = self.env['res.company'].create({'name': 'Other'})
        policy = self.env['helpdesk.sla'].create({'name': 'Far', 'company_id': other.id})
        self.assertAppliesNot(policy)

    def test_deleted(self):
        """What was promised stays known; a policy that promised nothing goes."""
        policy = self._create_policy()
        policy.copy().unlink()
        ticket = self._create_ticket()
        with self.assertRaisesRegex(UserError, 'Archive it'):
            policy.unlink()
        self.assertTrue(ticket.sla_deadline)

    # === PLAN === #

    def test_plan_of_a_ticket_that_does_not_exist(self):
        policy = self._create_policy(time=5, warning_percent=80)
        vals = {'team_id': self.team.id, 'partner_id': self.customer.id}
        self.assertEqual(policy._plan(vals, OPENED), (at(5), at(6)))
        policy.clock = 'customer'
        self.assertEqual(policy._plan(vals, OPENED), (at(8), at(10)))

    def test_plan_of_a_policy_that_is_not_saved(self):
        policy = self.env['helpdesk.sla'].new({'time': 1, 'metric': 'resolution', 'clock': 'team'})
        self.assertEqual(policy._plan({'team_id': self.team.id}, OPENED)[1], at(1))

    def test_no_warning(self):
        policy = self._create_policy(warning_percent=0)
        self.assertEqual(policy._plan(self._create_ticket(), OPENED), (False, at(2)))

    def test_nobody_is_ever_there(self):
        calendar = self._create_calendar('Never')
        self._create_policy('resolution', resource_calendar_id=calendar.id)
        ticket = self._create_ticket()
        self.assertFalse(ticket.sla_deadline)
        self._move(ticket, at(99), self.stage_solved)
        self.assertTrue(ticket.sla_success)
