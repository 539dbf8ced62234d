"""Why something could not be sent, and what to do about it. No ORM."""

# What to do. The values are stored: don't rename them.
RETRY = 'retry'  # later, by itself: the provider is out of order
WAIT = 'wait'  # later, and all of the channel with it: we are too fast
STOP = 'stop'  # the channel stops until an admin mends it: token, permission, account
NEVER = 'never'  # this message can't be delivered
WINDOW = 'window'  # only a template can be sent now
UNKNOWN = 'unknown'  # it may have been sent: never again without a person or the provider's word
ERROR_CLASSES = (RETRY, WAIT, STOP, NEVER, WINDOW, UNKNOWN)

FIRST_WAIT = 10  # seconds
LONGEST_WAIT = 3600
MAX_ATTEMPTS = 12


class ChannelError(Exception):
    """A provider refused, or could not be reached.

    :param str error_class: one of ``ERROR_CLASSES``.
    :param str message: what an agent or admin reads; no secret in it.
    :param str code: the provider's own code, for those who look it up.
    :param float retry_after: seconds to wait at least.
    """

    def __init__(self, error_class, message, code='', retry_after=0):
        super().__init__(message)
        self.error_class = error_class
        self.code = str(code)
        self.retry_after = retry_after


def backoff(attempts, retry_after=0):
    """Return how many seconds to wait after so many attempts; None if it was the last one.

    Doubles from ten seconds up to an hour: some six hours in all.
    """
    if attempts >= MAX_ATTEMPTS:
        return None
    return max(min(FIRST_WAIT * 2 ** max(attempts - 1, 0), LONGEST_WAIT), retry_after)
