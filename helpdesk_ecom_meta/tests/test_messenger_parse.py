"""What a webhook of Messenger or Instagram tells."""

import json
import unittest

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.helpdesk_ecom.tests.json_mutation import how_many
from odoo.addons.helpdesk_ecom.tools.channel.event import (
    ACCOUNT,
    DELETE,
    DELIVERED,
    ECHO,
    EDIT,
    IGNORED,
    MESSAGE,
    REACTION,
    READ,
    SENT,
    STATUS,
    NotParsed,
)
from odoo.addons.helpdesk_ecom_meta.tools.comment_parse import read_mention_id
from odoo.addons.helpdesk_ecom_meta.tools.messenger_parse import parse, read_moment

from .messenger_common import (
    APP,
    CASES,
    IGSID,
    INSTAGRAM,
    PAGE,
    PSID,
    check_event,
    fixture,
    fixtures,
    mutated,
)

MOMENT = 1790586399.0
ALL = [*fixtures('messenger').values(), *fixtures('instagram').values()]
COLLECTED = sorted([*CASES.glob('facebook/**/*.json'), *CASES.glob('instagram/**/*.json')])


class ParseCase(BaseCase):
    def one(self, name, platform='messenger', **values):
        """Parse a fixture of one event, assert these values of it, and return it."""
        events = parse(fixture(platform, name), own_app_id=APP)
        self.assertEqual(len(events), 1)
        check_event(self, events[0])
        for key, value in values.items():
            self.assertEqual(getattr(events[0], key), value, key)
        return events[0]

    def media(self, name, platform='messenger'):
        event = self.one(name, platform, kind=MESSAGE)
        return [(media.kind, media.name) for media in event.media]


@tagged('post_install', '-at_install')
class TestMessengerMessage(ParseCase):
    def test_text(self):
        event = self.one(
            'text',
            kind=MESSAGE,
            external_id='m_1',
            account=PAGE,
            conversation=PSID,
            moment=MOMENT,
            text='Where is my order #1001? 🫖',
            details={},
            media=(),
            opens_window=True,
            is_private=True,
        )
        self.assertEqual(event.person.external_id, PSID)

    def test_quick_reply(self):
        self.one('quick_reply', text='Track', details={'payload': 'TRACK_ORDER'})

    def test_reply(self):
        self.one('reply', external_id='m_2', reply_to='m_0', text='This one')

    def test_files(self):
        self.assertEqual(self.media('image'), [('image', '1_n.jpg')])
        self.assertEqual(self.media('audio'), [('audio', 'clip.mp4')])
        self.assertEqual(self.media('video'), [('video', 'film.mp4')])
        self.assertEqual(self.media('file'), [('document', 'Rechnung März.pdf')])
        self.assertEqual(
            self.media('two_images_and_text'), [('image', '1_n.jpg'), ('image', '2_n.png')]
        )
        self.one('two_images_and_text', text='Both broke')

    def test_file_without_url(self):
        self.one('file_without_url', media=(), details={'attachments': [{'type': 'file'}]})

    def test_stickers(self):
        """They came as pictures until 2026-08-30."""
        for name in ('sticker_old', 'sticker_2026'):
            self.assertEqual(self.media(name), [('sticker', '')])
        self.one('thumb', text='👍', media=())

    def test_location(self):
        event = self.one('location', kind=MESSAGE)
        self.assertEqual(
            event.details['place'],
            {'latitude': 48.8583701, 'longitude': 2.2944813, 'name': "Emma's Location"},
        )

    def test_fallback(self):
        # what was said has the link already
        self.one('fallback', text='Is https://shop.example/cup in stock?\nBlue cup')
        self.one('fallback_without_payload', text='Blue cup\nhttps://shop.example/cup')
        self.one('fallback_empty', kind=MESSAGE, text='')

    def test_templates(self):
        self.one('template', kind=ECHO, text='How can we help?')
        event = self.one('product', text='Do you have it in red?\nBlue cup\n€12.00')
        self.assertEqual(event.details['products'][0]['sku'], 'CUP-BLUE')

    def test_shared(self):
        event = self.one('reel', text='How we fire cups https://www.facebook.com/reel/123')
        self.assertEqual(event.details['shared'][0]['id'], '123')
        self.one('post', text='Sale! https://www.facebook.com/shop/posts/1', media=())

    def test_unknown_attachments(self):
        self.one('appointment', text='Friday 10:00')
        self.assertEqual(self.media('tomorrow'), [('document', 'holo.bin')])

    def test_referral_of_a_message(self):
        event = self.one('message_referral', text='Is it still there?')
        self.assertEqual(
            event.details['referral'],
            {
                'ref': 'spring',
                'source': 'ADS',
                'type': 'OPEN_THREAD',
                'ad_id': '6045',
                'product': '4801',
                'title': 'Spring cups',
            },
        )

    def test_empty_message(self):
        self.one('empty_message', kind=MESSAGE, details={'unsupported': True})

    def test_standby(self):
        self.one('standby', kind=MESSAGE, text='Hello robot', details={'standby': True})

    def test_message_of_nobody(self):
        self.one('no_sender', kind=IGNORED, person=None)

    def test_postback(self):
        event = self.one('postback', kind=MESSAGE, external_id='m_9', text='Where is my parcel?')
        self.assertEqual(event.details['referral']['ref'], 'box')
        event = self.one('postback_without_mid', kind=MESSAGE, text='Get Started')
        self.assertEqual(event.details, {'payload': 'GET_STARTED'})


@tagged('post_install', '-at_install')
class TestMessengerAround(ParseCase):
    def test_echo(self):
        event = self.one(
            'echo_of_page_inbox', kind=ECHO, external_id='m_5', conversation=PSID, own_key=''
        )
        self.assertEqual(event.person.external_id, PSID)
        self.assertFalse(event.opens_window)
        self.one('echo_standby', kind=ECHO, external_id='m_8')

    def test_own_echo(self):
        """What we sent does not come back as something that somebody else wrote."""
        values = {'kind': STATUS, 'status': SENT, 'conversation': PSID, 'opens_window': False}
        self.one('echo_own_metadata', target='m_6', own_key='out-42', **values)
        self.one('echo_own_app', target='m_7', own_key='', **values)
        # the key tells it also when nobody typed the app's number
        (event,) = parse(fixture('messenger', 'echo_own_metadata'))
        self.assertEqual((event.kind, event.own_key), (STATUS, 'out-42'))
        (event,) = parse(fixture('messenger', 'echo_own_app'))
        self.assertEqual(event.kind, ECHO)

    def test_delivery(self):
        events = parse(fixture('messenger', 'delivery'))
        self.assertEqual([event.target for event in events], ['m_5', 'm_6'])
        self.assertEqual({event.status for event in events}, {DELIVERED})
        self.assertEqual(len({event.external_id for event in events}), 2)

    def test_watermarks(self):
        for name, status in (('delivery_watermark', DELIVERED), ('read', READ)):
            self.one(name, kind=STATUS, status=status, target='', details={'until': 1458668856.253})

    def test_reaction(self):
        self.one('reaction', kind=REACTION, text='❤', target='m_5', opens_window=True)
        self.one('reaction_without_emoji', text='😮')
        self.one('unreact', kind=REACTION, text='', target='m_5', opens_window=False)

    def test_edit(self):
        self.one('edit', kind=EDIT, target='m_1', text='Where is my order #1002?')

    def test_policy(self):
        self.one('policy', kind=ACCOUNT, severity='error', error_code='block')

    def test_ignored(self):
        for name in ('optin_user_ref', 'handover', 'account_linking', 'nothing'):
            with self.subTest(name):
                self.one(name, kind=IGNORED, opens_window=False)
        event = self.one('optin_notification', kind=IGNORED)
        self.assertNotIn('tok-secret', json.dumps(event.to_json()))
        event = self.one('referral', kind=IGNORED)
        self.assertEqual(event.details['referral']['ref'], 'order-1001')

    def test_several_pages(self):
        events = parse(fixture('messenger', 'several_pages'))
        self.assertEqual(
            [(event.account, event.external_id) for event in events],
            [(PAGE, 'm_a'), (PAGE, 'm_b'), ('999', 'm_c')],
        )

    def test_twice_the_same(self):
        """A second delivery of whatever it is has the same ids."""
        for body in ALL:
            first, second = parse(body), parse(body)
            self.assertEqual(first, second)
            self.assertEqual(len({event.external_id for event in first}), len(first))

    def test_different_things_have_different_ids(self):
        ids = {}
        for name, body in fixtures('messenger').items():
            for event in parse(body, own_app_id=APP):
                if event.kind not in (MESSAGE, ECHO):
                    self.assertNotIn(event.external_id, ids, f'{name} and {ids}')
                    ids[event.external_id] = name


@tagged('post_install', '-at_install')
class TestInstagramParse(ParseCase):
    def one(self, name, platform='instagram', **values):
        return super().one(name, platform, **values)

    def test_text(self):
        event = self.one('text', kind=MESSAGE, account=INSTAGRAM, external_id='aWdfZAG1')
        self.assertEqual(event.person.external_id, IGSID)
        self.one('seconds', moment=MOMENT)

    def test_story_reply(self):
        event = self.one('story_reply', text='How much?')
        self.assertEqual(event.details['story']['id'], '17900')
        self.assertEqual([media.kind for media in event.media], ['image'])

    def test_story_mention(self):
        event = self.one('story_mention', kind=MESSAGE)
        self.assertTrue(event.media[0].url)
        self.assertEqual(event.details['shared'][0]['type'], 'story_mention')

    def test_shared(self):
        for name, kind in (('ig_post', 'image'), ('ig_reel', 'video'), ('share_old', 'image')):
            with self.subTest(name):
                self.assertEqual(self.media(name, 'instagram'), [(kind, '')])
        event = self.one('ig_post')
        self.assertEqual(event.details['shared'][0]['title'], 'Spring cups')

    def test_heart(self):
        self.one('like_heart', kind=MESSAGE, text='❤️')

    def test_unsend(self):
        self.one('unsend', kind=DELETE, target='aWdf1', opens_window=False)

    def test_unsupported(self):
        self.one('unsupported', kind=MESSAGE, details={'unsupported': True})
        self.one('ephemeral', kind=MESSAGE, details={'attachments': [{'type': 'ephemeral'}]})

    def test_read(self):
        self.one('read', kind=STATUS, status=READ, target='aWdf9')

    def test_reaction(self):
        self.one('reaction', kind=REACTION, target='aWdf9', text='❤')

    def test_ice_breaker(self):
        self.one('ice_breaker', kind=MESSAGE, text='Do you ship to Brazil?')

    def test_echo(self):
        event = self.one('echo_of_app', kind=ECHO)
        self.assertEqual(event.person.external_id, IGSID)
        self.one('echo_self', kind=IGNORED)

    def test_edit_that_is_none(self):
        self.one('edit_that_is_none', kind=IGNORED)

    def test_button_of_the_dashboard(self):
        """Meta's own test comes in another form, from an account that nobody has."""
        self.one('dashboard_test', kind=MESSAGE, account='', text='random_text', moment=1527459824)


@tagged('post_install', '-at_install')
class TestCommentParse(ParseCase):
    def test_comment(self):
        event = self.one(
            'comment',
            kind=MESSAGE,
            external_id='11_22',
            moment=1790586390,
            is_private=False,
            opens_window=False,
            reply_to='',
        )
        self.assertEqual((event.person.external_id, event.person.name), ('7002', 'Maria Silva'))
        self.assertEqual(
            event.details,
            {
                'thread': f'{PAGE}_11',
                'post_id': f'{PAGE}_11',
                'comment_id': '11_22',
                'post_url': 'https://www.facebook.com/shop/posts/1',
                'commented': 1790586390,
            },
        )

    def test_answer_to_a_comment(self):
        self.one('comment_reply', kind=MESSAGE, reply_to='11_21')

    def test_photo(self):
        self.assertEqual(self.media('comment_photo'), [('image', 'broken.jpg')])

    def test_without_author(self):
        """Meta names the author only to those whom it trusts."""
        event = self.one('comment_without_author', kind=MESSAGE)
        self.assertEqual(event.person.external_id, 'comment:11_22')

    def test_own(self):
        self.one('comment_own', kind=IGNORED)
        self.one('post_own', kind=IGNORED)
        self.one('comment_own', 'instagram', kind=IGNORED)

    def test_changes(self):
        self.one('comment_edited', kind=EDIT, target='11_22', text='Where is my order #1002?')
        self.one('comment_remove', kind=DELETE, target='11_22')
        self.one('comment_hide', kind=IGNORED)

    def test_posts(self):
        event = self.one('visitor_post', kind=MESSAGE, external_id=f'{PAGE}_12', is_private=False)
        self.assertNotIn('comment_id', event.details)
        self.one('post_like', kind=IGNORED)

    def test_instagram(self):
        event = self.one('comment', 'instagram', kind=MESSAGE, external_id='17865')
        self.assertEqual((event.person.username, event.is_private), ('emma.cups', False))
        self.assertEqual(event.person.external_id, IGSID)
        event = self.one('comment_reply', 'instagram', reply_to='17865')
        self.assertEqual(event.details['ad_id'], '55')
        event = self.one('live_comment', 'instagram', kind=MESSAGE)
        self.assertTrue(event.details['is_live'])

    def test_mentions(self):
        event = self.one('mention_in_comment', 'instagram', kind=MESSAGE, text='')
        self.assertEqual(
            event.details,
            {
                'thread': 'mention:17899',
                'mention': True,
                'post_id': '1795',
                'comment_id': '17899',
            },
        )
        self.assertEqual(read_mention_id(event.media[0].media_id), ('1795', '17899'))
        self.assertIsNone(read_mention_id('17899'))
        self.one('mention_in_caption', 'instagram', external_id='mention:1795')
        self.one('story_insights', 'instagram', kind=IGNORED)


@tagged('post_install', '-at_install')
class TestMessengerGarbage(BaseCase):
    def _check(self, body):
        try:
            events = parse(body, own_app_id=APP)
        except NotParsed:
            return
        self.assertTrue(events)
        for event in events:
            check_event(self, event)

    @unittest.skipUnless(COLLECTED, 'the collection of real payloads is not here')
    def test_collected(self):
        for path in COLLECTED:
            with self.subTest(path.name):
                events = parse(path.read_bytes())
                self.assertTrue(events)
                for event in events:
                    check_event(self, event)
                    self.assertNotEqual(event.kind, IGNORED)

    def test_not_of_a_page(self):
        for body in (b'', b'[]', b'{}', b'{"object":"page"}', b'{"object":"page","entry":[{}]}'):
            with self.subTest(body), self.assertRaises(NotParsed):
                parse(body)
        with self.assertRaises(NotParsed):
            parse(b'{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[]}]}')

    def test_moments(self):
        self.assertEqual(read_moment('2021-09-08T06:34:04+0000'), 1631082844)
        self.assertEqual(read_moment('2021-09-08T06:34:04'), 1631082844)
        self.assertEqual(read_moment(1790586399000), MOMENT)
        self.assertEqual(read_moment('1790586399'), MOMENT)
        for value in ('2021-99-08T06:34:04+0000', '0001-01-01T00:00:00', None, [], {}, 'x', True):
            with self.subTest(value=value):
                self.assertEqual(read_moment(value), 0)

    @settings(max_examples=how_many(2000))
    @given(mutated(ALL))
    def test_mutated(self, body):
        self._check(body)

    @settings(max_examples=300)
    @given(st.binary(max_size=200))
    def test_any_bytes(self, body):
        self._check(body)
