from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.agent_choice import ALL_AWAY, ALL_FULL, NOBODY_FITS, Agent, AgentChoice, Request

NOW = datetime(2026, 3, 2, 9)
LATER = NOW + timedelta(hours=3)

some_ids = st.frozensets(st.integers(1, 3), max_size=2)
agents = st.lists(
    st.builds(
        Agent,
        id=st.integers(1, 8),
        capacity=st.integers(0, 4),
        skills=some_ids,
        languages=some_ids,
        countries=some_ids,
        back=st.sampled_from([NOW, LATER, LATER + timedelta(days=1), None]),
        away=st.booleans(),
        guest=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda agent: agent.id,
)
requests = st.lists(
    st.builds(
        Request,
        skills=some_ids,
        language=st.none() | st.integers(1, 3),
        country=st.none() | st.integers(1, 3),
        experts=st.none() | st.frozensets(st.integers(1, 8)),
        avoid=st.none() | st.integers(1, 8),
        preferred=st.none() | st.integers(1, 8),
    ),
    max_size=20,
)
loads = st.dictionaries(st.integers(1, 8), st.integers(0, 5))


def choose(people, in_turn=False, load=None, turns=None, reach=None):
    return AgentChoice(people, in_turn, NOW, dict(load or {}), turns or {}, reach)


@tagged('post_install', '-at_install')
class TestAgentChoice(BaseCase):
    """The choice of an agent, without a database."""

    def give(self, people, request=None, **kwargs):
        return choose(people, **kwargs).give(request or Request())

    # === WHAT HOLDS FOR EVERY TEAM === #

    @given(agents, requests, loads, st.booleans())
    def test_never_too_much(self, people, wanted, load, in_turn):
        """Nobody is given more than fits, and who had too much before gets nothing."""
        choice = choose(people, in_turn, load)
        given_to = [choice.give(request).agent_id for request in wanted]
        for agent in people:
            got, had = given_to.count(agent.id), load.get(agent.id, 0)
            if agent.capacity and got:
                self.assertLessEqual(had + got, agent.capacity)
            if agent.back is None:
                self.assertFalse(got)

    @given(agents, requests, loads, st.booleans())
    def test_deterministic(self, people, wanted, load, in_turn):
        """The same team and tickets give the same result, in whatever order the team is read."""
        one, other = choose(people, in_turn, load), choose(people[::-1], in_turn, load)
        self.assertEqual(
            [one.give(request) for request in wanted],
            [other.give(request) for request in wanted],
        )

    @given(st.integers(1, 6), st.integers(0, 40), st.integers(0, 5), st.booleans())
    def test_even(self, count, tickets, capacity, in_turn):
        """Equals get the same number of tickets, give or take one."""
        people = [Agent(id=number, capacity=capacity, back=NOW) for number in range(1, count + 1)]
        choice = choose(people, in_turn)
        given_to = [choice.give(Request()).agent_id for _number in range(tickets)]
        shares = [given_to.count(agent.id) for agent in people]
        self.assertLessEqual(max(shares) - min(shares), 1)
        expected = min(tickets, capacity * count) if capacity else tickets
        self.assertEqual(sum(shares), expected)

    @given(agents, requests, loads, st.integers(1, 8))
    def test_monotone(self, people, wanted, load, busy):
        """Whoever has more to do already does not get a ticket that they would not get else."""
        for request in wanted:
            before = self.give(people, request, load=load).agent_id
            heavier = {**load, busy: load.get(busy, 0) + 1}
            after = self.give(people, request, load=heavier).agent_id
            if before != busy:
                self.assertNotEqual(after, busy)

    @given(agents, requests, loads)
    def test_reasons(self, people, wanted, load):
        """A ticket waits for a reason only; an exhausted team gives nothing to anybody."""
        for request in wanted:
            choice = choose(people, load=load)
            exhausted = choice.is_exhausted
            result = choice.give(request)
            self.assertNotEqual(bool(result.agent_id), bool(result.reason))
            if exhausted:
                self.assertFalse(result.agent_id)

    # === ONE THING AT A TIME === #

    def test_experts(self):
        people = [Agent(1, back=NOW), Agent(2, back=NOW)]
        self.assertEqual(self.give(people, Request(experts=frozenset({2}))).agent_id, 2)
        self.assertEqual(self.give(people, Request(experts=frozenset())).reason, NOBODY_FITS)

    def test_skills(self):
        """All skills are needed; who has them is waited for, unless there is nobody at all."""
        people = [Agent(1, back=NOW, skills=frozenset({1})), Agent(2, back=LATER)]
        both = frozenset({1, 2})
        result = self.give(people, Request(skills=both))
        self.assertEqual((result.agent_id, result.lacks_skills), (1, True))
        people.append(Agent(3, back=LATER, skills=both))
        result = self.give(people, Request(skills=both))
        self.assertEqual((result.agent_id, result.lacks_skills), (3, False))
        people[-1] = Agent(3, back=None, away=True, skills=both)
        self.assertEqual(self.give(people, Request(skills=both)).reason, ALL_AWAY)

    def test_skills_of_who_is_on_vacation(self):
        """Who is not back by the end of the next working day is not waited for."""
        skills = frozenset({1})
        people = [Agent(1, back=NOW), Agent(2, back=LATER, skills=skills)]
        self.assertEqual(self.give(people, Request(skills=skills), reach=LATER).agent_id, 2)
        for back in (LATER + timedelta(days=9), None):
            people[1] = Agent(2, back=back, skills=skills)
            result = self.give(people, Request(skills=skills), reach=LATER)
            self.assertEqual((result.agent_id, result.lacks_skills), (1, True))
        experts = Request(experts=frozenset({2}))
        self.assertEqual(self.give(people, experts, reach=LATER).reason, ALL_AWAY)

    def test_preferred(self):
        """Whom a rule names, if they are there and have room: whatever they can do."""
        people = [
            Agent(1, back=NOW, skills=frozenset({1})),
            Agent(2, back=NOW, capacity=1, guest=True),
        ]
        request = Request(preferred=2, skills=frozenset({1}))
        self.assertEqual(self.give(people, request), (2, None, False))
        self.assertEqual(self.give(people, request, load={2: 1}).agent_id, 1)
        self.assertEqual(self.give(people, load={1: 9}).agent_id, 1, 'a guest gets nothing else')
        people[1] = Agent(2, back=LATER, guest=True)
        self.assertEqual(self.give(people, request).agent_id, 1)
        people[0] = Agent(1, back=LATER + timedelta(hours=1))
        self.assertEqual(self.give(people, request).agent_id, 2)
        people[1] = Agent(2, back=LATER + timedelta(days=2), guest=True)
        self.assertEqual(self.give(people, request).agent_id, 1)
        self.assertEqual(self.give(people[1:], Request(preferred=2)).agent_id, 2)

    def test_night(self):
        """Who starts a little later in the morning is as good as the first one."""
        people = [
            Agent(1, back=LATER),
            Agent(2, back=LATER + timedelta(hours=2)),
            Agent(3, back=LATER + timedelta(days=1)),
        ]
        choice = choose(people)
        self.assertEqual([choice.give(Request()).agent_id for _n in range(4)], [1, 2, 1, 2])

    def test_presence(self):
        """Who is at work comes first, then who is back soonest."""
        people = [Agent(1, back=LATER + timedelta(1)), Agent(2, back=LATER), Agent(3)]
        self.assertEqual(self.give(people).agent_id, 2)
        self.assertEqual(self.give([*people, Agent(4, back=NOW)], load={4: 9}).agent_id, 4)

    def test_full(self):
        """A ticket waits for those at work, but not for those who are not."""
        people = [Agent(1, capacity=1, back=NOW), Agent(2, back=LATER)]
        self.assertEqual(self.give(people, load={1: 1}).reason, ALL_FULL)
        people = [Agent(1, capacity=1, back=LATER), Agent(2, back=LATER + timedelta(1))]
        self.assertEqual(self.give(people, load={1: 1}).agent_id, 2)

    def test_avoid(self):
        people = [Agent(1, back=NOW), Agent(2, back=NOW)]
        self.assertEqual(self.give(people, Request(avoid=1), load={2: 5}).agent_id, 2)
        self.assertEqual(self.give(people[:1], Request(avoid=1)).agent_id, 1)

    def test_language_before_country_before_load(self):
        one, two = frozenset({1}), frozenset({2})
        people = [
            Agent(1, back=NOW, languages=two, countries=one),
            Agent(2, back=NOW, countries=one),
            Agent(3, back=NOW, languages=one),
        ]
        request = Request(language=1, country=1)
        self.assertEqual(self.give(people, request, load={3: 5}).agent_id, 3)
        self.assertEqual(self.give(people[:2], request, load={2: 5}).agent_id, 2)
        self.assertEqual(self.give(people[:2], Request(country=2), load={2: 1}).agent_id, 1)
        self.assertEqual(self.give(people[1:], Request(country=1), load={2: 1}).agent_id, 2)

    def test_share(self):
        """By load, who can take ten gets more than who can take two."""
        people = [Agent(1, capacity=2, back=NOW), Agent(2, capacity=10, back=NOW)]
        choice = choose(people)
        given_to = [choice.give(Request()).agent_id for _number in range(6)]
        self.assertEqual(given_to, [2, 2, 2, 2, 1, 2])

    def test_in_turn(self):
        """In turn, the load does not count, and the turn goes on where it stopped."""
        people = [Agent(number, back=NOW) for number in (1, 2, 3)]
        choice = choose(people, in_turn=True, load={2: 9}, turns={1: 4, 2: 2, 3: 3})
        self.assertEqual([choice.give(Request()).agent_id for _n in range(4)], [2, 3, 1, 2])
        self.assertEqual(choice.turns, {1: 7, 2: 8, 3: 6})
