"""Domains that people write: what may go wrong with them, and what they must not ask for."""

from odoo.exceptions import UserError
from odoo.fields import Domain

# What a domain that somebody wrote, or that was true of an older version, may raise.
DOMAIN_ERRORS = (
    AttributeError,
    KeyError,
    MemoryError,
    NotImplementedError,
    RecursionError,
    SyntaxError,
    TypeError,
    UserError,
    ValueError,
)


def check_domain_access(model, domain):
    """Raise unless the user may read every field that a domain asks for, on every step of the way.

    Such domains are asked as superuser later on. Who may ask whether a hidden value begins with a
    letter, or has an effect depend on it, has read it letter by letter soon.

    :param model: records of the model that the domain is about, with the environment of the user.
    :param Domain domain: a valid one.
    :raise AccessError: if a model or a field is not the user's to read.
    """
    for condition in domain.iter_conditions():
        current = model.browse()
        for name in condition.field_expr.split('.'):
            current.check_access('read')
            field = current._fields.get(name)
            if field is None:  # a property or a part of a date, of a field that was checked
                break
            current._check_field_access(field, 'read')
            if not field.relational:
                break
            current = current.env[field.comodel_name]
        if condition.operator in ('any', 'not any', 'any!', 'not any!'):
            current.check_access('read')
            check_domain_access(current, Domain(condition.value))
