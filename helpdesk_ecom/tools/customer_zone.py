"""Guess in which time zone a customer is. Pure functions, no ORM."""

from functools import lru_cache

import phonenumbers
import pytz
from phonenumbers import timezone as phone_zones

# Countries whose territory has several zones, but where nearly everybody lives by one of them.
MAIN_ZONES = {
    'CL': 'America/Santiago',
    'CN': 'Asia/Shanghai',
    'CY': 'Asia/Nicosia',
    'DE': 'Europe/Berlin',
    'EC': 'America/Guayaquil',
    'ES': 'Europe/Madrid',
    'MN': 'Asia/Ulaanbaatar',
    'MY': 'Asia/Kuala_Lumpur',
    'NZ': 'Pacific/Auckland',
    'PT': 'Europe/Lisbon',
    'UA': 'Europe/Kyiv',
    'UZ': 'Asia/Tashkent',
}

# The zone of most people of a state, by country: a handful of states is split between two.
STATE_ZONES = {
    'AU': {
        'Australia/Sydney': 'ACT NSW',
        'Australia/Melbourne': 'VIC',
        'Australia/Brisbane': 'QLD',
        'Australia/Adelaide': 'SA',
        'Australia/Darwin': 'NT',
        'Australia/Perth': 'WA',
        'Australia/Hobart': 'TAS',
    },
    'BR': {
        'America/Sao_Paulo': 'DF ES GO MG PR RJ RS SC SP',
        'America/Fortaleza': 'CE MA PB PI RN',
        'America/Recife': 'PE',
        'America/Maceio': 'AL SE',
        'America/Bahia': 'BA',
        'America/Belem': 'AP PA',
        'America/Araguaina': 'TO',
        'America/Campo_Grande': 'MS',
        'America/Cuiaba': 'MT',
        'America/Porto_Velho': 'RO',
        'America/Boa_Vista': 'RR',
        'America/Manaus': 'AM',
        'America/Rio_Branco': 'AC',
    },
    'CA': {
        'America/St_Johns': 'NL',
        'America/Halifax': 'NS PE',
        'America/Moncton': 'NB',
        'America/Toronto': 'ON QC',
        'America/Winnipeg': 'MB',
        'America/Regina': 'SK',
        'America/Edmonton': 'AB NT',
        'America/Vancouver': 'BC',
        'America/Whitehorse': 'YT',
        'America/Iqaluit': 'NU',
    },
    'ES': {'Atlantic/Canary': 'GC TF', 'Africa/Ceuta': 'CE ME'},
    'MX': {
        'America/Mexico_City': (
            'AGU CAM CHP CMX COL DUR GRO GUA HID JAL MEX MIC MOR OAX PUE QUE SLP TAB TLA VER ZAC'
        ),
        'America/Monterrey': 'COA NLE TAM',
        'America/Merida': 'YUC',
        'America/Cancun': 'ROO',
        'America/Chihuahua': 'CHH',
        'America/Hermosillo': 'SON',
        'America/Mazatlan': 'BCS NAY SIN',
        'America/Tijuana': 'BCN',
    },
    'PT': {'Atlantic/Azores': '20', 'Atlantic/Madeira': '30'},
    'US': {
        'America/New_York': 'CT DC DE FL GA KY MA MD ME NC NH NJ NY OH PA RI SC VA VT WV',
        'America/Detroit': 'MI',
        'America/Indiana/Indianapolis': 'IN',
        'America/Chicago': 'AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI',
        'America/Denver': 'CO MT NM UT WY',
        'America/Boise': 'ID',
        'America/Phoenix': 'AZ',
        'America/Los_Angeles': 'CA NV OR WA',
        'America/Anchorage': 'AK',
        'Pacific/Honolulu': 'HI',
        'America/Puerto_Rico': 'PR VI',
        'Pacific/Guam': 'GU MP',
        'Pacific/Pago_Pago': 'AS',
    },
}


def find_zone(zone=None, country_code=None, state_code=None, phone=None):
    """Return the time zone that a customer most likely lives by.

    The zone that is on file counts, unless it is none of the customer's country: Odoo gives a new
    contact the zone of the colleague who enters it. After it comes the address, then the phone.
    Where no country is known, the phone tells which zones are possible.

    :param str zone: IANA name that is on file.
    :param str country_code: ISO 3166 code of two letters.
    :param str state_code: the code of the state, as Odoo keeps it.
    :param str phone: a number, in any format.
    :return: the IANA name, or None if nobody knows.
    :rtype: str | None
    """
    number = _parse_phone(phone, country_code) if phone else None
    region = country_code or (number and phonenumbers.region_code_for_number(number))
    if zone in pytz.all_timezones_set and (not region or is_zone_of(zone, region)):
        return zone
    return guess_zone(country_code, state_code) or (number and _guess_zone_by_phone(number, region))


@lru_cache(maxsize=4096)
def is_zone_of(zone, country_code):
    """Tell whether a zone is one of a country, also by an older name.

    :param str zone: IANA name of a zone that exists.
    :param str country_code: ISO 3166 code of two letters; every zone is one of an unknown country.
    """
    zones = pytz.country_timezones.get(country_code.upper(), ())
    if not zones or zone in zones:
        return True
    rules = _read_rules(zone)
    return any(_read_rules(other) == rules for other in zones)


def guess_zone(country_code, state_code=None):
    """Return the time zone that people at an address most likely live by.

    :param str country_code: ISO 3166 code of two letters, in any case.
    :param str state_code: the code of the state, as Odoo keeps it.
    :return: the IANA name, or None if that would be a guess among several.
    :rtype: str | None
    """
    country_code = (country_code or '').upper()
    for zone, states in STATE_ZONES.get(country_code, {}).items():
        if state_code in states.split():
            return zone
    if country_code in MAIN_ZONES:
        return MAIN_ZONES[country_code]
    zones = pytz.country_timezones.get(country_code, ())
    return zones[0] if len(zones) == 1 else None


def _read_rules(zone):
    """Return the rules of a zone: the names of one zone share them to the byte."""
    with pytz.open_resource(zone) as rules:
        return rules.read()


def _parse_phone(phone, country_code):
    """Return the number, or None if there is none like that."""
    try:
        number = phonenumbers.parse(phone, country_code or None)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


def _guess_zone_by_phone(number, region):
    """Return the zone that a number belongs to, if that is one of a country and beyond doubt."""
    zones = [
        zone
        for zone in phone_zones.time_zones_for_number(number)
        if zone in pytz.all_timezones_set and (not region or is_zone_of(zone, region))
    ]
    if len(zones) == 1:
        return zones[0]
    return guess_zone(region) if zones else None


def local_time(moment, zone):
    """Return what the clocks in a zone show.

    :param datetime moment: naive, in UTC.
    :param str zone: IANA name.
    :return: ``YYYY-MM-DD HH:MM``, or None if there is no such zone.
    :rtype: str | None
    """
    if not zone or zone not in pytz.all_timezones_set:
        return None
    moment = pytz.utc.localize(moment).astimezone(pytz.timezone(zone))
    return moment.strftime('%Y-%m-%d %H:%M')
