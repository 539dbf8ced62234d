"""When customers wait for an answer. No ORM: sorted turns in, moments out."""

from typing import NamedTuple


class Waits(NamedTuple):
    """What some messages change.

    :param answered_at: moment of the first answer among them, or None.
    :param begun: pairs (start, stop) of the waits that begin with them; a stop of None is open.
    """

    answered_at: object
    begun: list

    @property
    def is_open(self):
        """Whether a wait begins that has not ended."""
        return bool(self.begun) and self.begun[-1][1] is None

    def get_changes(self):
        """Return the sorted pairs (moment, whether the customer waits from then on)."""
        changes = [(start, True) for start, _stop in self.begun]
        changes += [(stop, False) for _start, stop in self.begun if stop]
        if self.answered_at:
            changes.append((self.answered_at, False))
        return sorted(changes)


def get_waits(waiting, turns):
    """Return which waits end and begin.

    Messages that a customer sends in a row are one wait, from the first of them.

    :param waiting: whether the customer waits before the first of the turns.
    :param turns: sorted pairs (moment, whether the customer wrote it).
    """
    answered_at, begun = None, []
    for moment, by_customer in turns:
        if by_customer:
            if not waiting:
                begun.append((moment, None))
            waiting = True
        else:
            answered_at = answered_at or moment
            if begun and begun[-1][1] is None:
                begun[-1] = (begun[-1][0], moment)
            waiting = False
    return Waits(answered_at, begun)
