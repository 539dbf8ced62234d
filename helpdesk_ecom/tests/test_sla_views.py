from datetime import datetime

from lxml import etree, html

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .sla_common import SlaCommon, at


@tagged('post_install', '-at_install')
class TestSlaPreview(SlaCommon):
    """What the form of a policy says that it would promise. The team works from 8 to 17 UTC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader.tz = 'Asia/Shanghai'
        cls.gold = cls.env['helpdesk.customer.tier'].create({'name': 'Gold'})

    def _open_form(self, **vals):
        """Return the form of a new policy for the team, filled in by the leader."""
        form = Form(self.env['helpdesk.sla'].with_user(self.leader))
        form.name = 'Answer soon'
        form.team_id = self.team
        form.preview_partner_id = self.customer
        for name, value in vals.items():
            setattr(form, name, value)
        return form

    def _read(self, form):
        """Return the title and the sentences of the preview."""
        root = html.fromstring(form.preview)
        return root.findtext('.//b'), [item.text_content() for item in root.iterfind('.//li')]

    def test_customers_clock_is_said_in_both_zones(self):
        """9:00 UTC is 4:00 in New York: the clock starts at 8:00 there."""
        title, remarks = self._read(self._open_form(clock='customer', time=2.5))
        self.assertEqual(
            title,
            'If Emma Clark opens a ticket now, it must be answered by Monday, January 5, 2026 at '
            '10:30\u202fAM (New York time).',
        )
        self.assertEqual(
            remarks,
            [
                'For you that is Monday, January 5, 2026 at 11:30\u202fPM (Shanghai time).',
                'It is at risk from Monday, January 5, 2026 at 10:00\u202fAM (New York time) on.',
                'Nobody works at that time: the clock starts on Monday, January 5, 2026 at '
                '8:00\u202fAM (New York time).',
            ],
        )

    def test_each_promise_has_its_words(self):
        form = self._open_form(warning_percent=0, clock='always')
        for metric, start in (
            ('next_response', 'If Emma Clark writes again now, that must be answered by Monday'),
            ('resolution', 'If Emma Clark opens a ticket now, it must be solved by Monday'),
        ):
            form.metric = metric
            self.assertTrue(self._read(form)[0].startswith(start), self._read(form)[0])
        form.metric = 'stage'
        self.assertFalse(form.preview)
        form.stage_id = self.stage_waiting
        self.assertIn('must be in the stage "Waiting" by Monday', self._read(form)[0])

    def test_another_moment(self):
        form = self._open_form(clock='team', preview_date=datetime(2026, 1, 9, 16))
        title, remarks = self._read(form)
        self.assertIn('opens a ticket on Friday, January 9, 2026 at 11:00', title)
        self.assertIn('answered by Monday, January 12, 2026 at 4:00', title)
        self.assertIn('For you that is Monday, January 12, 2026 at 5:00', remarks[0])

    def test_public_holidays_in_between(self):
        self.env['helpdesk.holiday'].create(
            {
                'name': 'Founding Day',
                'date': '2026-01-05',
                'country_id': self.env.ref('base.us').id,
            }
        )
        title, remarks = self._read(self._open_form(clock='customer'))
        self.assertIn('answered by Tuesday, January 6, 2026 at 10:00', title)
        self.assertEqual(remarks[-1], 'Public holidays until then: 01/05/2026 (Founding Day).')

    def test_closures_of_the_company(self):
        self.env['resource.calendar.leaves'].create(
            {
                'name': 'Moving house',
                'calendar_id': self.calendar.id,
                'company_id': self.company.id,
                'date_from': '2026-01-05 00:00:00',
                'date_to': '2026-01-05 23:59:59',
            }
        )
        title, remarks = self._read(self._open_form(clock='team'))
        self.assertIn('answered by Tuesday, January 6, 2026 at 5:00', title)
        self.assertEqual(remarks[-1], 'Public holidays until then: 01/05/2026.')

    def test_why_somebody_is_left_out(self):
        form = self._open_form()
        form.tier_ids.add(self.gold)
        form.country_ids.add(self.env.ref('base.de'))
        form.partner_ids.add(self.agent.partner_id)
        form.preview_partner_id = self.customer
        form.domain = "[('priority', '=', '3')]"
        title, reasons = self._read(form)
        self.assertEqual(title, 'A ticket of Emma Clark does not fall under this policy:')
        self.assertEqual(
            reasons,
            [
                'The customer is not among those of the policy.',
                'The customer is in no customer tier.',
                'The country is United States.',
                'The further conditions are not met by a new ticket.',
            ],
        )

    def test_a_tier_of_the_customer_counts(self):
        silver = self.gold.create({'name': 'Silver'})
        self.customer.with_user(self.leader).helpdesk_tier_id = silver
        form = self._open_form()
        form.tier_ids.add(self.gold)
        form.preview_partner_id = self.customer
        self.assertEqual(self._read(form)[1], ['The customer tier is Silver.'])
        form.tier_ids.add(silver)
        self.assertIn('must be answered by', self._read(form)[0])

    def test_conditions_on_the_ticket_are_taken_as_met(self):
        form = self._open_form(priority='3')
        form.tag_ids.add(self.env['helpdesk.tag'].create({'name': 'Fragile things'}))
        form.channel_ids.add(self.env['helpdesk.channel'].create({'name': 'Bazaar'}))
        self.assertIn('must be answered by', self._read(form)[0])

    def test_hours_that_never_open(self):
        never = self.env['resource.calendar'].create(
            {'name': 'Never', 'attendance_ids': [Command.clear()]}
        )
        title, _reasons = self._read(self._open_form(resource_calendar_id=never))
        self.assertEqual(title, 'This would never be due.')

    def test_a_team_without_policies(self):
        self.team.use_sla = False
        self.assertIn('does not use SLA policies', self._read(self._open_form())[1][0])

    def test_while_conditions_are_typed(self):
        self.assertFalse(self._open_form(domain="[('name', '=',").preview)

    def test_a_customer_is_proposed(self):
        self._create_ticket(partner_id=self.outsider.partner_id.id)
        form = Form(self.env['helpdesk.sla'].with_user(self.leader))
        self.assertEqual(form.preview_partner_id, self.outsider.partner_id)
        form.preview_partner_id = self.env['res.partner']
        self.assertIn('If a customer opens a ticket now', self._read(form)[0])
        self.customer.with_user(self.leader).helpdesk_tier_id = self.gold
        form.tier_ids.add(self.gold)
        self.assertEqual(form.preview_partner_id, self.customer)
        form.partner_ids.add(self.agent.partner_id)
        self.assertEqual(form.preview_partner_id, self.agent.partner_id)

    def test_names_are_no_markup(self):
        self.customer.name = '<b>Emma</b>'
        self.assertIn('If <b>Emma</b> opens a ticket', self._read(self._open_form())[0])

    def test_agrees_with_the_ticket(self):
        policy = self._open_form(clock='customer', time=5.0).save()
        ticket = self._create_ticket()
        promised = self._read(Form(policy))[0]
        self.assertEqual(ticket.sla_deadline, at(10))  # 14:00 there, after an hour of lunch
        self.assertIn('2:00\u202fPM (New York time)', promised)


@tagged('post_install', '-at_install')
class TestSlaViews(SlaCommon):
    """What the screens of tickets and teams find. An urgent ticket is answered within 2 hours."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls._create_policy(priority='3')

    def setUp(self):
        super().setUp()
        self.ticket = self._create_ticket(priority='3')
        self.other_ticket = self._create_ticket()
        self.env.flush_all()

    def assertFilters(self, *names):
        """Assert which of the filters on SLA find the urgent ticket, and the other one."""
        Ticket = self.env['helpdesk.ticket'].with_user(self.agent)
        arch = etree.fromstring(Ticket.get_view(view_type='search')['arch'])
        domains = {
            node.get('name'): Domain(safe_eval(node.get('domain')))
            for node in arch.iter('filter')
            if 'sla' in node.get('name') and node.get('domain')
        }
        both = Domain('id', 'in', (self.ticket | self.other_ticket).ids)
        found = {name: Ticket.search(domain & both) for name, domain in domains.items()}
        self.assertEqual(
            {name for name, tickets in found.items() if self.ticket in tickets}, set(names)
        )
        self.assertEqual(
            {name for name, tickets in found.items() if self.other_ticket in tickets}, {'no_sla'}
        )

    def test_filters_follow_the_time(self):
        self.assertFilters('sla_due_today')
        self._set_now(at(1.75))
        self.assertFilters('sla_due_today', 'sla_at_risk')
        self._set_now(at(2.5))
        self.assertFilters('sla_late', 'sla_missed')
        self._answer(self.ticket, at(3))
        self.env.flush_all()
        self.assertFilters('sla_missed')

    def test_filter_of_what_was_in_time(self):
        self._answer(self.ticket, at(1))
        self.env.flush_all()
        self.assertFilters('sla_success')

    def test_filter_of_what_is_paused(self):
        self._create_policy('resolution', priority='3', exclude_stage_ids=self.stage_waiting.ids)
        self.ticket.sudo()._sync_sla()
        self._answer(self.ticket, at(1))
        self._move(self.ticket, at(1), self.stage_waiting)
        self.assertFilters('sla_paused')

    def test_form_of_a_ticket(self):
        form = Form(self.ticket.with_user(self.agent))
        self.assertEqual(form.sla_deadline, fields.Datetime.to_string(at(2)))
        self.assertEqual(form.sla_metric, 'first_response')

    def test_team_counts_and_settings(self):
        self._set_now(at(3))
        team = self.team.with_user(self.leader)
        self.assertEqual(team.sla_failed, 1)
        form = Form(team)
        self.assertTrue(form.use_sla)
        form.use_sla = False
        form.leader_ids.add(self.leader)
        form.save()
        self.assertFalse(self.team.use_sla)

    def test_tickets_of_a_policy(self):
        action = self.env['ir.actions.act_window']._for_xml_id(
            'helpdesk_ecom.helpdesk_ticket_action_sla'
        )
        domain = safe_eval(action['domain'], {'active_id': self.policy.id})
        found = self.env['helpdesk.ticket'].with_user(self.agent).search(domain)
        self.assertEqual(found, self.ticket)

    def test_agents_read_policies_only(self):
        policy = self.policy.with_user(self.agent)
        self.assertEqual(policy.metric, 'first_response')
        with self.assertRaises(AccessError):
            policy.name = 'Mine'
