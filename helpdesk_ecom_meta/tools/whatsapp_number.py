"""How WhatsApp calls people: by phone number, by user id, or by both. No ORM."""

import re

# Business-scoped user id: country, a point, letters and digits; ENT before those of a parent
_USER_ID = re.compile(r'[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,200}')
_WA_ID = re.compile(r'[1-9][0-9]{5,16}')
# Mobile numbers of Brazil have nine digits since 2016; WhatsApp knows older accounts by eight
_BRAZIL_OLD = re.compile(r'(55[1-9][1-9])([6-9][0-9]{7})')
# Mexico gave up the 1 before mobile numbers in 2019; WhatsApp keeps it
_MEXICO_OLD = re.compile(r'521([0-9]{10})')


def is_user_id(text):
    """Tell whether a text is a user id of WhatsApp, such as ``US.13491208655302741918``."""
    return bool(_USER_ID.fullmatch(text))


def is_wa_id(text):
    """Tell whether a text is a phone number as WhatsApp writes it: only digits."""
    return bool(_WA_ID.fullmatch(text))


def phone_of(wa_id):
    """Return the phone number in E.164 as its country writes it today; empty if it is none.

    Only for finding people: messages go to the number as WhatsApp knows it. Argentina's mobile
    numbers have their 9 in E.164, too, so that they stay as they are.
    """
    if not is_wa_id(wa_id):
        return ''
    if match := _MEXICO_OLD.fullmatch(wa_id):
        return f'+52{match[1]}'
    if match := _BRAZIL_OLD.fullmatch(wa_id):
        return f'+{match[1]}9{match[2]}'
    return f'+{wa_id}'


def sort_ids(*candidates):
    """Return (phone number, user id) out of ids in any order and of any kind; empty: unknown.

    WhatsApp leaves out one or the other, and has been seen to send a user id where the phone number
    belongs. What looks like neither is taken for the first that is missing.
    """
    wa_id = next((text for text in candidates if is_wa_id(text)), '')
    user_id = next((text for text in candidates if is_user_id(text)), '')
    if not wa_id and not user_id:
        wa_id = next((text for text in candidates if text), '')
    return wa_id, user_id
