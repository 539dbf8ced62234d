"""What a chat says: how it ended, what it is about, where to answer. No ORM."""

import re
from unicodedata import east_asian_width

# How a chat ended.
UNANSWERED = 'unanswered'  # no person of the desk wrote a word
LEFT = 'left'  # the visitor had the last word, and went
ENDED = 'ended'  # everything else

VISITOR, AGENT, BOT = 'visitor', 'agent', 'bot'

MAX_SUBJECT = 80
# A greeting is shorter than what somebody wants.
TELLING_WIDTH = 12

_ADDRESS = re.compile(
    r'(?<![\w.+-])[\w.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24}(?![\w-])',
)
MAX_TEXT = 10_000


def judge_chat(speakers, *, wanted_person):
    """Return how a chat ended, None if the visitor said nothing at all.

    A chat that a robot held from beginning to end, and that no person was asked for, has ended
    well.

    :param speakers: who wrote each message, in their order: `VISITOR`, `AGENT` or `BOT`.
    :param bool wanted_person: whether the visitor was to speak with a person, there or not.
    """
    if VISITOR not in speakers:
        return None
    if AGENT not in speakers:
        return UNANSWERED if wanted_person else ENDED
    persons = [speaker for speaker in speakers if speaker != BOT]
    return LEFT if persons[-1] == VISITOR else ENDED


def choose_subject(texts):
    """Return the first thing that a visitor said that is more than a greeting, in one short line.

    :param texts: what the visitor said, plain text, in its order.
    :return: the subject; empty if nothing was said.
    """
    lines = [line for text in texts if (line := ' '.join(text[:MAX_TEXT].split()))]
    line = next((line for line in lines if _get_width(line) >= TELLING_WIDTH), '')
    return shorten(line or ' '.join(lines))


def shorten(line):
    """Return a line that is no longer than a subject may be, cut between words if there are any."""
    if len(line) <= MAX_SUBJECT:
        return line
    head = line[: MAX_SUBJECT - 1]
    cut = head.rfind(' ')
    return (head[:cut] if cut > MAX_SUBJECT // 2 else head).rstrip() + '…'


def _get_width(text):
    """Return how much a text says: a Chinese letter says as much as half a word."""
    return sum(3 if east_asian_width(letter) in 'WF' else 1 for letter in text)


def find_address(texts):
    """Return the e-mail address that a visitor gave, empty if there is none or more than one.

    :param texts: what the visitor said, plain text.
    """
    found = {
        address.lower(): address for text in texts for address in _ADDRESS.findall(text[:MAX_TEXT])
    }
    return next(iter(found.values())) if len(found) == 1 else ''
