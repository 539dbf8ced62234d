"""How long a customer waited for answers. No ORM: moments in, floats out."""

from typing import NamedTuple


class ResponseClock(NamedTuple):
    """What is known after a number of messages.

    A customer who writes three times before somebody answers waited once: from the first of the
    three. What an agent adds while nobody waits is information, not a response.

    :param waiting_since: moment of the oldest message without an answer, or None.
    :param first_hours: hours from the opening to the first answer; 0.0 before it.
    :param total_hours: hours waited for all answers together.
    :param answered: how many times the customer waited and got an answer.
    """

    waiting_since: object = None
    first_hours: float = 0.0
    total_hours: float = 0.0
    answered: int = 0

    @property
    def average_hours(self):
        """Hours that the customer waited for an answer on average; 0.0 before the first."""
        return self.total_hours / self.answered if self.answered else 0.0

    def replay(self, opened, turns, measure):
        """Return the clock after further messages.

        :param opened: moment from which the first response counts.
        :param turns: sorted pairs (moment, whether the customer wrote it).
        :param measure: function of two moments that returns the working hours between them.
        """
        waiting_since, first_hours, total_hours, answered = self
        for moment, by_customer in turns:
            if by_customer:
                waiting_since = waiting_since or moment
            elif waiting_since:
                first_hours = first_hours if answered else measure(opened, moment)
                total_hours += measure(waiting_since, moment)
                answered += 1
                waiting_since = None
        return ResponseClock(waiting_since, first_hours, total_hours, answered)
