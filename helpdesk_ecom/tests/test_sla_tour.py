"""A promise from its making to its breach, in a browser: an admin, a customer, an agent."""

from datetime import datetime

from odoo.sql_db import Cursor
from odoo.tests import HttpCase, new_test_user, tagged, test_cursor

from .common import HelpdeskCommon

# Monday afternoon in New York, three in the morning of Tuesday in Shenzhen.
ASKED = datetime(2026, 11, 30, 19)
ESCALATED = datetime(2026, 11, 30, 20, 1)
DUE = datetime(2026, 11, 30, 21)


@tagged('post_install', '-at_install', 'browser')
class TestSlaTour(HelpdeskCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['helpdesk.sla'].search([]).active = False
        cls.env['res.lang']._activate_lang('es_ES')
        cls.env['ir.module.module'].search([('name', '=', 'helpdesk_ecom')])._update_translations(
            ['es_ES']
        )
        tier = cls.env['helpdesk.customer.tier'].create({'name': 'Platinum', 'sequence': 1})
        # Her time zone follows from her address.
        cls.customer.write(
            {'name': 'Lucía Ortega', 'lang': 'es_ES', 'tz': False, 'helpdesk_tier_id': tier.id}
        )
        new_test_user(
            cls.env,
            'lucia',
            groups='base.group_portal',
            partner_id=cls.customer.id,
            email=cls.customer.email,
            name=cls.customer.name,
        )
        (cls.agent | cls.leader).tz = 'Asia/Shanghai'
        cls.team.write(
            {
                'leader_ids': cls.leader.ids,
                'sequence': -1,
                'resource_calendar_id': cls.env.company.resource_calendar_id.id,
            }
        )

    def _set_now(self, moment):
        """Move the clock of the transactions; browser and server need that of the machine."""
        for cursor_class in (Cursor, test_cursor.TestCursor):
            self.patch(cursor_class, 'now', lambda _cursor: moment)

    def test_a_promise(self):
        self._set_now(ASKED)
        self.start_tour('/odoo/helpdesk', 'helpdesk_sla_policy_tour', login='leader')
        policy = self.env['helpdesk.sla'].search([('name', '=', 'North America VIP')])
        self.assertEqual(
            (policy.metric, policy.clock, policy.time), ('first_response', 'customer', 2)
        )

        self.start_tour('/my/tickets/new', 'helpdesk_sla_customer_tour', login='lucia')
        ticket = self.env['helpdesk.ticket'].search([('name', '=', 'La taza llegó rota')])
        self.assertEqual(ticket.sla_status_ids.sla_id, policy)
        self.assertEqual((ticket.create_date, ticket.sla_deadline), (ASKED, DUE))

        self.start_tour('/odoo/helpdesk-tickets', 'helpdesk_sla_agent_tour', login='agent')

        self._set_now(ESCALATED)
        self.env.ref('helpdesk_ecom.ir_cron_sla_events').method_direct_trigger()
        self.assertEqual(ticket.promised_date, DUE)
        self.start_tour(
            f'/odoo/helpdesk.ticket/{ticket.id}', 'helpdesk_sla_escalation_tour', login='leader'
        )
