import json
import unittest

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.helpdesk_ecom.tests.json_mutation import how_many, mutate
from odoo.addons.helpdesk_ecom.tools.channel.event import NotParsed
from odoo.addons.helpdesk_ecom_meta.tools.whatsapp_parse import parse

from .common_whatsapp import COLLECTED, FIXTURES, check_event, fixture

PARSED = {path.stem: json.loads(path.read_bytes()) for path in sorted(FIXTURES.glob('*.json'))}

# fixture -> what its events have at least, each as (kind, text, other values)
MESSAGES = {
    'text': [('message', 'Where is my parcel?', {'opens_window': True})],
    'text_reply': [('message', 'This one', {'reply_to': 'wamid.ours'})],
    'text_forwarded': [('message', 'Look', {'details': {'forwarded': True}})],
    'text_no_phone': [('message', 'I have a user name', {})],
    'text_user_id_in_from': [('message', 'Odd ids', {})],
    'text_no_user_id': [('message', 'As of old', {})],
    'text_milliseconds': [('message', 'Precise', {'moment': 1764400001})],
    'image': [('message', 'It is broken', {})],
    'location': [
        (
            'message',
            'https://townhall.example',
            {
                'details': {
                    'place': {
                        'name': 'Town Hall',
                        'address': 'Rathausstr. 15, Berlin',
                        'latitude': 52.520008,
                        'longitude': 13.404954,
                    }
                }
            },
        )
    ],
    'location_current': [
        ('message', '', {'details': {'place': {'latitude': -33.9, 'longitude': 18.4}}})
    ],
    'contacts': [
        ('message', '👤 Ann Doe, +1 650 555 9999, ann@doe.example\n👤 Bob Roe, 16505558888', {})
    ],
    'interactive_button': [('message', 'Money back', {'details': {'choice': 'refund'}})],
    'interactive_list': [('message', 'Express\nTomorrow', {'details': {'choice': 'express'}})],
    'interactive_form': [
        ('message', 'order: S00042\nreason: broken, late\ncount: 2\nnote: ab', {})
    ],
    'interactive_call_permission': [('message', '', {'details': {'may_call': True}})],
    'button': [('message', 'No more news', {'details': {'choice': 'stop-news'}})],
    'order': [('message', 'Please hurry\n🛒 3 × MUG-1 30 ILS\n🛒 1 × CUP-2 9.5 ILS', {})],
    'unsupported': [
        (
            'message',
            '',
            {
                'error_code': '131051',
                'error': 'Message type is currently not supported.',
                'details': {'unsupported': 'poll'},
            },
        )
    ],
    'unsupported_bare': [('message', '', {'details': {'unsupported': 'unsupported'}})],
    'unknown_type': [('message', '', {'details': {'unsupported': 'hologram'}})],
    'media_failed': [
        (
            'message',
            '',
            {
                'error_code': '131052',
                'error': 'Failed to download the media from the sender',
                'details': {'unsupported': 'image'},
            },
        )
    ],
    'call_completed': [('message', '', {'details': {'call': {'answered': True, 'seconds': 65}}})],
    'call_missed': [('message', '', {'details': {'call': {'answered': False, 'seconds': 0}}})],
    'text_product': [
        (
            'message',
            'Is it blue?',
            {'details': {'product': {'catalog_id': '194', 'product_retailer_id': 'MUG-1'}}},
        )
    ],
    'text_group': [
        (
            'message',
            'We all wait',
            {
                'conversation': 'Y2FwaV9ncm91cDox',
                'details': {'thread': 'Y2FwaV9ncm91cDox'},
                'is_private': False,
            },
        )
    ],
}
CHANGES = {
    'reaction': [('reaction', '😮', {'target': 'wamid.ours', 'opens_window': False})],
    'reaction_removed': [('reaction', '', {'target': 'wamid.ours'})],
    'reaction_removed_without_key': [('reaction', '', {'target': 'wamid.ours'})],
    'edit_text': [('edit', 'Where are my parcels?', {'target': 'wamid.text'})],
    'edit_caption': [('edit', 'It is badly broken', {'target': 'wamid.image'})],
    'revoke': [('delete', '', {'target': 'wamid.text', 'opens_window': False})],
    'echo_text': [('echo', 'It is on its way', {'external_id': 'wamid.echo_text'})],
    'echo_image': [('echo', '', {'opens_window': False})],
    'echo_reaction': [('echo', '👍', {'reply_to': 'wamid.text'})],
    'echo_edit': [('echo', 'It is on its way now', {'target': 'wamid.echo_text'})],
    'echo_revoke': [('ignored', 'message_echoes revoke', {})],
    'call_ours': [('echo', '', {'details': {'call': {'answered': True, 'seconds': 5}}})],
    'status_sent': [('status', '', {'status': 'sent', 'own_key': 'key-1'})],
    'status_delivered': [('status', '', {'status': 'delivered', 'target': 'wamid.ours'})],
    'status_read': [('status', '', {'status': 'read', 'external_id': 'wamid.ours:read'})],
    'status_played': [('status', '', {'status': 'read', 'external_id': 'wamid.ours:played'})],
    'status_failed': [
        (
            'status',
            '',
            {
                'status': 'failed',
                'error_code': '131047',
                'error': 'More than 24 hours have passed since the customer last replied',
            },
        )
    ],
    'status_group': [('status', '', {'external_id': 'wamid.ours:read:16505551234'})],
    'user_preferences': [
        (
            'account',
            'Kerry Fisher marketing_messages stop User requested to stop marketing messages',
            {'severity': 'info'},
        )
    ],
}
NEWS = {
    'account_deleted': ('error', 'account_update: event ACCOUNT_DELETED'),
    'account_disabled': (
        'error',
        'account_update: event DISABLED_UPDATE, waba_ban_state DISABLE, '
        'waba_ban_date November 29, 2026',
    ),
    'account_restriction': (
        'warning',
        'account_update: event ACCOUNT_RESTRICTION, '
        'restriction_type RESTRICTED_BIZ_INITIATED_MESSAGING, expiration 1764500000',
    ),
    'template_approved': (
        'info',
        'message_template_status_update order_update en_US: event APPROVED',
    ),
    'template_rejected': (
        'warning',
        'message_template_status_update order_update en_US: event REJECTED, reason INVALID_FORMAT',
    ),
    'template_quality': (
        'warning',
        'message_template_quality_update order_update en_US: previous_quality_score GREEN, '
        'new_quality_score RED',
    ),
    'template_category': (
        'warning',
        'template_category_update order_update en_US: previous_category UTILITY, '
        'new_category MARKETING',
    ),
    'number_quality': (
        'warning',
        'phone_number_quality_update: display_phone_number 15550783881, event DOWNGRADE, '
        'current_limit TIER_1K',
    ),
    'errors_of_account': (
        'warning',
        'Message failed to send because there were too many messages',
    ),
    'errors_that_stop': ('error', 'Account has been locked'),
}
IGNORED = ('history', 'app_state', 'unknown_field', 'request_welcome', 'call_connect')
IGNORED += ('call_status', 'status_deleted')
# what the tests below look at more closely
OTHERS = ('batch', 'text_referral', 'video', 'document', 'audio_voice', 'voice', 'sticker')
OTHERS += ('system_number', 'system_number_old_form', 'system_keys', 'user_id_update')


@tagged('post_install', '-at_install')
class TestWhatsappParse(BaseCase):
    def _check(self, expected):
        for name, wanted in expected.items():
            with self.subTest(fixture=name):
                events = parse(fixture(name))
                for found in events:
                    check_event(self, found)
                found = [
                    (each.kind, each.text, {key: getattr(each, key) for key in values})
                    for each, (_kind, _text, values) in zip(events, wanted, strict=True)
                ]
                self.assertEqual(found, wanted)

    def _parse_one(self, name):
        events = parse(fixture(name))
        self.assertEqual(len(events), 1)
        check_event(self, events[0])
        return events[0]

    def test_every_fixture_is_looked_at(self):
        self.assertEqual({*PARSED}, {*MESSAGES, *CHANGES, *NEWS, *IGNORED, *OTHERS})

    def test_messages(self):
        self._check(MESSAGES)

    def test_changes_and_statuses(self):
        self._check(CHANGES)

    def test_news_of_the_account(self):
        for name, wanted in NEWS.items():
            with self.subTest(fixture=name):
                found = self._parse_one(name)
                self.assertEqual((found.kind, found.opens_window), ('account', False))
                self.assertEqual((found.severity, found.text), wanted)

    def test_ignored(self):
        for name in IGNORED:
            with self.subTest(fixture=name):
                found = self._parse_one(name)
                self.assertEqual(found.kind, 'ignored')
                self.assertTrue(found.text)
                self.assertTrue(found.details['value'])

    def test_whole_message(self):
        self.assertEqual(
            self._parse_one('text').to_json(),
            {
                'kind': 'message',
                'external_id': 'wamid.text',
                'account': '106540352242922',
                'conversation': 'US.13491208655302741918',
                'moment': 1764400001,
                'person': {
                    'external_id': '16505551234',
                    'alternate_id': 'US.13491208655302741918',
                    'name': 'Kerry Fisher',
                    'username': 'kfisher',
                    'phone': '+16505551234',
                    'email': '',
                    'lang': '',
                },
                'text': 'Where is my parcel?',
                'severity': 'info',
                'opens_window': True,
                'is_private': True,
            },
        )

    def test_media(self):
        sha256 = '6f41285185b4405e8feb11244d26551da4eef544048f14c660625a0ca705daf3'
        image = self._parse_one('image').media[0]
        self.assertEqual(image.kind, 'image')
        self.assertEqual(image.media_id, '1003383421387256')
        self.assertEqual(image.mimetype, 'image/jpeg')
        self.assertEqual(image.sha256, sha256)
        self.assertTrue(image.url.startswith('https://lookaside.fbsbx.com/'))
        document = self._parse_one('document')
        self.assertEqual(document.media[0].name, 'invoice.pdf')
        self.assertEqual(document.text, 'The invoice')
        for name, kind, mimetype in (
            ('video', 'video', 'video/mp4'),
            ('audio_voice', 'audio', 'audio/ogg'),
            ('voice', 'audio', 'audio/ogg'),
            ('sticker', 'sticker', 'image/webp'),
        ):
            with self.subTest(fixture=name):
                media = self._parse_one(name).media[0]
                self.assertEqual((media.kind, media.mimetype), (kind, mimetype))
        self.assertEqual(self._parse_one('audio_voice').details, {'voice': True})

    def test_referral(self):
        details = self._parse_one('text_referral').details
        self.assertEqual(details['referral']['ctwa_clid'], 'Aff-n8')
        self.assertEqual(details['referral']['headline'], 'Mugs')

    def test_order_details(self):
        details = self._parse_one('order').details
        self.assertEqual(
            details['order']['items'][1],
            {
                'product_retailer_id': 'CUP-2',
                'quantity': '1',
                'item_price': '9.5',
                'currency': 'ILS',
            },
        )

    def test_person_without_phone(self):
        for name in ('text_no_phone', 'text_user_id_in_from'):
            with self.subTest(fixture=name):
                person = self._parse_one(name).person
                self.assertEqual(person.external_id, 'US.13491208655302741918')
                self.assertEqual((person.alternate_id, person.phone), ('', ''))
                self.assertEqual(person.name, 'Kerry Fisher')

    def test_person_without_user_id(self):
        event = self._parse_one('text_no_user_id')
        self.assertEqual(event.person.external_id, '16505551234')
        self.assertEqual(event.person.alternate_id, '')
        self.assertEqual(event.conversation, '16505551234')

    def test_one_conversation_with_and_without_phone(self):
        names = ('text', 'text_no_phone', 'image', 'status_read', 'echo_text', 'call_completed')
        self.assertEqual(
            {self._parse_one(name).conversation for name in names}, {'US.13491208655302741918'}
        )

    def test_other_number(self):
        for name in ('system_number', 'system_number_old_form'):
            with self.subTest(fixture=name):
                event = self._parse_one(name)
                self.assertEqual((event.kind, event.target), ('identity', '16505551234'))
                self.assertEqual(event.person.external_id, '12195555358')
                self.assertEqual(event.person.phone, '+12195555358')
                self.assertFalse(event.opens_window)

    def test_other_keys(self):
        event = self._parse_one('system_keys')
        self.assertEqual((event.kind, event.target), ('identity', event.person.external_id))
        self.assertEqual(event.text, 'The security code of Kerry changed')

    def test_other_user_id(self):
        event = self._parse_one('user_id_update')
        self.assertEqual((event.kind, event.target), ('identity', 'US.13491208655302741918'))
        self.assertEqual(event.person.external_id, 'US.2000')

    def test_batch(self):
        events = parse(fixture('batch'))
        self.assertEqual(
            [(each.account[0], each.external_id, each.kind) for each in events],
            [
                ('1', 'wamid.b2', 'message'),
                ('1', 'wamid.b1', 'message'),
                ('1', 'wamid.ours:read', 'status'),
                ('1', 'wamid.ours:delivered', 'status'),
                ('2', 'wamid.b3', 'message'),
            ],
        )
        self.assertEqual(events[0].person.name, 'Ann')
        self.assertEqual(events[0].person.external_id, '5215512345678')
        self.assertEqual(events[0].person.phone, '+525512345678')
        self.assertEqual(events[1].person.name, 'Kerry Fisher')

    def test_stranger_among_several(self):
        """Nobody gets the name of another one."""
        payload = json.loads(fixture('batch'))
        payload['entry'][0]['changes'][0]['value']['messages'][0]['from'] = '4930123456'
        event = parse(json.dumps(payload).encode())[0]
        self.assertEqual((event.person.external_id, event.person.name), ('4930123456', ''))

    def test_repeated_delivery(self):
        for name in PARSED:
            with self.subTest(fixture=name):
                first, second = (parse(fixture(name)) for _time in range(2))
                self.assertEqual(first, second)

    def test_two_deaths_of_an_account(self):
        """The same news on another day are news."""
        first = PARSED['account_deleted']
        second = json.loads(json.dumps(first))
        second['entry'][0]['time'] += 86400
        ids = {parse(json.dumps(each).encode())[0].external_id for each in (first, second)}
        self.assertEqual(len(ids), 2)

    def test_nothing_vanishes(self):
        for entry in ({}, {'changes': []}, {'changes': [{}]}, {'messaging': [{'sender': {}}]}):
            with self.subTest(entry=entry):
                events = parse(json.dumps({'entry': [entry]}).encode())
                self.assertEqual([each.kind for each in events], ['ignored'])
        body = {'entry': [{'changes': [{'field': 'messages', 'value': {'messages': [7, None]}}]}]}
        events = parse(json.dumps(body).encode())
        self.assertEqual([each.kind for each in events], ['ignored', 'ignored'])
        self.assertEqual(len({each.external_id for each in events}), 2)

    def test_no_webhook(self):
        for body in (b'', b'[]', b'{}', b'{"entry": 3}', b'{"entry": []}', b'\xff', b'{"a"'):
            with self.subTest(body=body), self.assertRaises(NotParsed):
                parse(body)

    def test_large_unknown_is_not_kept(self):
        body = {'entry': [{'changes': [{'field': 'history', 'value': {'x': 'y' * 50_000}}]}]}
        event = parse(json.dumps(body).encode())[0]
        self.assertEqual((event.kind, event.details), ('ignored', {}))

    @unittest.skipUnless(COLLECTED, 'the collection of real webhooks is not here')
    def test_collected(self):
        for path in COLLECTED:
            with self.subTest(file=path.name):
                events = parse(path.read_bytes())
                self.assertTrue(events)
                for found in events:
                    check_event(self, found)
                    self.assertTrue('unsupported' not in found.details or found.error)

    @given(st.sampled_from(sorted(PARSED)), st.integers(0, 2**32))
    @settings(max_examples=how_many(3000))
    def test_mutated(self, name, seed):
        """Whatever is broken in a webhook, the rest of it is read."""
        body = json.dumps(mutate(PARSED[name], seed)).encode()
        try:
            events = parse(body)
        except NotParsed:
            return
        self.assertTrue(events)
        for found in events:
            check_event(self, found)

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: (
                st.lists(inner, max_size=4)
                | st.dictionaries(
                    st.sampled_from(['entry', 'changes', 'value', 'messages', 'id', 'type', 'text'])
                    | st.text(max_size=5),
                    inner,
                    max_size=4,
                )
            ),
            max_leaves=15,
        )
    )
    @settings(max_examples=400)
    def test_any_json(self, payload):
        for value in (payload, {'entry': payload}, {'entry': [{'changes': payload}]}):
            try:
                events = parse(json.dumps(value).encode())
            except NotParsed:
                continue
            for found in events:
                check_event(self, found)
