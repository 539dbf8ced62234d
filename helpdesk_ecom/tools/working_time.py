"""Hours inside a set of opening intervals. No ORM: plain aware datetimes in, floats out."""

from bisect import bisect_right
from itertools import accumulate


class WorkingTime:
    """Answers "how many working hours lie between two moments" in logarithmic time.

    :param intervals: sorted, disjoint ``(start, stop, ...)`` tuples of aware datetimes, as
        ``resource.calendar._work_intervals_batch`` yields them.
    """

    def __init__(self, intervals):
        spans = [(start, stop) for start, stop, *_meta in intervals]
        self._starts = [start for start, _stop in spans]
        self._stops = [stop for _start, stop in spans]
        lengths = ((stop - start).total_seconds() for start, stop in spans)
        self._before = [0.0, *accumulate(lengths)]

    def hours(self, start, stop):
        """Return the working hours between two aware datetimes, 0.0 if ``stop`` is not later."""
        return max(0.0, (self._elapsed(stop) - self._elapsed(start)) / 3600)

    def _elapsed(self, moment):
        """Return the working seconds before ``moment``."""
        index = bisect_right(self._starts, moment)
        if not index:
            return 0.0
        overshoot = (self._stops[index - 1] - moment).total_seconds()
        return self._before[index] - max(0.0, overshoot)
