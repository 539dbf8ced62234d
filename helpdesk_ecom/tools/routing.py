"""Which routing rules take a ticket, and what it gets from them. Pure functions, no ORM.

A rule is plain data here, so that it can be cached, and so that a dry run and the real thing can't
differ: both ask `judge` and `combine`.
"""

from typing import NamedTuple

from .routing_words import find_words

WORDS = 'words'
DOMAIN = 'domain'


class Condition(NamedTuple):
    """What a ticket has to be: one of the accepted values.

    ``text`` says them to people.
    """

    name: str
    accepted: frozenset
    text: str


class Result(NamedTuple):
    """A value that the ticket gets. Those of lists (a tuple) add up; ``text`` is for people."""

    name: str
    value: object
    text: str


class RoutingRule(NamedTuple):
    """A rule as plain data: all conditions have to be met; what it leaves empty doesn't matter."""

    id: int
    name: str
    conditions: tuple = ()
    words: tuple = ()
    domain: str = ''
    results: tuple = ()
    stop: bool = True
    override: bool = False


class Verdict(NamedTuple):
    """What a rule says of a ticket.

    ``mismatch`` is the name of the first condition that is not met, ``reached`` whether the rule
    was asked at all: False behind a rule that took the ticket for itself.
    """

    rule: RoutingRule
    mismatch: str | None
    reached: bool

    @property
    def taken(self):
        """Whether the rule takes the ticket."""
        return self.reached and self.mismatch is None


def find_mismatch(rule, facts, text=''):
    """Return the name of the first condition that a ticket doesn't meet, None if it meets all.

    The rule's domain is not looked at: it takes the database to answer it.

    :param RoutingRule rule: the rule.
    :param dict facts: name of a condition -> set of the values that the ticket has.
    :param str text: what the customer wrote, for the rule's words.
    """
    for condition in rule.conditions:
        if condition.accepted.isdisjoint(facts.get(condition.name, ())):
            return condition.name
    if rule.words and not find_words(rule.words, text):
        return WORDS
    return None


def judge(rules, mismatches):
    """Ask the rules in their order, until one takes the ticket for itself.

    :param rules: `RoutingRule` in order.
    :param dict mismatches: id of a rule -> name of the condition that is not met; None or missing
        if all are.
    :return: one `Verdict` for each rule.
    :rtype: list[Verdict]
    """
    verdicts, reached = [], True
    for rule in rules:
        verdict = Verdict(rule, mismatches.get(rule.id), reached)
        verdicts.append(verdict)
        reached = reached and not (verdict.taken and rule.stop)
    return verdicts


def combine(rules, given=()):
    """Return what a ticket gets from the rules that take it.

    Lists add up. Of anything else the first rule that sets it decides, and what was given by hand
    stays, unless the rule overrides it.

    :param rules: `RoutingRule` in order.
    :param given: names of what was given by hand.
    :return: list of ``(rule, results)``: what each rule adds.
    """
    decided, combined = set(), []
    for rule in rules:
        results = [
            result
            for result in rule.results
            if isinstance(result.value, tuple)
            or (result.name not in decided and (rule.override or result.name not in given))
        ]
        decided.update(result.name for result in results)
        combined.append((rule, results))
    return combined
