from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.helpdesk_ecom_livechat.tools.chat import (
    AGENT,
    BOT,
    ENDED,
    LEFT,
    MAX_SUBJECT,
    UNANSWERED,
    VISITOR,
    choose_subject,
    find_address,
    judge_chat,
)


@tagged('post_install', '-at_install')
class TestChatTools(BaseCase):
    def test_outcome(self):
        for speakers, wanted_person, outcome in (
            ([], True, None),
            ([AGENT, BOT], True, None),
            ([VISITOR], True, UNANSWERED),
            ([BOT, VISITOR, BOT], True, UNANSWERED),
            ([BOT, VISITOR, BOT], False, ENDED),
            ([AGENT, VISITOR], True, LEFT),
            ([VISITOR, AGENT, VISITOR, BOT], True, LEFT),
            ([VISITOR, AGENT], True, ENDED),
        ):
            with self.subTest(speakers=speakers, wanted_person=wanted_person):
                self.assertEqual(judge_chat(speakers, wanted_person=wanted_person), outcome)

    def test_subject(self):
        self.assertEqual(choose_subject(['Hi', 'My cup\narrived broken']), 'My cup arrived broken')
        self.assertEqual(choose_subject(['你好', '杯子碎了怎么办']), '杯子碎了怎么办')
        self.assertEqual(choose_subject(['Hi', 'help']), 'Hi help')
        self.assertEqual(choose_subject([]), '')

    @given(st.lists(st.text(max_size=400), max_size=5))
    def test_subject_of_anything(self, texts):
        subject = choose_subject(texts)
        self.assertLessEqual(len(subject), MAX_SUBJECT)
        self.assertEqual(subject, ' '.join(subject.split()))
        self.assertEqual(bool(subject), any(text.split() for text in texts))

    def test_address(self):
        for texts, address in (
            (['Write to Emma.Clark@customer.example, please.'], 'Emma.Clark@customer.example'),
            (['a@b.example', 'A@B.example'], 'A@B.example'),
            (['a@b.example or c@d.example'], ''),
            (['look @home', 'user@localhost'], ''),
            (['邮箱：emma@customer.example。'], 'emma@customer.example'),
        ):
            with self.subTest(texts=texts):
                self.assertEqual(find_address(texts), address)

    @given(st.text(max_size=300))
    def test_address_of_anything(self, text):
        self.assertIn(find_address([text]), text)
