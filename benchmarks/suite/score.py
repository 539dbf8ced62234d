"""What comes of the requests of many clients at once, and of those that nobody answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException
from time import monotonic

from suite.attempts import why
from suite.client import ServerError
from suite.samples import fact, spread

LOST = 'connection closed, the answer was lost'
UNREAD = 'connection closed, the server never had the request'


@dataclass
class Score:
    """Times, errors and retries of the requests of one peer."""

    seconds: float = 0.0
    walls: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    asked_again: list[str] = field(default_factory=list)  # labels of reads
    reasons: list[str] = field(default_factory=list)  # why they were
    unanswered: list[str] = field(default_factory=list)  # labels of what is asked once
    retries: int = 0
    given_up: int = 0

    def ask(self, action: Callable[[str], None], label: str, *, reads: bool) -> None:
        """Ask; a read whose connection is closed unanswered once more, as browsers do.

        :param str label: of this request alone, for ``explain``.
        """
        start = monotonic()
        try:
            try:
                action(label)
            except (ConnectionError, HTTPException):
                if not reads:
                    self.unanswered.append(label)
                    return
                self.asked_again.append(label)
                action(label)
            self.walls.append((monotonic() - start) * 1000)
        except (ServerError, OSError, HTTPException) as error:
            self.errors.append(why(error))

    def explain(self, handled: dict[str, list[int]]) -> None:
        """Tell of what was not answered whether the server had it.

        :param handled: what the server's log has by label.
        """
        for label in self.unanswered:
            self.errors.append(LOST if handled.get(label) else UNREAD)
        for label in self.asked_again:
            self.reasons.append(LOST if len(handled.get(label, ())) > 1 else UNREAD)
        self.unanswered.clear()
        self.asked_again.clear()

    def rows(self, measure: str, case: str, peer: str) -> list[dict]:
        """The row of the results, and one for each kind of error."""
        count = len(self.walls) + len(self.errors)
        rows = [
            {
                'measure': measure,
                'case': case,
                'peer': peer,
                'n': count,
                'ms': spread(self.walls),
                'rate': round(count / self.seconds, 1),
                'errors': len(self.errors),
                'asked_again': len(self.reasons),
                'retries': self.retries,
                'given_up': self.given_up,
            }
        ]
        for kind, texts in (('errors', self.errors), ('asked again', self.reasons)):
            for text, number in Counter(texts).items():
                rows.append(fact(measure, f'{case}, {kind}: {text}', peer, number, 'requests'))
        return rows
