import json

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.helpdesk_ecom.tools.channel.error import ChannelError
from odoo.addons.helpdesk_ecom.tools.channel.outgoing import File, Outgoing, Template
from odoo.addons.helpdesk_ecom_meta.tools.whatsapp_send import (
    LIMITS,
    MEGABYTE,
    build,
    kind_of_file,
    read_media_id,
    read_sent,
)

PHONE, USER_ID = '16505551234', 'US.13491208655302741918'


def outgoing(**values):
    return Outgoing(**{'key': 'key-1', 'external_id': PHONE, **values})


def file(mimetype, size=3, name='file'):
    return File(name=name, mimetype=mimetype, content=b'x' * size)


def template(*values, names=()):
    return Template(name='order_update', lang='en_US', values=values, names=names)


@tagged('post_install', '-at_install')
class TestWhatsappSend(BaseCase):
    def test_text(self):
        self.assertEqual(
            build(outgoing(text='On its way', reply_to='wamid.q')),
            {
                'messaging_product': 'whatsapp',
                'recipient_type': 'individual',
                'to': PHONE,
                'biz_opaque_callback_data': 'key-1',
                'context': {'message_id': 'wamid.q'},
                'type': 'text',
                'text': {'body': 'On its way', 'preview_url': False},
            },
        )

    def test_recipient(self):
        for values, expected in (
            ({}, {'to': PHONE}),
            ({'alternate_id': USER_ID}, {'to': PHONE}),
            ({'external_id': USER_ID}, {'recipient': USER_ID}),
            ({'external_id': USER_ID, 'alternate_id': PHONE}, {'to': PHONE}),
            ({'external_id': 'US.ENT.118157'}, {'recipient': 'US.ENT.118157'}),
            ({'external_id': '+1 650 5551234'}, {'to': PHONE}),
            # where a country changed its numbers WhatsApp keeps the old one
            ({'external_id': '5215512345678'}, {'to': '5215512345678'}),
            ({'details': {'thread': 'Y2Fw'}, 'is_private': False}, {'to': 'Y2Fw'}),
        ):
            with self.subTest(values=values):
                body = build(outgoing(text='Hi', **values))
                found = {key: body[key] for key in ('to', 'recipient') if key in body}
                self.assertEqual(found, expected)
                self.assertEqual(body['recipient_type'] == 'group', 'details' in values)
        for external_id in ('', 'kfisher', '0'):
            with self.subTest(external_id=external_id), self.assertRaises(ChannelError) as error:
                build(outgoing(text='Hi', external_id=external_id))
            self.assertEqual(error.exception.error_class, 'never')

    def test_files(self):
        for mimetype, text, kind, content in (
            ('image/jpeg', 'Look', 'image', {'id': 'M', 'caption': 'Look'}),
            ('image/png', '', 'image', {'id': 'M'}),
            ('video/mp4', '', 'video', {'id': 'M'}),
            ('audio/ogg', '', 'audio', {'id': 'M'}),
            # the words must not get lost
            ('audio/ogg', 'Hear', 'document', {'id': 'M', 'caption': 'Hear', 'filename': 'file'}),
            ('application/pdf', '', 'document', {'id': 'M', 'filename': 'file'}),
        ):
            with self.subTest(mimetype=mimetype):
                body = build(outgoing(file=file(mimetype), text=text), 'M')
                self.assertEqual((body['type'], body[kind]), (kind, content))

    def test_large_files(self):
        large = file('image/jpeg', 5 * MEGABYTE + 1)
        self.assertEqual(kind_of_file(large), 'document')
        self.assertEqual(kind_of_file(file('image/jpeg', 5 * MEGABYTE)), 'image')
        with self.assertRaises(ChannelError) as error:
            kind_of_file(file('application/pdf', 100 * MEGABYTE + 1))
        self.assertEqual(error.exception.error_class, 'never')

    def test_refused_files(self):
        for mimetype in ('application/zip', 'text/html', 'image/svg+xml', ''):
            with self.subTest(mimetype=mimetype), self.assertRaises(ChannelError) as error:
                kind_of_file(file(mimetype))
            self.assertEqual(error.exception.error_class, 'never')
            self.assertIsNone(LIMITS.kind_of(mimetype))

    def test_template(self):
        self.assertEqual(
            build(outgoing(template=template('Ann', 'S00042')))['template'],
            {
                'name': 'order_update',
                'language': {'code': 'en_US'},
                'components': [
                    {
                        'type': 'body',
                        'parameters': [
                            {'type': 'text', 'text': 'Ann'},
                            {'type': 'text', 'text': 'S00042'},
                        ],
                    }
                ],
            },
        )

    def test_template_without_variables(self):
        self.assertEqual(
            build(outgoing(template=template()))['template'],
            {'name': 'order_update', 'language': {'code': 'en_US'}},
        )

    def test_template_named(self):
        built = build(
            outgoing(
                template=template(
                    *('May\n sale', 'Ann', ' ', 'track/42'),
                    names=('header.1', 'customer', '2', 'button.1'),
                )
            )
        )
        self.assertEqual(
            built['template']['components'],
            [
                {'type': 'header', 'parameters': [{'type': 'text', 'text': 'May sale'}]},
                {
                    'type': 'body',
                    'parameters': [
                        {'type': 'text', 'text': 'Ann', 'parameter_name': 'customer'},
                        {'type': 'text', 'text': '-'},
                    ],
                },
                {
                    'type': 'button',
                    'sub_type': 'url',
                    'index': '1',
                    'parameters': [{'type': 'text', 'text': 'track/42'}],
                },
            ],
        )

    def test_template_lacks_values(self):
        with self.assertRaises(ChannelError):
            build(outgoing(template=template('one', names=('1', '2'))))

    def test_nothing(self):
        with self.assertRaises(ChannelError):
            build(outgoing())

    def test_answer(self):
        answer = {
            'messaging_product': 'whatsapp',
            'contacts': [{'input': '+5511987654321', 'wa_id': '551187654321'}],
            'messages': [{'id': 'wamid.x', 'message_status': 'accepted'}],
        }
        sent = read_sent(json.dumps(answer).encode())
        self.assertEqual((sent.message_id, sent.external_id), ('wamid.x', '551187654321'))
        answer['contacts'] = [{'input': USER_ID, 'user_id': USER_ID}]
        sent = read_sent(json.dumps(answer).encode())
        self.assertEqual((sent.external_id, sent.alternate_id), (USER_ID, ''))

    def test_answer_without_id(self):
        """It said 200: never say that nothing was sent."""
        for answer in (
            b'',
            b'<html>',
            b'[]',
            b'{}',
            b'{"messages":[{}]}',
            b'{"messages":{"id":1}}',
        ):
            with self.subTest(answer=answer), self.assertRaises(ChannelError) as error:
                read_sent(answer)
            self.assertEqual(error.exception.error_class, 'unknown')

    def test_media_id(self):
        self.assertEqual(read_media_id(b'{"id":"4490709327384033"}'), '4490709327384033')
        for answer in (b'', b'{}', b'{"id":null}'):
            self.assertEqual(read_media_id(answer), '')

    @given(st.text(min_size=1), st.text(), st.text(min_size=1, max_size=5000))
    @settings(max_examples=200)
    def test_any_text(self, external_id, alternate_id, text):
        message = outgoing(external_id=external_id, alternate_id=alternate_id, text=text)
        try:
            body = build(message)
        except ChannelError:
            return
        self.assertEqual(body['text']['body'], text)
