"""Tell the country of a phone number. Pure functions, no ORM."""

import re

import phonenumbers

_INTERNATIONAL = re.compile(r'[\s(]*(?:\+|00)')


def country_code_of(number):
    """Return the country of a phone number that is written with its country code.

    :param str number: as people write it, such as ``+1 (212) 555-0123`` or ``0049 30 12345``.
    :return: the ISO code of two letters; None for a national number, which may be anybody's, for
        what is no number, and for numbers of no country.
    :rtype: str | None
    """
    number = number or ''
    prefix = _INTERNATIONAL.match(number)
    if not prefix:
        return None
    try:
        parsed = phonenumbers.parse(f'+{number[prefix.end() :]}', None)
    except phonenumbers.NumberParseException:
        return None
    code = phonenumbers.region_code_for_number(parsed)
    return code if code and code.isalpha() else None
