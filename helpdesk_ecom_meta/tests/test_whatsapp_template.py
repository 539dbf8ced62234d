from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.helpdesk_ecom.tests.json_mutation import mutate
from odoo.addons.helpdesk_ecom_meta.tools.whatsapp_template import next_page, read_templates

PAGE = {
    'data': [
        {
            'name': 'order_update',
            'language': 'en_US',
            'category': 'UTILITY',
            'status': 'APPROVED',
            'id': '1',
            'components': [
                {
                    'type': 'HEADER',
                    'format': 'TEXT',
                    'text': 'Order {{1}}',
                    'example': {'header_text': ['S00042']},
                },
                {
                    'type': 'BODY',
                    'text': 'Hello {{1}}, your parcel is {{2}}. Bye {{1}}!',
                    'example': {'body_text': [['Ann', 'on its way']]},
                },
                {'type': 'FOOTER', 'text': 'The shop'},
                {
                    'type': 'BUTTONS',
                    'buttons': [
                        {'type': 'QUICK_REPLY', 'text': 'Thanks'},
                        {'type': 'URL', 'text': 'Track', 'url': 'https://shop.example/{{1}}'},
                    ],
                },
            ],
        },
        {
            'name': 'welcome',
            'language': 'de',
            'category': 'MARKETING',
            'status': 'PAUSED',
            'components': [
                {
                    'type': 'BODY',
                    'text': 'Hallo {{customer}}',
                    'example': {
                        'body_text_named_params': [{'param_name': 'customer', 'example': 'Ann'}]
                    },
                },
            ],
        },
        {
            'name': 'picture',
            'language': 'en',
            'status': 'APPROVED',
            'components': [{'type': 'HEADER', 'format': 'IMAGE'}, {'type': 'BODY', 'text': 'Hi'}],
        },
        {
            'name': 'code',
            'language': 'en',
            'status': 'APPROVED',
            'components': [
                {'type': 'BODY', 'text': 'Hi'},
                {'type': 'BUTTONS', 'buttons': [{'type': 'COPY_CODE'}]},
            ],
        },
    ],
    'paging': {'cursors': {'before': 'MAZDZD', 'after': 'MjQZD'}, 'next': 'https://graph/next'},
}


@tagged('post_install', '-at_install')
class TestWhatsappTemplate(BaseCase):
    def test_templates(self):
        first, second, picture, code = read_templates(PAGE)
        self.assertEqual(
            first,
            {
                'name': 'order_update',
                'lang': 'en_US',
                'category': 'utility',
                'status': 'APPROVED',
                'body': 'Order {{1}}\n\nHello {{1}}, your parcel is {{2}}. Bye {{1}}!\n\nThe shop',
                'names': ['header.1', '1', '2', 'button.1'],
                'is_usable': True,
            },
        )
        self.assertEqual(second['names'], ['customer'])
        self.assertFalse(picture['is_usable'])
        self.assertFalse(code['is_usable'])

    def test_pages(self):
        self.assertEqual(next_page(PAGE), 'MjQZD')
        last = {**PAGE, 'paging': {'cursors': {'after': 'MjQZD'}}}
        self.assertEqual(next_page(last), '')

    @given(st.integers(0, 2**32))
    def test_mutated(self, seed):
        page = mutate(PAGE, seed, 6)
        self.assertIsInstance(next_page(page), str)
        for each in read_templates(page):
            self.assertEqual({type(name) for name in each['names']} - {str}, set())
