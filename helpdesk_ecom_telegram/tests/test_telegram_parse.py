import json
import random

from odoo.tests import BaseCase, tagged

from odoo.addons.helpdesk_ecom.tests.json_mutation import how_many, mutate
from odoo.addons.helpdesk_ecom.tools.channel.event import KINDS, ChannelEvent, NotParsed

from ..tools.telegram_answer import is_safe_path
from ..tools.telegram_parse import parse

EMMA = {
    'id': 123456789,
    'is_bot': False,
    'first_name': 'Emma',
    'last_name': 'Clark',
    'username': 'emmac',
    'language_code': 'en-US',
}
CHAT = {'id': 123456789, 'type': 'private', 'first_name': 'Emma'}


def update(**values):
    return {'update_id': 10, **values}


def message(**values):
    return update(
        message={'message_id': 7, 'from': EMMA, 'chat': CHAT, 'date': 1_790_000_000, **values}
    )


UPDATES = {
    'text': message(text='Where is S00042?'),
    'start': message(text='/start'),
    'start with an order': message(text='/start S00042'),
    'photo': message(
        caption='Broken',
        photo=[
            {'file_id': 'small', 'file_unique_id': 's', 'file_size': 100, 'width': 9, 'height': 9},
            {'file_id': 'large', 'file_unique_id': 'l', 'file_size': 9000, 'width': 90},
        ],
    ),
    'document': message(
        document={
            'file_id': 'doc',
            'file_name': 'bill.pdf',
            'mime_type': 'application/pdf',
            'file_size': 12,
        }
    ),
    'animation': message(animation={'file_id': 'gif'}, document={'file_id': 'gif'}),
    'voice': message(voice={'file_id': 'v', 'duration': 3, 'mime_type': 'audio/ogg'}),
    'venue': message(
        location={'latitude': 1.5, 'longitude': 2.5},
        venue={'location': {'latitude': 1.5, 'longitude': 2.5}, 'title': 'Home', 'address': 'Here'},
    ),
    'contact': message(contact={'phone_number': '+1555', 'first_name': 'Otto'}),
    'reply': message(text='To that', reply_to_message={'message_id': 5, 'chat': CHAT}),
    'group': message(text='Hi', chat={'id': -1, 'type': 'group'}),
    'robot': message(text='Hi', **{'from': {**EMMA, 'is_bot': True}}),
    'nothing': message(pinned_message={}),
    'edit': update(
        edited_message={
            'message_id': 7,
            'from': EMMA,
            'chat': CHAT,
            'date': 1,
            'edit_date': 2,
            'text': 'New',
        }
    ),
    'reaction': update(
        message_reaction={
            'chat': CHAT,
            'message_id': 7,
            'user': EMMA,
            'date': 3,
            'old_reaction': [],
            'new_reaction': [{'type': 'emoji', 'emoji': '👍'}],
        }
    ),
    'no reaction': update(
        message_reaction={
            'chat': CHAT,
            'message_id': 7,
            'user': EMMA,
            'date': 3,
            'new_reaction': [],
        }
    ),
    'button': update(
        callback_query={
            'id': '99',
            'from': EMMA,
            'data': 'yes',
            'message': {'message_id': 7, 'chat': CHAT},
        }
    ),
    'blocked': update(my_chat_member={'chat': CHAT, 'from': EMMA}),
}


@tagged('post_install', '-at_install')
class TestTelegramParse(BaseCase):
    """The reader of updates: what each becomes, and that nothing upsets it."""

    def _read(self, name):
        (event,) = parse(json.dumps(UPDATES[name]).encode())
        return event

    def test_kinds(self):
        kinds = {name: self._read(name).kind for name in UPDATES}
        self.assertEqual(
            kinds,
            {
                **dict.fromkeys(UPDATES, 'message'),
                **dict.fromkeys(('start', 'group', 'robot', 'nothing', 'blocked'), 'ignored'),
                **dict.fromkeys(('reaction', 'no reaction'), 'reaction'),
                'edit': 'edit',
            },
        )

    def test_text(self):
        event = self._read('text')
        self.assertEqual(event.external_id, '123456789:7')
        self.assertEqual(event.text, 'Where is S00042?')
        self.assertEqual(event.moment, 1_790_000_000)
        self.assertEqual(
            (event.person.external_id, event.person.name, event.person.username, event.person.lang),
            ('123456789', 'Emma Clark', 'emmac', 'en_US'),
        )
        self.assertEqual(self._read('start with an order').text, 'S00042')

    def test_files(self):
        self.assertEqual(self._read('photo').media[0].media_id, 'large')
        self.assertEqual(self._read('photo').text, 'Broken')
        document = self._read('document').media[0]
        self.assertEqual((document.name, document.kind), ('bill.pdf', 'document'))
        self.assertEqual([m.kind for m in self._read('animation').media], ['video'])
        self.assertEqual(self._read('voice').media[0].kind, 'audio')

    def test_details(self):
        self.assertEqual(self._read('venue').details['place']['name'], 'Home')
        self.assertEqual(self._read('contact').details['lines'], ['Otto +1555'])

    def test_targets(self):
        self.assertEqual(self._read('reply').reply_to, '123456789:5')
        self.assertEqual(self._read('edit').target, '123456789:7')
        self.assertEqual(
            (self._read('reaction').text, self._read('reaction').target), ('👍', '123456789:7')
        )
        self.assertEqual(self._read('no reaction').text, '')
        self.assertEqual(self._read('button').text, 'yes')

    def test_no_update(self):
        for body in (b'', b'x', b'[]', b'3', b'{}', b'{"update_id": []}', b'\xff', b'[' * 99999):
            with self.subTest(body=body[:10]), self.assertRaises(NotParsed):
                parse(body)

    def test_nothing_upsets_it(self):
        names = list(UPDATES)
        for seed in range(how_many(4000)):
            broken = mutate(UPDATES[random.Random(seed).choice(names)], seed)
            try:
                events = parse(json.dumps(broken).encode())
            except NotParsed:
                continue
            for event in events:
                self.assertIn(event.kind, KINDS)
                self.assertTrue(event.external_id)
                copy = ChannelEvent.from_json(json.loads(json.dumps(event.to_json())))
                self.assertEqual(copy, event)

    def test_paths(self):
        for path in ('photos/file_0.jpg', 'documents/a b.pdf'):
            self.assertTrue(is_safe_path(path))
        for path in ('', '../x', 'a/../b', '/etc/passwd', 'a//b', 'a/%2e%2e/b', 'é/x', './x'):
            self.assertFalse(is_safe_path(path), path)
