"""Who of a team gets the next ticket. No ORM: plain values in, ids of agents out.

What counts, in the order of importance:

1. Whom a routing rule names, if they are at work and have room, whatever they can do. Where nobody
   is at work, if they are back with the first ones.
2. Experts: where the team assigns by tags, only the experts of one of the ticket's tags.
3. Skills: only who has all that the ticket needs. Where nobody of the team has them all and is back
   by the end of the next working day, everybody counts and the choice says so: an answer by
   somebody else is better than none. Who switched themselves away is back any moment.
4. Presence: who is at work now. Where nobody of them is, whoever of them is back within hours of
   the first one: at night they are equals. Who is away until nobody knows when is never chosen.
5. Capacity: nobody gets more tickets than they may have open at once. Where everybody is full the
   ticket waits.
6. Somebody else than who had it before, if there is anybody else.
7. Language: who speaks the customer's, then who names none, then the others.
8. Country: likewise.
9. The method: in turn, who was not given a ticket for the longest time; by load, who would have the
   smallest share of what they may have open. Ties go by turn, then by id.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import NamedTuple

NOBODY_FITS, ALL_AWAY, ALL_FULL = 'nobody_fits', 'all_away', 'all_full'
# Whoever starts to work so much later than the first one is back on the same working day.
SAME_DAY = timedelta(hours=12)


@dataclass(frozen=True)
class Agent:
    """What the choice knows of somebody.

    :param int capacity: tickets open at once, 0 = any number.
    :param datetime back: when they start, or started, to work; None: nobody knows.
    :param bool away: whether they switched themselves away.
    :param bool guest: whether they are not of the team, and get only what names them.
    """

    id: int
    capacity: int = 0
    skills: frozenset = frozenset()
    languages: frozenset = frozenset()
    countries: frozenset = frozenset()
    back: datetime | None = None
    away: bool = False
    guest: bool = False


@dataclass(frozen=True)
class Request:
    """What a ticket asks for.

    :param frozenset experts: ids of the agents who may get it; None: everybody.
    :param int avoid: id of the agent who had it before.
    :param int preferred: id of the agent whom a routing rule names.
    """

    skills: frozenset = frozenset()
    language: int | None = None
    country: int | None = None
    experts: frozenset | None = None
    avoid: int | None = None
    preferred: int | None = None


class Choice(NamedTuple):
    """Who gets the ticket (None: it waits, for the reason), and whether skills are missing."""

    agent_id: int | None
    reason: str | None = None
    lacks_skills: bool = False


class AgentChoice:
    """Hands out the tickets of one team, one after the other.

    :param list[Agent] agents: the members who can get tickets at all.
    :param bool in_turn: strictly one after the other, instead of by load.
    :param datetime now: as aware or naive as the agents' ``back``.
    :param dict loads: open tickets by agent id; kept up to date, and shared by the teams of a run.
    :param dict turns: by agent id the number of the turn in which they got their latest ticket.
    :param datetime reach: until when experts and skilled agents are waited for; None: however long.
    """

    def __init__(self, agents, in_turn, now, loads, turns, reach=None):
        self._agents = list(agents)
        self._reach = reach
        self._in_turn = in_turn
        self._now = now
        self._loads = loads
        self.turns = dict(turns)
        # Whoever has no limit is measured by the largest one of the others.
        self._usual_capacity = max((agent.capacity for agent in self._agents), default=0) or 1

    @property
    def is_exhausted(self):
        """Whether no ticket at all could be given to anybody, whatever it asks for."""
        return not any(agent.back and self._has_room(agent) for agent in self._agents)

    @property
    def exhaustion(self):
        """Why an exhausted team can take nothing: the reason that all of its tickets share."""
        if not self._agents:
            return NOBODY_FITS
        return ALL_FULL if any(agent.back for agent in self._agents) else ALL_AWAY

    def give(self, request):
        """Choose an agent for a ticket, and count it as theirs.

        :param Request request: what the ticket asks for.
        :rtype: Choice
        """
        fitting = self._get_fitting(request)
        reachable = [
            agent
            for agent in fitting
            if agent.back and (request.experts is None or self._is_awaited(agent))
        ]
        at_work = [agent for agent in reachable if agent.back <= self._now]
        candidates = [agent for agent in at_work or reachable if self._has_room(agent)]
        preferred = self._get_preferred(request)
        if preferred and preferred.back <= self._now:
            candidates = [preferred]
        elif not at_work:
            candidates = self._get_first_ones(candidates + [preferred] * bool(preferred))
            if preferred in candidates:
                candidates = [preferred]
        if not candidates:
            reason = ALL_FULL if reachable else ALL_AWAY if fitting else NOBODY_FITS
            return Choice(None, reason)
        others = [agent for agent in candidates if agent.id != request.avoid]
        chosen = min(others or candidates, key=lambda agent: self._get_rank(agent, request))
        self._count(chosen)
        lacks_skills = chosen != preferred and not chosen.skills >= request.skills
        return Choice(chosen.id, lacks_skills=lacks_skills)

    def _get_preferred(self, request):
        """Return the agent whom a rule names, if they can take the ticket at all."""
        for agent in self._agents:
            if agent.id == request.preferred and agent.back and self._has_room(agent):
                return agent
        return None

    def _get_fitting(self, request):
        """Return the agents who may get the ticket: without its skills if nobody else is there."""
        allowed = [
            agent
            for agent in self._agents
            if not agent.guest and (request.experts is None or agent.id in request.experts)
        ]
        if not request.skills:
            return allowed
        skilled = [agent for agent in allowed if agent.skills >= request.skills]
        return [agent for agent in skilled if self._is_awaited(agent)] or allowed

    def _is_awaited(self, agent):
        """Return whether somebody is back soon enough for a ticket that needs them."""
        if agent.away:
            return True
        return bool(agent.back) and (self._reach is None or agent.back <= self._reach)

    def _get_first_ones(self, agents):
        """Return the agents who are back on the same day as the one who is back first."""
        if not agents:
            return []
        soonest = min(agent.back for agent in agents)
        return [agent for agent in agents if agent.back <= soonest + SAME_DAY]

    def _has_room(self, agent):
        return not agent.capacity or self._loads.get(agent.id, 0) < agent.capacity

    def _get_rank(self, agent, request):
        """Return what the agents are sorted by: the smallest gets the ticket."""
        turn = self.turns.get(agent.id, 0)
        share = Fraction(
            self._loads.get(agent.id, 0) + 1,
            agent.capacity or self._usual_capacity,
        )
        return (
            self._get_distance(request.language, agent.languages),
            self._get_distance(request.country, agent.countries),
            turn if self._in_turn else share,
            turn,
            agent.id,
        )

    @staticmethod
    def _get_distance(wanted, offered):
        """Return 0 where the agent names what is wanted, 1 where they name nothing, else 2."""
        if not wanted or wanted in offered:
            return 0
        return 2 if offered else 1

    def _count(self, agent):
        self._loads[agent.id] = self._loads.get(agent.id, 0) + 1
        self.turns[agent.id] = max(self.turns.values(), default=0) + 1
