"""What fails for one peer, or in one case, becomes a row of the results; the rest goes on."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable

# results name neither machines nor their folders
# PostgreSQL shows the place below its message
NAMED = re.compile(r'[a-z_]\w*(?:\.\w+)+: |[A-Z]\w*: ')
PATH = re.compile(r'(?:/[\w.\-]+){2,}/')
EVERYTHING = 'everything'


def why(error: BaseException) -> str:
    """The error in one line."""
    if isinstance(error, SystemExit):
        return 'it ended; what it printed says why'
    lines = str(error).strip().splitlines() or [type(error).__name__]
    named = [line for line in lines if NAMED.match(line)]
    return PATH.sub('', (named or lines)[-1])[:200]


def failure(measure: str, case: str, peer: str, error: BaseException) -> dict:
    """A row that says what could not be measured."""
    return {'measure': measure, 'case': case, 'peer': peer, 'failed': why(error)}


class Attempts:
    """Calls of one measure: what failed once is not tried again."""

    def __init__(self, measure: str):
        self.measure = measure
        self.failed: dict[tuple[str, str], Exception] = {}

    def has_failed(self, peer: str, case: str = EVERYTHING) -> bool:
        return (peer, case) in self.failed or (peer, EVERYTHING) in self.failed

    def call(self, peer: str, function: Callable, *args, case: str = EVERYTHING, **kwargs):
        """What the function returns, or None if it fails or did before.

        :param str case: what the peer fails at; by default the whole measure.
        """
        if self.has_failed(peer, case):
            return None
        try:
            return function(*args, **kwargs)
        except Exception as error:  # the others shall be measured all the same
            traceback.print_exc()
            self.failed[peer, case] = error
            return None

    def rows(self) -> list[dict]:
        """A row for each failure."""
        return [
            failure(self.measure, case, peer, error) for (peer, case), error in self.failed.items()
        ]
