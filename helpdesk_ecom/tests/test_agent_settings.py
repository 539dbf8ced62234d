from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common_assignment import HelpdeskAssignmentCommon


@tagged('post_install', '-at_install')
class TestAgentSettings(HelpdeskAssignmentCommon):
    """Leaders set what their agents can do and take, and nothing else of a user."""

    def _open(self, user, agent):
        """Return the form of the dialog that opens from the list."""
        action = agent.with_user(user).action_open_helpdesk_settings()
        Wizard = self.env[action['res_model']].with_user(user)
        return Form(Wizard.with_context(**action['context']))

    def test_list(self):
        action = self.env.ref('helpdesk_ecom.helpdesk_agent_action').with_user(self.leader).run()
        agents = self.env['res.users'].with_user(self.leader).search(action['domain'])
        self.assertLessEqual(self.agent | self.agent_2, agents)
        self.assertNotIn(self.outsider, agents)
        self.assertTrue(agents.read(['name', 'helpdesk_capacity', 'helpdesk_skill_ids']))
        with self.assertRaises(AccessError):
            self.env['res.users'].with_user(self.agent).action_open_helpdesk_agents()

    def test_leader(self):
        skill = self.env['helpdesk.skill'].create({'name': 'Coffee'})
        self.agent.sudo().helpdesk_capacity = 2
        with self._open(self.leader, self.agent) as form:
            self.assertEqual(form.helpdesk_capacity, 2)
            form.helpdesk_capacity = 7
            form.helpdesk_away = True
            form.helpdesk_skill_ids.add(skill)
            form.helpdesk_lang_ids.add(self.env.ref('base.lang_en'))
            form.helpdesk_country_ids.add(self.env.ref('base.de'))
        form.record.action_save()
        self.assertEqual((self.agent.helpdesk_capacity, self.agent.helpdesk_away), (7, True))
        self.assertEqual(self.agent.helpdesk_skill_ids, skill)
        self.assertEqual(self.agent.helpdesk_lang_ids, self.env.ref('base.lang_en'))
        self.assertEqual(self.agent.helpdesk_country_ids, self.env.ref('base.de'))
        with self._open(self.leader, self.agent) as form:
            form.helpdesk_skill_ids.clear()
        form.record.action_save()
        self.assertFalse(self.agent.helpdesk_skill_ids)

    def test_who_may_not(self):
        """Agents, and leaders of teams that they don't see."""
        company = self.env['res.company'].create({'name': 'Second shop'})
        foreign = self.agent_2
        self.team.member_ids = [Command.unlink(foreign.id)]
        self.env['helpdesk.team'].create(
            {'name': 'Theirs', 'company_id': company.id, 'member_ids': False}
        )
        vals = {'helpdesk_capacity': 9}
        for user, agent in (
            (self.agent, self.agent_2),
            (self.agent, self.agent),
            (self.leader, self.outsider),
            (self.leader, foreign),
            (self.outsider, self.outsider),
        ):
            with self.subTest(user=user.name, agent=agent.name):
                with self.assertRaises(AccessError):
                    agent.with_user(user).write_helpdesk_settings(vals)
                with self.assertRaises(AccessError):
                    self.env['helpdesk.agent.settings'].with_user(user).create(
                        {'user_id': agent.id}
                    ).action_save()

    def test_nothing_else(self):
        agent = self.agent.with_user(self.leader)
        for vals in ({'login': 'x'}, {'group_ids': []}, {'helpdesk_capacity': 1, 'active': False}):
            with self.assertRaises(AccessError):
                agent.write_helpdesk_settings(vals)
        with self.assertRaises(AccessError):
            agent.helpdesk_capacity = 1
