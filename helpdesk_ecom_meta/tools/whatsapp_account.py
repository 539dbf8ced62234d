"""News of a WhatsApp account, as an administrator reads them. No ORM."""

from odoo.addons.helpdesk_ecom.tools.channel.reading import as_dict, as_dicts, as_text

from .whatsapp_content import name_of, plain

MAX_TEXT = 1000  # characters
FIELDS = {
    'account_alerts',
    'account_review_update',
    'account_settings_update',
    'account_update',
    'business_capability_update',
    'business_status_update',
    'message_template_components_update',
    'message_template_quality_update',
    'message_template_status_update',
    'partner_solutions',
    'payment_configuration_update',
    'phone_number_name_update',
    'phone_number_quality_update',
    'security',
    'template_category_update',
    'template_correct_category_detection',
}

# Nothing can be sent any more
_ERRORS = {
    ('account_update', 'ACCOUNT_DELETED'),
    ('account_update', 'PARTNER_REMOVED'),
    ('account_update', 'PARTNER_APP_UNINSTALLED'),
    ('account_review_update', 'REJECTED'),
}
# Somebody should look at it
_WARNINGS = {
    'ACCOUNT_RESTRICTION',
    'ACCOUNT_VIOLATION',
    'CRITICAL',
    'DISABLED',
    'DISABLED_UPDATE',
    'DOWNGRADE',
    'FLAGGED',
    'LIMIT_EXCEEDED',
    'PAUSED',
    'PENDING_DELETION',
    'PIN_CHANGED',
    'RED',
    'REJECTED',
    'YELLOW',
}


def read_news(name, value):
    """Return (text, severity) of a change of one of `FIELDS`."""
    words = {
        as_text(value.get(key))
        for key in ('event', 'decision', 'new_quality_score', 'alert_severity')
    }
    ban = as_text(as_dict(value.get('ban_info')).get('waba_ban_state'))
    if ban == 'DISABLE' or any((name, word) in _ERRORS for word in words):
        severity = 'error'
    elif words & _WARNINGS or name == 'template_category_update':
        severity = 'warning'
    else:
        severity = 'info'
    template = name_of(value.get('message_template_name'))
    language = name_of(value.get('message_template_language'))
    title = ' '.join(filter(None, [name, template, language]))
    return f'{title}: {describe(value)}'[:MAX_TEXT], severity


def describe(value, depth=0):
    """Return the plain values of an object on one line, without what says nothing."""
    parts = []
    for key, item in value.items():
        if depth == 0 and key.startswith('message_template_') or key == 'metadata':
            continue
        words = plain(item)
        if words and words != 'NONE':
            parts.append(f'{key} {words}')
        elif depth < 3:
            inner = [item] if isinstance(item, dict) else as_dicts(item)
            parts += [text for text in (describe(each, depth + 1) for each in inner) if text]
    return ', '.join(parts)[:MAX_TEXT]
