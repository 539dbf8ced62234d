from datetime import timedelta

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.helpdesk_ecom.tests.common import HelpdeskCommon

TRIGGERS = {
    'on_helpdesk_sla_warning': '_on_sla_warning',
    'on_helpdesk_sla_missed': '_on_sla_missed',
    'on_helpdesk_customer_waiting': '_on_customer_waiting',
}
LOGGER = 'odoo.addons.helpdesk_ecom_automation.models.base_automation'


@tagged('post_install', '-at_install')
class TestAutomation(HelpdeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket_model = cls.env['ir.model']._get('helpdesk.ticket')
        cls.tag = cls.env['helpdesk.tag'].create({'name': 'Ran'})

    def setUp(self):
        super().setUp()
        self.ticket = self._create_ticket(user_id=self.agent.id)

    def _create_rule(self, trigger, code=None, **vals):
        """Return a rule that adds a tag, or runs a code."""
        return self.env['base.automation'].create(
            {
                'name': 'Test rule',
                'model_id': self.ticket_model.id,
                'trigger': trigger,
                'action_server_ids': [
                    Command.create(
                        {
                            'name': 'Test action',
                            'model_id': self.ticket_model.id,
                            'usage': 'base_automation',
                            'state': 'code',
                            'code': code
                            or f"record.write({{'tag_ids': [Command.link({self.tag.id})]}})",
                        }
                    )
                ],
                **vals,
            }
        )

    def _switch_on(self, name):
        rule = self.env.ref(f'helpdesk_ecom_automation.automation_{name}')
        self.assertFalse(rule.active)
        rule.active = True
        return rule

    # === TRIGGERS === #

    def test_each_trigger_starts_its_rules_alone(self):
        for trigger, hook in TRIGGERS.items():
            with self.subTest(trigger=trigger):
                self.ticket.tag_ids = False
                rule = self._create_rule(trigger)
                for other in TRIGGERS.values():
                    if other != hook:
                        getattr(self.ticket, other)()
                self.assertFalse(self.ticket.tag_ids)
                getattr(self.ticket, hook)()
                self.assertEqual(self.ticket.tag_ids, self.tag)
                rule.unlink()

    def test_conditions(self):
        self._create_rule('on_helpdesk_sla_missed', filter_domain="[('priority', '=', '3')]")
        urgent = self._create_ticket(priority='3')
        (self.ticket | urgent)._on_sla_missed()
        self.assertFalse(self.ticket.tag_ids)
        self.assertEqual(urgent.tag_ids, self.tag)

    def test_switched_off_and_on(self):
        """The answer is cached, and forgotten when a rule changes."""
        rule = self._create_rule('on_helpdesk_sla_missed')
        rule.active = False
        self.ticket._on_sla_missed()
        self.assertFalse(self.ticket.tag_ids)
        rule.active = True
        self.ticket._on_sla_missed()
        self.assertEqual(self.ticket.tag_ids, self.tag)
        self.ticket.tag_ids = False
        rule.unlink()
        self.ticket._on_sla_missed()
        self.assertFalse(self.ticket.tag_ids)

    def test_whoever_it_runs_for(self):
        """A rule of the admin's runs in the name of who has no right to anything that it does."""
        self._create_rule(
            'on_helpdesk_customer_waiting',
            f"record.write({{'tag_ids': [Command.link({self.tag.id})]}})\n"
            "env['ir.config_parameter'].set_param('helpdesk_test', record.name)",
        )
        portal_user = new_test_user(self.env, 'emma', groups='base.group_portal')
        for user in (self.agent, portal_user):
            with self.subTest(user=user.login):
                ticket = self._create_ticket()
                ticket.with_user(user).sudo()._on_customer_waiting()
                self.assertEqual(ticket.tag_ids, self.tag)

    def test_a_rule_does_not_start_itself(self):
        self._create_rule(
            'on_helpdesk_sla_missed',
            "record.write({'name': record.name + '!'})",
        )
        write = type(self.ticket).write

        def write_and_miss(tickets, vals):
            result = write(tickets, vals)
            if 'name' in vals:
                tickets._on_sla_missed()
            return result

        self.patch(type(self.ticket), 'write', write_and_miss)
        self.ticket._on_sla_missed()
        self.assertEqual(self.ticket.name, 'Cup arrived broken!')

    def test_a_broken_rule_holds_up_nobody(self):
        broken = self._create_rule(
            'on_helpdesk_sla_missed',
            "record.write({'name': 'Half done'})\n"
            "if record.priority == '3':\n    record.no_such_field",
        )
        self._create_rule('on_helpdesk_sla_missed')
        urgent = self._create_ticket(priority='3')
        with (
            mute_logger(LOGGER, 'odoo.addons.base.models.ir_actions'),
            self.assertLogs(LOGGER, 'WARNING'),
        ):
            (urgent | self.ticket)._on_sla_missed()
        self.assertEqual(urgent.name, 'Cup arrived broken')
        self.assertEqual(self.ticket.name, 'Half done')
        self.assertEqual(urgent.tag_ids, self.tag)
        self.assertEqual(self.ticket.tag_ids, self.tag)
        self.assertIn('no_such_field', broken.message_ids[0].body)

    def test_a_mail_pays_nothing_for_rules_that_are_not_there(self):
        hooks = [getattr(self.ticket, hook) for hook in TRIGGERS.values()]
        for hook in hooks:
            hook()  # fills the cache
        with self.assertQueryCount(0):
            for hook in hooks:
                hook()

    # === SETTINGS === #

    def test_only_for_tickets(self):
        with self.assertRaisesRegex(ValidationError, 'Only rules for tickets'):
            self.env['base.automation'].create(
                {
                    'name': 'Test rule',
                    'model_id': self.env['ir.model']._get_id('res.partner'),
                    'trigger': 'on_helpdesk_sla_missed',
                }
            )

    def test_form(self):
        """The admin needs no developer mode to choose for which tickets."""
        admin = new_test_user(self.env, 'system', groups='base.group_system')
        with Form(self.env['base.automation'].with_user(admin)) as form:
            form.name = 'Mine'
            form.model_id = self.ticket_model
            form.trigger = 'on_helpdesk_sla_warning'
            form.filter_domain = "[('priority', '=', '3')]"
        rule = form.save()
        self.assertEqual(rule.trigger, 'on_helpdesk_sla_warning')
        self.assertEqual(rule.filter_domain, "[('priority', '=', '3')]")

    # === EXAMPLES === #

    def test_example_priority(self):
        self._switch_on('sla_warning_priority')
        urgent = self._create_ticket(priority='3')
        (self.ticket | urgent)._on_sla_warning()
        self.assertEqual(self.ticket.priority, '2')
        self.assertEqual(urgent.priority, '3')

    def test_example_leaders(self):
        self._switch_on('sla_missed_leaders')
        self.ticket._on_sla_missed()
        self.assertEqual(self.ticket.activity_ids.user_id, self.leader)

    def test_example_leaders_of_the_team(self):
        """Whom the team names, as for escalations."""
        other = self._new_user('other_leader', 'group_helpdesk_manager')
        self.team.write({'member_ids': [Command.link(other.id)], 'leader_ids': other.ids})
        self._switch_on('sla_missed_leaders')
        self.ticket._on_sla_missed()
        self.assertEqual(self.ticket.activity_ids.user_id, other)

    def test_example_customer_waiting(self):
        self._switch_on('customer_waiting_activity')
        self.ticket._on_customer_waiting()
        self.assertFalse(self.ticket.activity_ids)
        self.ticket.priority = '3'
        self.ticket._on_customer_waiting()
        self.assertEqual(self.ticket.activity_ids.user_id, self.agent)

    def test_example_waits_too_long(self):
        rule = self._switch_on('customer_waits_tag')
        now = self.env.cr.now()
        rule.last_run = now - timedelta(days=1)
        late, young, closed = (self._create_ticket() for _index in range(3))
        tickets_sudo = (late | young | closed).sudo()
        tickets_sudo.oldest_unanswered_customer_message_date = now - timedelta(days=2.5)
        young.sudo().oldest_unanswered_customer_message_date = now - timedelta(days=1.5)
        closed.action_solve()
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(
                'base_automation.ir_cron_data_base_automation_check'
            ).method_direct_trigger()
        tag = self.env.ref('helpdesk_ecom_automation.tag_waits_too_long')
        self.assertEqual((late | young | closed).filtered(lambda t: tag in t.tag_ids), late)

    def test_example_angry(self):
        self._switch_on('angry_customer_urgent')
        self.ticket.mood = 'unhappy'
        self.assertEqual(self.ticket.priority, '0')
        self.ticket.mood = 'angry'
        self.assertEqual(self.ticket.priority, '3')
        self.ticket.priority = '1'  # an agent calmed down
        self.ticket.name = 'Cup arrived broken, again'
        self.assertEqual(self.ticket.priority, '1')
        self.assertEqual(self._create_ticket(mood='angry').priority, '3')
