import time

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.order_reference import MAX_REFERENCES, find_references


def texts_of(*texts, **kwargs):
    return [reference.text for reference in find_references(texts, **kwargs)]


@tagged('post_install', '-at_install')
class TestOrderReference(BaseCase):
    def test_documents(self):
        for text, expected in (
            ('Where is my order S00042?', 'S00042'),
            ('order s00042.', 's00042'),
            ('Re: Order SO-00042/ late', 'SO-00042'),
            ('Order #1001 arrived broken', '#1001'),
            ('Amazon 112-1234567-1234567', '112-1234567-1234567'),
            ('invoice INV/2026/00012, please', 'INV/2026/00012'),
            ('see INV_2026_00012.pdf', 'INV_2026_00012'),
            ('your parcel WH/OUT/00017', 'WH/OUT/00017'),
            ('UPS 1Z999AA10123456784 is lost', '1Z999AA10123456784'),
            ('UPS 1Z 999 AA1 01 2345 6784 is lost', '1Z999AA10123456784'),
            ('FedEx 7712 3456 7890', '771234567890'),
            ('USPS 9400 1000 0000 0000 0000 00', '9400100000000000000000'),
            ('DHL JD014600006228974832', 'JD014600006228974832'),
            ('paid, reference S00042-1', 'S00042'),
        ):
            with self.subTest(text=text):
                self.assertIn(expected, texts_of(text))
                self.assertTrue(
                    next(r for r in find_references([text]) if r.text == expected).strong
                )

    def test_any_script(self):
        for text in (
            '订单S00042已付款但未收到',
            '订单号:S00042。',
            'ご注文番号「S00042」について',
            'الطلب S\u200f00042',
            'الطلب S٠٠٠٤٢',
            'заказ №S00042',
            'S&#48;0042',
            '<p>Bestellung&nbsp;<b>S00042</b></p>',
        ):
            with self.subTest(text=text):
                self.assertIn('S00042', [name.removeprefix('#') for name in texts_of(text)])

    def test_noise(self):
        """Dates, prices and style sheets are not references, years and sizes only weak ones."""
        self.assertFalse(texts_of('On 2026-11-22 or 22/11/2026 I paid 12.50 for 2 cups, size XL'))
        self.assertFalse(
            texts_of('<style>a {color: #123456}</style><p style="top:1234px">Hello</p>')
        )
        self.assertFalse(
            any(r.strong for r in find_references(['bought in 2026, model B12, 1001']))
        )

    def test_variants(self):
        [reference] = find_references(['inv_2026_00012'])
        self.assertIn('INV/2026/00012', reference.variants)
        [reference] = find_references(['#1001'])
        self.assertIn('1001', reference.variants)
        [reference] = find_references(['1001'])
        self.assertIn('#1001', reference.variants)

    def test_order_of_the_text(self):
        """The subject comes before the text, that before what was quoted; strong before weak."""
        self.assertEqual(
            texts_of('about 1234 and S00042', 'or S00043', quoted=['S00001 S00042']),
            ['S00042', 'S00043', 'S00001', '1234'],
        )

    def test_empty(self):
        self.assertFalse(texts_of('', None, False))
        self.assertFalse(find_references([]))

    @settings(deadline=None, max_examples=100)
    @given(st.lists(st.text(st.characters(), max_size=200), max_size=5))
    def test_never_raises(self, texts):
        references = find_references(texts, quoted=texts)
        self.assertLessEqual(len(references), MAX_REFERENCES)
        for reference in references:
            self.assertTrue(reference.text.isascii())
            self.assertIn(reference.text.removeprefix('#'), reference.variants)

    @settings(deadline=None, max_examples=30)
    @given(
        st.from_regex(r'[A-Z]{1,4}[0-9]{5,8}', fullmatch=True),
        st.text(st.characters(exclude_categories=['L', 'N', 'S', 'P', 'C', 'M']), max_size=20),
        st.sampled_from(['', '。', ',', ' ', ':', '订', 'я', 'é', '(', '"', '\n']),
    )
    def test_finds_in_any_surrounding(self, name, blanks, neighbour):
        self.assertIn(name, texts_of(f'{blanks}{neighbour}{name}{neighbour}{blanks}'))

    def test_time_grows_with_length_only(self):
        """Texts made to let a careless pattern try every way to match."""
        for unit in (
            '<',
            '<style',
            '1234 ',
            '1Z ',
            '1Z9',
            'a1-',
            '#',
            '1-',
            'A',
            '&#',
            '١',
            '0' * 9 + ' ',
        ):
            with self.subTest(unit=unit):
                start = time.process_time()
                find_references([unit * (100_000 // len(unit))] * 3)
                self.assertLess(time.process_time() - start, 2)
