import json
import os
from pathlib import Path

from hypothesis import strategies as st

from odoo.addons.helpdesk_ecom.tools.channel.event import KINDS, MEDIA_KINDS, ChannelEvent

FIXTURES = Path(__file__).parent / 'fixtures'
# Payloads of other projects; they lie beside a checkout of the project, if at all.
CASES = Path(os.environ.get('SHARED_CASES') or Path(__file__).parents[3] / 'shared' / 'cases')

PAGE, PSID, APP = '100200300400', '7001', '1517776481860111'
INSTAGRAM, IGSID = '17841400000000001', '5551'


def fixture(platform, name):
    """Return a webhook's body."""
    return (FIXTURES / platform / f'{name}.json').read_bytes()


def fixtures(platform):
    """Return all bodies of a platform, by their names."""
    return {path.stem: path.read_bytes() for path in (FIXTURES / platform).glob('*.json')}


def check_event(test, event):
    """Assert that an event is one that the desk can store and read again."""
    test.assertIn(event.kind, KINDS)
    test.assertTrue(0 < len(event.external_id) <= 255, event.external_id)
    test.assertLessEqual(len(event.conversation), 255)
    stored = json.dumps(event.to_json(), allow_nan=False, ensure_ascii=False)
    stored.encode()  # no halves of a pair
    test.assertNotIn('\\u0000', stored)
    test.assertEqual(ChannelEvent.from_json(json.loads(stored)), event)
    for media in event.media:
        test.assertIn(media.kind, MEDIA_KINDS)
        test.assertTrue(media.url or media.media_id)
    if event.person:
        test.assertTrue(event.person.external_id)
    if event.date:
        event.date.isoformat()


# === MUTATION === #

junk = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.integers(min_value=10**30, max_value=10**310),
        st.floats(),
        st.text(max_size=20),
        st.sampled_from(
            [
                '\0',
                '\ud800',
                'https://',
                'https://[',
                'http://a b',
                'x' * 3000,
                '9' * 400,
                '-1',
                '∞',
            ]
        ),
        st.sampled_from(['2021-09-08T06:34:04+0000', '9999-99-99T00:00', '0001-01-01T00:00:00']),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


def _paths(value, path=()):
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from _paths(value[key], (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _paths(item, (*path, index))


def _changed(value, path, new, drop):
    """Return a copy of a value with something else at a path, or without it."""
    if not path:
        return new
    key, *rest = path
    copy = dict(value) if isinstance(value, dict) else list(value)
    if drop and not rest:
        del copy[key]
    else:
        copy[key] = _changed(value[key], rest, new, drop)
    return copy


@st.composite
def mutated(draw, bodies):
    """Bodies of which something was replaced, left out, swapped or cut off."""
    value = json.loads(draw(st.sampled_from(bodies)))
    for _change in range(draw(st.integers(1, 4))):
        paths = list(_paths(value))
        path = draw(st.sampled_from(paths))
        new = draw(junk)
        if draw(st.booleans()):  # something from elsewhere in the body
            new = value
            for key in draw(st.sampled_from(paths)):
                new = new[key]
        value = _changed(value, path, new, drop=draw(st.booleans()))
    body = json.dumps(value).encode()
    if draw(st.integers(0, 9)) == 0:
        start = draw(st.integers(0, len(body)))
        body = (
            body[:start] + draw(st.binary(max_size=5)) + body[draw(st.integers(start, len(body))) :]
        )
    return body
