from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import BaseCase, tagged

from ..tools.agent_presence import AT_WORK, AWAY, LATER, OFF_TODAY, find_presence
from .common_assignment import HelpdeskAssignmentCommon

MONDAY = datetime(2026, 3, 2)


def at(hour, day=0):
    return MONDAY + timedelta(days=day, hours=hour)


def aware(*spans):
    return [(start.replace(tzinfo=UTC), stop.replace(tzinfo=UTC)) for start, stop in spans]


@tagged('post_install', '-at_install')
class TestFindPresence(BaseCase):
    """Where somebody is, without a database."""

    def find(self, now, work, leaves=(), zone='UTC'):
        presence = find_presence(
            now.replace(tzinfo=UTC), aware(*work), aware(*leaves), ZoneInfo(zone)
        )
        return presence.state, presence.back and presence.back.replace(tzinfo=None)

    def test_edges(self):
        work = [(at(9), at(12)), (at(13), at(17))]
        self.assertEqual(self.find(at(9), work), (AT_WORK, at(9)))
        self.assertEqual(self.find(at(12), work), (LATER, at(13)))
        self.assertEqual(self.find(at(16), work), (AT_WORK, at(16)))
        self.assertEqual(self.find(at(17), work), (LATER, None))

    def test_time_off(self):
        """Off is who does not work today because of time off, not who has half a day of it."""
        tomorrow = (at(9, 1), at(17, 1))
        whole = [(at(0), at(24))]
        self.assertEqual(self.find(at(10), [tomorrow], whole), (OFF_TODAY, at(9, 1)))
        self.assertEqual(self.find(at(20), [tomorrow], whole), (OFF_TODAY, at(9, 1)))
        self.assertEqual(self.find(at(10, 1), [tomorrow], whole), (AT_WORK, at(10, 1)))
        self.assertEqual(self.find(at(8, 1), [tomorrow], whole), (LATER, at(9, 1)))
        half = [(at(13), at(17))]
        self.assertEqual(self.find(at(14), [(at(9), at(12)), tomorrow], half), (LATER, at(9, 1)))
        self.assertEqual(self.find(at(14), [tomorrow]), (LATER, at(9, 1)))

    def test_absent(self):
        """Gone for a day, not merely after hours, whether today or from tomorrow on."""
        monday, tuesday, next_week = ((at(9, day), at(17, day)) for day in (0, 1, 7))

        def is_absent(now, work, *leaves):
            now = now.replace(tzinfo=UTC)
            return find_presence(now, aware(*work), aware(*leaves), ZoneInfo('UTC')).is_absent

        evening, week_off = at(18), (at(0, 1), at(0, 6))
        self.assertFalse(is_absent(evening, [monday, tuesday]))
        self.assertTrue(is_absent(evening, [monday, next_week], week_off))
        self.assertTrue(is_absent(evening, [monday], (at(0, 1), at(0, 40))))
        self.assertFalse(is_absent(at(10), [monday, next_week], week_off))
        self.assertFalse(is_absent(evening, [(at(9), at(12)), tuesday], (at(13), at(17))))
        self.assertFalse(is_absent(evening, [monday, tuesday], (at(0, 2), at(0, 9))))

    def test_day_of_the_zone(self):
        """In Shanghai it is Tuesday already when it is Monday evening in London."""
        work, monday_in_shanghai = [(at(1, 2), at(9, 2))], [(at(-8), at(16))]
        for hour, state in ((15, OFF_TODAY), (17, LATER)):
            found, _back = self.find(at(hour), work, monday_in_shanghai, 'Asia/Shanghai')
            self.assertEqual(found, state)

    @given(
        st.integers(0, 72),
        st.lists(st.tuples(st.integers(0, 72), st.integers(1, 9)), max_size=6),
    )
    def test_back(self, hour, raw):
        """Who is at work now is back now; nobody is back before now or outside their hours."""
        spans, last = [], 0
        for start, length in sorted(raw):
            if start >= last:
                spans.append((at(start), at(start + length)))
                last = start + length
        state, back = self.find(at(hour), spans)
        inside = any(start <= at(hour) < stop for start, stop in spans)
        self.assertEqual(state == AT_WORK, inside)
        if back:
            self.assertGreaterEqual(back, at(hour))
            self.assertTrue(any(start <= back < stop for start, stop in spans))
        else:
            self.assertFalse(any(stop > at(hour) for _start, stop in spans))


@tagged('post_install', '-at_install')
class TestAgentPresence(HelpdeskAssignmentCommon):
    """Who is at work by the calendars of the company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls._create_calendar('Office', (8, 18))
        cls.team.resource_calendar_id = cls.calendar

    def setUp(self):
        super().setUp()
        self._set_now(at(10))

    def _create_resource(self, user, calendar, **vals):
        return self.env['resource.resource'].create(
            {
                'name': user.name,
                'user_id': user.id,
                'company_id': self.company.id,
                'calendar_id': calendar.id,
                'tz': 'UTC',
                **vals,
            }
        )

    def _presence(self, user):
        presence = self.team._get_presences(user)[self.team][user]
        return presence.state, presence.back and presence.back.replace(tzinfo=None)

    def test_hours_of_the_team(self):
        """Whoever has no calendar of their own works when the team does."""
        self.assertEqual(self._presence(self.agent), (AT_WORK, at(10)))
        self._set_now(at(19))
        self.assertEqual(self._presence(self.agent), (LATER, at(8, 1)))
        self._set_now(at(19, 4))
        self.assertEqual(self._presence(self.agent), (LATER, at(8, 7)))
        self.team.resource_calendar_id = False
        self.assertEqual(self._presence(self.agent), (AT_WORK, at(19, 4)))

    def test_hours_of_the_employee(self):
        self._create_resource(self.agent, self._create_calendar('Late', (14, 22)))
        self.assertEqual(self._presence(self.agent), (LATER, at(14)))
        self.assertEqual(self._presence(self.agent_2), (AT_WORK, at(10)))
        self._set_now(at(20))
        self.assertEqual(self._presence(self.agent), (AT_WORK, at(20)))

    def test_resource_of_the_company(self):
        """Employed by two companies, the hours in the company of the team count."""
        company = self.env['res.company'].create({'name': 'Second shop'})
        self._create_resource(self.agent, self.calendar, company_id=company.id)
        self._create_resource(self.agent, self._create_calendar('Late', (14, 22)))
        self.assertEqual(self._presence(self.agent), (LATER, at(14)))

    def test_flexible(self):
        """Who works when they like is reached in the hours of the team, time off aside."""
        resource = self._create_resource(self.agent, self.env['resource.calendar'])
        self.assertEqual(self._presence(self.agent), (AT_WORK, at(10)))
        self._set_now(at(3))
        self.assertEqual(self._presence(self.agent), (LATER, at(8)))
        self._take_off(resource, at(0), at(24))
        self.assertEqual(self._presence(self.agent), (OFF_TODAY, at(8, 1)))

    def _take_off(self, resource, start, stop, **vals):
        self.env['resource.calendar.leaves'].create(
            {
                'name': 'Time off',
                'resource_id': resource.id,
                'calendar_id': self.calendar.id,
                'date_from': start,
                'date_to': stop,
                **vals,
            }
        )

    def test_time_off(self):
        resource = self._create_resource(self.agent, self.calendar)
        self._take_off(resource, at(0), at(24, 1))
        self.assertEqual(self._presence(self.agent), (OFF_TODAY, at(8, 2)))
        self.assertEqual(self._presence(self.agent_2), (AT_WORK, at(10)))

    def test_long_time_off(self):
        """Who comes back after more than two weeks is not waited for."""
        resource = self._create_resource(self.agent, self.calendar)
        self._take_off(resource, at(0), at(0, 20))
        self.assertEqual(self._presence(self.agent), (OFF_TODAY, None))

    def test_public_holiday(self):
        """On a public holiday nobody works, and nobody is off."""
        self.env['resource.calendar.leaves'].create(
            {
                'name': 'Holiday',
                'calendar_id': self.calendar.id,
                'date_from': at(0),
                'date_to': at(24),
            }
        )
        self._create_resource(self.agent, self.calendar)
        self.assertEqual(self._presence(self.agent), (LATER, at(8, 1)))
        self.assertEqual(self._presence(self.agent_2), (LATER, at(8, 1)))

    def test_away(self):
        self.agent.with_user(self.agent).helpdesk_away = True
        self.assertEqual(self._presence(self.agent), (AWAY, None))

    def test_own_switch(self):
        """Agents switch themselves away and choose their languages, but not their load."""
        agent = self.agent.with_user(self.agent)
        agent.action_set_helpdesk_away(True)
        self.assertTrue(agent.helpdesk_away)
        agent.helpdesk_lang_ids = self.env.ref('base.lang_en')
        self.assertEqual(agent.read(['helpdesk_capacity'])[0]['helpdesk_capacity'], 0)
        with self.assertRaises(AccessError):
            agent.helpdesk_capacity = 5

    def test_switch_of_others(self):
        """Leaders switch members of their company's teams; agents nobody but themselves."""
        with self.assertRaises(AccessError):
            self.agent_2.with_user(self.agent).action_set_helpdesk_away(True)
        with self.assertRaises(AccessError):
            self.outsider.with_user(self.leader).action_set_helpdesk_away(True)
        with self.assertRaises(AccessError):
            self.agent.with_user(self.outsider).action_set_helpdesk_away(True)
        self.agent.with_user(self.leader).action_set_helpdesk_away(True)
        self.assertTrue(self.agent.helpdesk_away)
        self.agent.with_user(self.leader).action_set_helpdesk_away(False)
        self.assertFalse(self.agent.helpdesk_away)

    def test_queries(self):
        """Their number does not grow with that of the agents."""

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.team._get_agent_choices()
            return self.env.cr.sql_log_count - before

        late = self._create_calendar('Late', (14, 22))
        for user, calendar in ((self.agent, self.calendar), (self.agent_2, late)):
            self._take_off(self._create_resource(user, calendar), at(0), at(1))
        count()  # what is cached
        few = count()
        for number in range(12):
            user = self._new_user(f'more_{number}', 'group_helpdesk_user')
            self.team.member_ids = [Command.link(user.id)]
            resource = self._create_resource(user, (late, self.calendar)[number % 2])
            self._take_off(resource, at(0), at(1))
        count()
        self.assertEqual(count(), few)
        self.assertLessEqual(few, 25)
