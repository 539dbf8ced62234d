"""Webhooks of WhatsApp as files, and what must be true of whatever becomes of them."""

import json
import os
import re
from pathlib import Path

from odoo.addons.helpdesk_ecom.tools.channel import event
from odoo.addons.helpdesk_ecom.tools.channel.event import ChannelEvent

FIXTURES = Path(__file__).parent / 'fixtures' / 'whatsapp'
# Webhooks that other projects collected; they lie beside a checkout of the project, if at all.
CASES = Path(os.environ.get('SHARED_CASES') or Path(__file__).parents[3] / 'shared' / 'cases')
COLLECTED = sorted(CASES.glob('whatsapp/**/*.json'))


def fixture(name):
    """Return the body of a webhook."""
    return (FIXTURES / f'{name}.json').read_bytes()


def check_event(test, found):
    """Assert that an event can be stored, found again and shown, whatever it was made of."""
    test.assertIn(found.kind, event.KINDS)
    test.assertTrue(found.external_id)
    test.assertLess(len(found.external_id), 700)
    stored = json.dumps(found.to_json(), allow_nan=False, ensure_ascii=False)
    stored.encode()
    test.assertIsNone(re.search(r'(?<!\\)(\\\\)*\\u0000', stored))
    test.assertEqual(ChannelEvent.from_json(json.loads(stored)), found)
    test.assertIn(found.severity, ('info', 'warning', 'error'))
    if found.kind == event.STATUS:
        test.assertIn(found.status, event.STATUS_RANKS)
        test.assertTrue(found.target)
    if found.kind == event.MESSAGE:
        test.assertTrue(found.text or found.media or found.details)
    if found.person:
        test.assertTrue(found.person.external_id)
    test.assertTrue(found.date is None or found.date.year < 5200)
    for media in found.media:
        test.assertIn(media.kind, event.MEDIA_KINDS)
        test.assertTrue(media.media_id or media.url)
