"""Who is it? Weighs the evidence of an address and a phone number. No ORM, no names."""

from dataclasses import dataclass

SAME_EMAIL = 'same_email'
SAME_PHONE = 'same_phone'
ARCHIVED = 'archived'


@dataclass(frozen=True)
class Candidate:
    """A contact that is known by the address or the number.

    ``entity`` is the company or person behind it: contacts of one entity never contradict each
    other. ``rank`` sorts contacts of equal evidence, smallest first.
    """

    id: int
    email: str
    phone: str
    entity: int
    active: bool = True
    rank: tuple = ()


@dataclass(frozen=True)
class Verdict:
    """The contact to link, whether to make a new one, and what a person should look at."""

    partner_id: int | None = None
    create: bool = False
    suggestions: tuple = ()  # of (candidate id, reason)


def judge(email, phone, candidates):
    """Return the `Verdict` on an address and a number, either of which may be empty.

    The address is the stronger evidence: whoever is linked by it can at least read what is sent
    there. Nothing is linked, and nothing created, where a new contact would be a second one of
    somebody known, or where the number alone points at several people.

    :param str email: normalised address.
    :param str phone: number in E.164.
    :param candidates: known contacts with that address or number.
    """
    by_email = _ranked(c for c in candidates if email and c.email == email)
    by_phone = _ranked(c for c in candidates if phone and c.phone == phone)
    archived = [c for c in by_email or by_phone if not c.active]
    by_email = [c for c in by_email if c.active]
    by_phone = [c for c in by_phone if c.active]
    if by_email:
        return _judge_email(by_email, by_phone)
    if by_phone:
        return _judge_phone(email, by_phone)
    if archived:
        return Verdict(suggestions=_suggest(archived, ARCHIVED))
    return Verdict(create=bool(email or phone))


def _judge_email(by_email, by_phone):
    """The address is known: the number may pick among its owners, or contradict them."""
    phone_entities = {c.entity for c in by_phone}
    best = next((c for c in by_email if c.entity in phone_entities), by_email[0])
    agrees = best.entity in phone_entities
    others = [c for c in by_email if c.entity != best.entity]
    suggestions = () if agrees else _suggest(others, SAME_EMAIL)
    if not agrees:
        suggested = {candidate_id for candidate_id, _reason in suggestions}
        suggestions += tuple(s for s in _suggest(by_phone, SAME_PHONE) if s[0] not in suggested)
    return Verdict(partner_id=best.id, suggestions=suggestions)


def _judge_phone(email, by_phone):
    """Only the number is known. A different address on that contact contradicts it."""
    best = by_phone[0]
    alone = len({c.entity for c in by_phone}) == 1
    if alone and (not email or not best.email):
        return Verdict(partner_id=best.id)
    return Verdict(suggestions=_suggest(by_phone, SAME_PHONE))


def _ranked(candidates):
    return sorted(candidates, key=lambda c: (c.rank, c.id))


def _suggest(candidates, reason):
    """Return the best candidate of each entity with the reason."""
    best = {}
    for candidate in candidates:
        best.setdefault(candidate.entity, candidate)
    return tuple((candidate.id, reason) for candidate in best.values())
