"""The pauses of a clock as they are stored. No ORM: lists of pairs of ISO strings, naive UTC."""

from datetime import datetime, timezone


def add_pause(pauses, moment):
    """Return the pauses with one more that begins at a naive moment; at an open one, the same.

    What begins before the end of the last pause goes on with it.
    """
    pauses = list(pauses or ())
    if pauses:
        start, stop = pauses[-1]
        if stop is None:
            return pauses
        if moment.isoformat() <= stop:
            return [*pauses[:-1], [start, None]]
    return [*pauses, [moment.isoformat(), None]]


def end_pause(pauses, moment):
    """Return the pauses with the open one ended at a naive moment, without it if it was none."""
    pauses = list(pauses or ())
    if not pauses or pauses[-1][1] is not None:
        return pauses
    start, _stop = pauses.pop()
    return [*pauses, [start, moment.isoformat()]] if moment.isoformat() > start else pauses


def get_history_since(history, moment):
    """Return the part of a history that begins at a moment.

    :param list history: sorted pairs (moment, what is so from then on), not empty.
    """
    before = [state for begin, state in history if begin <= moment]
    after = [(begin, state) for begin, state in history if begin > moment]
    return [(moment, before[-1] if before else history[0][1]), *after]


def get_spans(pauses):
    """Return the pauses as pairs of aware moments; None is the end of one that is open."""
    return [(_to_aware(start), stop and _to_aware(stop)) for start, stop in pauses or ()]


def _to_aware(text):
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)
