"""Public holidays as the library `holidays` knows them. No ORM.

The library takes some ten megabytes of memory. It is needed once a month at most, so it is imported
when it is.
"""

from typing import NamedTuple


class UnknownCountry(LookupError):
    """The library knows nothing of the holidays of a country."""


class LibraryMissing(ImportError):
    """The library is not installed."""


class PublicHoliday(NamedTuple):
    """A day on which a country, or a part of it, doesn't work.

    :param date date: the day.
    :param str name: in the language that was asked for, if there is such a translation.
    :param str source_name: in the language of the country; it is the same whoever asks.
    :param frozenset subdivisions: codes of the parts, or None: all of them.
    :param bool is_national: whether it is one of the country, besides of parts of it.
    """

    date: object
    name: str
    source_name: str
    subdivisions: frozenset | None
    is_national: bool


def match_subdivision(country_code, state_code, state_name):
    """Return what the library calls a state, or None if it knows nothing particular of it.

    :param str country_code: ISO 3166 code of two letters.
    :param str state_code: as Odoo keeps it: ``BY``, ``DE-BY`` or ``BE-FR`` (Berne, in French).
    :param str state_name: it counts if the code says nothing.
    :raise UnknownCountry: if the library doesn't know the country.
    """
    calendar = _get_calendar(country_code)
    code = state_code.removeprefix(f'{country_code}-')
    for candidate in (state_code, code, code.partition('-')[0]):
        if candidate in calendar.subdivisions:
            return candidate
    names = {
        name.casefold(): subdivision for name, subdivision in calendar.subdivisions_aliases.items()
    }
    return names.get(state_name.casefold())


def read_holidays(country_code, years, language, subdivisions=()):
    """Return the public holidays of a country, and of parts of it.

    A holiday that the country has, but not all of the parts, is one of those that have it.

    :param str country_code: ISO 3166 code of two letters.
    :param years: the years, as integers.
    :param str language: code of a language as Odoo has it, such as ``de_CH``.
    :param subdivisions: codes of the parts that matter, as `match_subdivision` returns them.
    :rtype: list[PublicHoliday]
    :raise UnknownCountry: if the library doesn't know the country.
    """
    calendar = _get_calendar(country_code)
    language = _choose_language(calendar, language)
    parts = {
        part: _read_names(calendar, country_code, years, language, part)
        for part in sorted(set(subdivisions))
    }
    result = []
    whole = _read_names(calendar, country_code, years, language)
    for day, (name, source_name) in whole.items():
        having = frozenset(part for part, names in parts.items() if day in names)
        result.append(
            PublicHoliday(
                day, name, source_name, having if len(having) < len(parts) else None, True
            )
        )
    regional = {}
    for part, names in parts.items():
        for day, (name, source_name) in names.items():
            if day not in whole:
                regional.setdefault((day, name), (source_name, set()))[1].add(part)
    result += [
        PublicHoliday(day, name, source_name, frozenset(having), False)
        for (day, name), (source_name, having) in regional.items()
    ]
    return sorted(result, key=lambda holiday: (holiday.date, holiday.name))


def _get_calendar(country_code, **options):
    """Return the library's calendar of a country."""
    try:
        import holidays
    except ImportError as error:
        raise LibraryMissing('holidays') from error
    try:
        return holidays.country_holidays(country_code, **options)
    except NotImplementedError as error:
        raise UnknownCountry(country_code) from error


def _read_names(calendar, country_code, years, language, subdivision=None):
    """Return for each holiday its name in a language, and in that of the country."""
    named, original = (
        _get_calendar(country_code, subdiv=subdivision, years=years, language=code)
        for code in (language, calendar.default_language)
    )
    return {day: (name, original[day]) for day, name in named.items()}


def _choose_language(calendar, language):
    """Return the language of the library that is nearest: English, if it is none of them."""
    known = calendar.supported_languages
    for candidate in (language, language.partition('_')[0], 'en_US'):
        if candidate in known:
            return candidate
    return calendar.default_language
