from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .sla_common import SlaCommon

FILL = 'odoo.addons.helpdesk_ecom.models.sla.helpdesk_holiday_fill'
MATCHING = 'odoo.addons.helpdesk_ecom.models.sla.helpdesk_sla_matching'


@tagged('post_install', '-at_install')
class TestSlaPolicyForm(SlaCommon):
    """What a leader sees and does in the form of a policy."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls._create_policy(clock='always', team_id=cls.team.id)
        cls.secret_domain = "[('partner_id.signup_type', '=like', 'res%')]"
        cls.customer.signup_type = 'reset'

    def test_preview_follows_every_change(self):
        with Form(self.policy.with_user(self.leader)) as form:
            form.preview_partner_id = self.customer
            for hours, due in ((5, '9:00'), (9, '1:00'), (1, '5:00')):
                form.time = hours
                self.assertIn(due, form.preview.replace('\u202f', ' '))

    def test_preview_of_a_new_policy_follows_every_change(self):
        form = Form(self.env['helpdesk.sla'].with_user(self.leader))
        form.name, form.clock, form.team_id = 'New', 'always', self.team
        form.preview_partner_id = self.customer
        for hours, due in ((5, '9:00'), (9, '1:00'), (1, '5:00')):
            form.time = hours
            self.assertIn(due, form.preview.replace('\u202f', ' '))

    def test_leaders_ask_only_for_what_they_may_read(self):
        for domain in (
            self.secret_domain,
            "[('partner_id', 'any', [('signup_type', '=', 'reset')])]",
            "[('team_id.member_ids.totp_secret', '!=', False)]",
            "['|', ('priority', '=', '1'), ('partner_id.signup_type', '=like', '%')]",
            "[('team_id.message_ids.mail_ids.failure_reason', '!=', False)]",
        ):
            with self.subTest(domain), self.assertRaisesRegex(ValidationError, 'access|allowed'):
                self.policy.with_user(self.leader).domain = domain
        self.policy.with_user(
            self.leader
        ).domain = "[('partner_id.country_id.code', '=', 'US'), ('tag_ids.name', '!=', 'x')]"

    def test_preview_tells_no_secrets(self):
        form = Form(self.policy.with_user(self.leader))
        form.preview_partner_id = self.customer
        previews = set()
        for guess in ('res%', 'sig%'):
            form.domain = f"[('partner_id.signup_type', '=like', '{guess}')]"
            previews.add(form.preview)
        self.assertEqual(len(previews), 1)
        self.assertIn('signup_type', previews.pop())

    def test_preview_of_what_an_administrator_set(self):
        self.env['helpdesk.sla'].browse(self.policy.id).domain = self.secret_domain
        preview = self.policy.with_user(self.leader).preview
        self.assertIn('signup_type', preview)

    def test_rules_of_routing_ask_only_for_what_one_may_read(self):
        Rule = self.env['helpdesk.routing.rule'].with_user(self.leader)
        for domain in (
            self.secret_domain,
            "[('partner_id', 'any', [('signup_type', '=', 'reset')])]",
            "[('team_id.message_ids.mail_ids.failure_reason', '!=', False)]",
        ):
            with self.subTest(domain), self.assertRaises(ValidationError):
                Rule.create({'name': 'Spy', 'domain': domain, 'priority': '1'})

    def test_a_broken_condition_stops_nobody(self):
        good = self._create_policy('resolution')
        for domain in ("[('gone', '=', 1)]", "[('partner_id.gone', '=', 1)]", 'nonsense('):
            with self.subTest(domain):
                self.env.cr.execute(
                    'UPDATE helpdesk_sla SET domain = %s WHERE id = %s', (domain, self.policy.id)
                )
                self.policy.invalidate_recordset()
                self.env.registry.clear_cache()
                with self.assertLogs(MATCHING, 'WARNING') as logs:
                    for _number in range(3):
                        ticket = self._create_ticket()
                        ticket.priority = '1'
                        self.assertEqual(ticket.sla_ids, good)
                self.assertEqual(len(logs.output), 1)
                self.assertTrue(self.policy.with_user(self.leader).problem)
                self.assertTrue(Form(self.policy.with_user(self.leader)).problem)
        self.policy.with_user(self.leader).domain = '[]'
        self.assertFalse(self.policy.problem)
        self.assertIn(self.policy, self._create_ticket().sla_ids)

    def test_a_clock_outlives_a_condition_that_breaks(self):
        ticket = self._create_ticket()
        self.env.cr.execute(
            "UPDATE helpdesk_sla SET domain = 'nonsense(' WHERE id = %s", (self.policy.id,)
        )
        self.policy.invalidate_recordset()
        self.env.registry.clear_cache()
        self._answer(ticket, self.now)
        self.assertTrue(ticket.sla_status_ids.reached_datetime)

    def test_a_broken_routing_rule_is_logged_once(self):
        rule = self.env['helpdesk.routing.rule'].create({'name': 'Old', 'priority': '1'})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_routing_rule SET domain = '[(''gone'', ''='', 1)]' WHERE id = %s",
            (rule.id,),
        )
        rule.invalidate_recordset()
        self.env.registry.clear_cache()
        logger = 'odoo.addons.helpdesk_ecom.models.routing.helpdesk_routing_rule_match'
        with self.assertLogs(logger, 'WARNING') as logs:
            for _number in range(3):
                self._create_ticket()
        self.assertEqual(len(logs.output), 1)

    def test_duplicate(self):
        tag = self.env['helpdesk.tag'].create({'name': 'Late'})
        self.env['helpdesk.sla.escalation'].create(
            [
                {'sla_id': self.policy.id, 'percent': 50, 'tag_ids': [Command.link(tag.id)]},
                {'sla_id': self.policy.id, 'server_action_id': self._create_action().id},
            ]
        )
        copy = self.policy.with_user(self.leader).copy()
        self.assertEqual(copy.name, 'first_response (copy)')
        self.assertFalse(copy.active)
        self.assertEqual(copy.escalation_ids.tag_ids, tag)
        self.assertEqual(len(copy.escalation_ids), 1, 'code is the choice of administrators')
        by_admin = self.env['helpdesk.sla'].browse(self.policy.id).copy()
        self.assertEqual(len(by_admin.escalation_ids), 2)
        self.assertEqual(
            by_admin.escalation_ids.server_action_id,
            self.policy.sudo().escalation_ids.server_action_id,
        )

    def _create_action(self):
        return self.env['ir.actions.server'].create(
            {
                'name': 'Test',
                'model_id': self.env['ir.model']._get_id('helpdesk.ticket'),
                'state': 'code',
                'code': 'pass',
            }
        )

    def test_progress_is_in_the_form(self):
        self._create_ticket()
        self.policy.with_user(self.leader).time = 3
        form = Form(self.policy.with_user(self.leader))
        self.assertEqual(form.sync_remaining, 1)
        self.assertFalse(form._get_modifier('sync_remaining', 'invisible'))

    def test_at_the_deadline(self):
        for trigger in ('before', 'after'):
            escalation = self.env['helpdesk.sla.escalation'].new({'trigger': trigger, 'minutes': 0})
            self.assertEqual(escalation.display_name, 'At the deadline')

    def test_state_of_a_contact_without_an_address(self):
        germany = self.env.ref('base.de')
        state = germany.state_ids[:1]
        company = self.env['res.partner'].create(
            {'name': 'Co', 'is_company': True, 'country_id': germany.id, 'state_id': state.id}
        )
        contact = self.env['res.partner'].create(
            {'name': 'Per', 'parent_id': company.id, 'type': 'other'}
        )
        ticket = self._create_ticket(partner_id=contact.id)
        self.assertEqual(ticket._get_customer_place()[1:], (germany.id, state.id))

    def test_without_the_library_of_holidays(self):
        Holiday = self.env['helpdesk.holiday'].with_user(self.leader)
        france = self.env.ref('base.fr')
        Holiday.sudo().create(
            {
                'name': 'Noël',
                'date': '2025-12-25',
                'country_id': france.id,
                'source_name': 'Noël',
                'source_lang': 'fr_FR',
            }
        )
        before = Holiday.search_count([])
        IrCron = type(self.env['ir.cron'])
        with (
            patch.dict('sys.modules', {'holidays': None}),
            patch.object(IrCron, '_commit_progress', return_value=60),
        ):
            wizard = Form(self.env['helpdesk.holiday.import'].with_user(self.leader))
            wizard.country_ids = france
            with self.assertRaisesRegex(UserError, 'Install the Python package'):
                wizard.save().action_fill()
            with self.assertLogs(FILL, 'WARNING'):
                self.env['helpdesk.holiday']._cron_fill_next_year()
        self.assertEqual(Holiday.search_count([]), before)
