"""Addresses that nobody reads."""

import re

_ROBOT = re.compile(
    r'(?:no|not|do[-_.]?not|dont|never)[-_.]?(?:reply|answer)'
    r'|(?:mailer|mail)?[-_.]?daemon(?=$|[-_.+])'
    r'|(?:postmaster|mdaemon|bounces?|notify|notifications?|nobody|root|system|robot|apache'
    r'|www-data|wordpress|website|forms?|webforms?)(?=$|[-_.+])',
)


def is_robot_address(email):
    """Tell whether no person reads what is sent to the address. An empty one counts as such.

    :param email: normalized address, or a false value.
    """
    return not email or bool(_ROBOT.match(email.partition('@')[0]))
