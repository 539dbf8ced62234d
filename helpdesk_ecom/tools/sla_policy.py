"""What a policy says, as plain data that is compared without a query. No ORM."""

from typing import NamedTuple


class Policy(NamedTuple):
    """A policy. Ids instead of records, so that every user and transaction may share it.

    :param tuple conditions: pairs (name of a fact, frozenset of the values that are meant). A fact
        that no condition names doesn't matter.
    :param str domain: further conditions on the ticket, or '' if there are none.
    :param tuple stage_rank: (sequence, id) of the stage to reach, or None.
    :param float seconds: how much time there is.
    :param calendar_id: id of the policy's own working hours, or None.
    :param frozenset exclude_stage_ids: stages in which the clock is paused.
    :param bool pause_waiting_customer: whether it is paused while the customer has the word.
    :param int warning_percent: share of the time after which it is at risk; 0: it never is.
    """

    id: int
    conditions: tuple
    domain: str
    metric: str
    clock: str
    seconds: float
    stage_id: int
    stage_rank: tuple
    calendar_id: int
    exclude_stage_ids: frozenset
    pause_waiting_customer: bool
    warning_percent: int

    def applies_to(self, get_fact):
        """Tell whether the conditions hold, those of the domain left aside.

        :param get_fact: function that returns the frozenset of values of a fact by its name.
        """
        return all(not values.isdisjoint(get_fact(name)) for name, values in self.conditions)

    @property
    def is_response(self):
        """Whether it waits for an answer of a person, not for a stage."""
        return self.metric in ('first_response', 'next_response')

    @property
    def is_relentless(self):
        """Whether nothing but an answer stops it: neither pauses nor closing the ticket."""
        return self.is_response and self.clock == 'always'

    def is_reached_in(self, stage_rank, closed):
        """Tell whether a ticket in a stage has arrived where the policy wants it.

        :param tuple stage_rank: (sequence, id) of the ticket's stage.
        :param bool closed: whether that is a closing stage.
        """
        if self.metric == 'stage':
            return closed or stage_rank >= self.stage_rank
        return self.metric == 'resolution' and closed

    def is_paused_in(self, stage_id, customer_has_the_word, closed=False):
        """Tell whether the clock is paused.

        :param int stage_id: the stage of the ticket.
        :param bool customer_has_the_word: whether the next thing to happen is up to the customer.
        :param bool closed: whether that is a closing stage: nobody waits for an answer there.
        """
        if self.is_relentless:
            return False
        if closed and self.is_response:
            return True
        return stage_id in self.exclude_stage_ids or (
            self.pause_waiting_customer and not self.is_response and customer_has_the_word
        )
