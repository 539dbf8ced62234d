import subprocess
import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import routing_words
from ..tools.phone_country import country_code_of
from ..tools.routing import Condition, Result, RoutingRule, combine, find_mismatch, judge
from ..tools.routing_words import MAX_TEXT_LENGTH, find_words, plain_text, split_words

text = st.text(max_size=60)
rules = st.lists(
    st.builds(
        RoutingRule,
        id=st.integers(1, 1000),
        name=st.just('Rule'),
        results=st.lists(
            st.builds(
                Result,
                name=st.sampled_from(['team_id', 'priority']),
                value=st.integers(1, 9),
                text=st.just(''),
            ),
            max_size=2,
            unique_by=lambda result: result.name,
        ).map(tuple),
        stop=st.booleans(),
        override=st.booleans(),
    ),
    max_size=8,
    unique_by=lambda rule: rule.id,
)


@tagged('post_install', '-at_install')
class TestRoutingWords(BaseCase):
    def test_split(self):
        self.assertEqual(
            split_words(' refund, money  back;\nRefund,,退款\uff0c换货'),
            ('refund', 'money back', '退款', '换货'),
        )
        for empty in (None, False, '', ' , ;\n'):
            self.assertEqual(split_words(empty), ())

    def _assert_found(self, word, *texts):
        for found in texts:
            self.assertEqual(find_words([word], found), [word], found)

    def _assert_missing(self, word, *texts):
        for missing in texts:
            self.assertEqual(find_words([word], missing), [], missing)

    def test_whole_words_in_any_case(self):
        self._assert_found('art', 'Art!', 'the ART', '(art)', 'state of the art')
        self._assert_missing('art', 'party', 'artist', 'smart', 'art_1', '')
        self._assert_found('STRASSE', 'in der Straße 3')
        self._assert_found('öl', 'Öl')
        self._assert_found('o\u0308l', 'Öl')  # as some keyboards send it
        self._assert_missing('ol', 'Öl')

    def test_phrases(self):
        self._assert_found('money back', 'I want my Money\n  back.')
        self._assert_missing('money back', 'money is back', 'money backs')

    def test_signs(self):
        """They are no patterns, and need no space around them."""
        self._assert_found('c++', 'a C++ book', 'c++11')
        self._assert_found('.*', 'what .* is this')
        self._assert_missing('.*', 'anything')
        self._assert_found('#vip', 'to#VIP')

    def test_scripts_without_spaces(self):
        self._assert_found('退款', '我要退款!', '退款')
        self._assert_found('返品', 'この商品を返品したいです')
        self._assert_found('คืนเงิน', 'ฉันต้องการคืนเงินครับ')
        self._assert_found('ＶＩＰ', 'vip')  # full width
        self._assert_missing('退款', '我要退货')

    def test_order_of_the_list(self):
        self.assertEqual(find_words(('b', 'a', 'x'), 'a b c'), ['b', 'a'])

    def test_huge_text(self):
        self._assert_missing('needle', 'x ' * 50_001 + 'needle')
        self._assert_found('needle', 'x ' * 40_000 + 'needle')

    def test_tags_without_end(self):
        """What never ends takes as long as anything else of its size, and not for ever.

        Elsewhere, as nothing can stop a search for a pattern. It would go on for hours.
        """
        length = 1_000_000
        program = (
            'import runpy, sys\n'
            'plain_text = runpy.run_path(sys.argv[1])["plain_text"]\n'
            f'plain_text.__globals__["MAX_TEXT_LENGTH"] = {length}\n'
            'for part in ("a", "/a", "a ", "<!--", "<", "<a ", "&", "<style", "<!-- -->"):\n'
            '    for start in ("<", "</", "<!--", "<script>", ""):\n'
            f'        plain_text((start + part * ({length} // len(part)))[:{length}])\n'
        )
        subprocess.run(
            [sys.executable, '-c', program, routing_words.__file__], check=True, timeout=120
        )

    def test_comments(self):
        for html, expected in (
            ('a<!-- b <p> c -->d', 'ad'),
            ('a<!-->b', 'ab'),
            ('a<!-- b --> c <!-- d', 'a c '),
            ('a<!-- <style> -->b<style>c</style>d', 'ab d'),
        ):
            with self.subTest(html=html):
                self.assertEqual(plain_text(html), expected)

    def test_end_of_what_counts(self):
        """A tag that is cut in two is not read as text."""
        html = '<p>x</p>' * 12_499 + '1234567<a href="refund">y</a>'
        self.assertEqual(len(html[:MAX_TEXT_LENGTH]), MAX_TEXT_LENGTH)
        self.assertFalse(find_words(['href', 'a', 'refund'], plain_text(html)))
        self.assertTrue(find_words(['1234567'], plain_text(html)))

    def test_plain_text(self):
        """Only what people see counts; what stands in lines of its own is no word together."""
        for html, shown in {
            '<p>money <b>back</b></p>': 'money back',
            '<li>cup</li><li>plate</li>': 'cup plate',
            're<span class="x">fund</span>': 'refund',
            '<p class="refund">x</p>': 'x',
            '<style>refund {color: red}</style>x': 'x',
            '<STYLE type="a">refund': '',
            'a &lt; b &amp; c': 'a < b & c',
            '1 < 2': '1 < 2',
            False: '',
        }.items():
            self.assertEqual(' '.join(plain_text(html).split()), shown, html)

    @settings(deadline=None, max_examples=200)
    @given(words=text, found=text)
    def test_whatever_is_written(self, words, found):
        """Nothing raises, and a word of the list is found where it stands alone."""
        for word in split_words(words):
            self.assertIn(word, find_words([word], f'{found}\n {word} \n{found}'))

    @settings(deadline=None, max_examples=100)
    @given(found=text)
    def test_phone_of_whatever_is_written(self, found):
        for number in (found, f'+{found}', f'00{found}'):
            code = country_code_of(number)
            self.assertTrue(code is None or len(code) == 2)

    def test_phone_country(self):
        for number, code in {
            '+1 212 555 0123': 'US',
            '+1 (416) 555-0123': 'CA',  # the same code, another country
            '0049 30 123456': 'DE',
            '(+44) 20 7946 0000': 'GB',
            '+86 755 1234 5678': 'CN',
            '0755 1234 5678': None,  # of whatever country
            '+800 1234 5678': None,  # free of charge, of no country
            '+999 123': None,
            '': None,
            None: None,
            False: None,
        }.items():
            self.assertEqual(country_code_of(number), code, number)


@tagged('post_install', '-at_install')
class TestRoutingLogic(BaseCase):
    def test_all_conditions_count(self):
        rule = RoutingRule(
            1,
            'Rule',
            (Condition('lang_ids', frozenset([1, 2]), ''), Condition('mood', frozenset('a'), '')),
            words=('refund',),
        )
        facts = {'lang_ids': {2}, 'mood': {'a'}}
        self.assertIsNone(find_mismatch(rule, facts, 'my refund'))
        self.assertEqual(find_mismatch(rule, {**facts, 'lang_ids': {3}}, 'my refund'), 'lang_ids')
        self.assertEqual(find_mismatch(rule, {'lang_ids': {2}}, 'my refund'), 'mood')
        self.assertEqual(find_mismatch(rule, facts, 'my cup'), 'words')
        self.assertIsNone(find_mismatch(RoutingRule(1, 'Empty'), {}))

    @settings(deadline=None, max_examples=100)
    @given(rules=rules, refused=st.sets(st.integers(1, 1000)))
    def test_first_rule_that_stops_is_the_last(self, rules, refused):
        verdicts = judge(rules, dict.fromkeys(refused, 'mood'))
        self.assertEqual([verdict.rule for verdict in verdicts], rules)
        taken = [verdict.rule for verdict in verdicts if verdict.taken]
        fitting = [rule for rule in rules if rule.id not in refused]
        self.assertEqual(taken, fitting[: len(taken)])
        if len(taken) < len(fitting):
            self.assertTrue(taken[-1].stop)
        self.assertFalse([rule for rule in taken[:-1] if rule.stop])

    @settings(deadline=None, max_examples=100)
    @given(rules=rules, given_names=st.sets(st.sampled_from(['team_id', 'priority'])))
    def test_first_value_counts(self, rules, given_names):
        seen = {}
        for rule, results in combine(rules, given_names):
            for result in results:
                self.assertNotIn(result.name, seen)
                self.assertTrue(rule.override or result.name not in given_names)
                seen[result.name] = result.value
        for name in ('team_id', 'priority'):
            allowed = [
                result.value
                for rule in rules
                if rule.override or name not in given_names
                for result in rule.results
                if result.name == name
            ]
            self.assertEqual(seen.get(name), allowed[0] if allowed else None)

    def test_lists_add_up(self):
        rules = [RoutingRule(i, '', results=(Result('tag_ids', (i,), ''),)) for i in (1, 2)]
        combined = combine(rules, {'tag_ids'})
        self.assertEqual([results[0].value for _rule, results in combined], [(1,), (2,)])
