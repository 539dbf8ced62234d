from datetime import datetime, timedelta

from odoo.tests import tagged

from odoo.addons.helpdesk_ecom.tests.common_assignment import HelpdeskAssignmentCommon
from odoo.addons.helpdesk_ecom.tools.agent_presence import AT_WORK, LATER, OFF_TODAY

MONDAY = datetime(2026, 3, 2)


@tagged('post_install', '-at_install')
class TestAgentTimeOff(HelpdeskAssignmentCommon):
    """Time off that is approved in the Time Off app keeps tickets away."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls._create_calendar('Mornings and afternoons', (8, 12), (13, 17))
        cls.employee, cls.employee_2 = cls.env['hr.employee'].create(
            [
                {
                    'name': user.name,
                    'user_id': user.id,
                    'company_id': cls.company.id,
                    'resource_calendar_id': cls.calendar.id,
                    'tz': 'UTC',
                    'date_version': MONDAY.date() - timedelta(days=60),
                    'contract_date_start': MONDAY.date() - timedelta(days=60),
                }
                for user in cls.agent | cls.agent_2
            ]
        )
        cls.leave_type = cls.env['hr.leave.type'].create(
            {
                'name': 'Holidays',
                'requires_allocation': False,
                'leave_validation_type': 'no_validation',
                'request_unit': 'half_day',
            }
        )

    def setUp(self):
        super().setUp()
        self._set_now(MONDAY + timedelta(hours=9))

    def _take_off(self, start, stop, **vals):
        leave = self.env['hr.leave'].create(
            {
                'name': 'Beach',
                'employee_id': self.employee.id,
                'holiday_status_id': self.leave_type.id,
                'request_date_from': start.date(),
                'request_date_to': stop.date(),
                **vals,
            }
        )
        self.assertEqual(leave.state, 'validate')
        return leave

    def _presence(self):
        presence = self.team._get_presences(self.agent)[self.team][self.agent]
        return presence.state, presence.back and presence.back.replace(tzinfo=None)

    def test_hours_of_the_employee(self):
        self.assertEqual(self._presence(), (AT_WORK, MONDAY + timedelta(hours=9)))
        self._set_now(MONDAY + timedelta(hours=20))
        self.assertEqual(self._presence(), (LATER, MONDAY + timedelta(days=1, hours=8)))

    def test_days_off(self):
        """Who is on holiday gets no tickets, and is waited for only if nobody else is there."""
        self._take_off(MONDAY, MONDAY + timedelta(days=1))
        back = MONDAY + timedelta(days=2, hours=8)
        self.assertEqual(self._presence(), (OFF_TODAY, back))
        self.assertEqual(self._assign_batch(3).user_id, self.agent_2)
        self.agent_2.sudo().helpdesk_away = True
        self.assertEqual(self._assign_batch(1).user_id, self.agent)

    def test_refused(self):
        leave = self._take_off(MONDAY, MONDAY)
        leave.action_refuse()
        self.assertEqual(self._presence()[0], AT_WORK)

    def test_half_a_day(self):
        """After a morning off somebody is merely later."""
        self._take_off(MONDAY, MONDAY, request_date_from_period='am', request_date_to_period='am')
        self.assertEqual(self._presence(), (LATER, MONDAY + timedelta(hours=13)))

    def test_reopened(self):
        """A ticket that is reopened during a holiday goes to somebody else."""
        ticket = self._create_batch(1, user_id=self.agent.id)
        ticket.stage_id = self.stage_solved
        self._take_off(MONDAY, MONDAY)
        ticket.action_reopen()
        self._hand_out()
        self.assertEqual(ticket.user_id, self.agent_2)
