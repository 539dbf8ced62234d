from odoo.tests import BaseCase, tagged

from ..tools.identity import ARCHIVED, SAME_EMAIL, SAME_PHONE, Candidate, judge
from .common import HelpdeskCommon

EMAIL, PHONE = 'emma@customer.example', '+12125550123'


@tagged('post_install', '-at_install')
class TestJudge(BaseCase):
    """The rules of evidence, without a database."""

    def assertVerdict(
        self, candidates, email=EMAIL, phone=PHONE, partner=None, create=False, suggestions=()
    ):
        verdict = judge(email, phone, candidates)
        self.assertEqual(verdict.partner_id, partner)
        self.assertEqual(verdict.create, create)
        self.assertEqual(verdict.suggestions, suggestions)

    def test_rules(self):
        anna = Candidate(1, EMAIL, PHONE, entity=1)
        anna_only_mail = Candidate(1, EMAIL, '', entity=1, rank=(1,))
        bert_phone = Candidate(2, 'bert@x.example', PHONE, entity=2)
        bert_only_phone = Candidate(2, '', PHONE, entity=2)
        carl_same_mail = Candidate(3, EMAIL, '', entity=3)
        gone = Candidate(4, EMAIL, '', entity=4, active=False)
        colleague = Candidate(5, EMAIL, '', entity=1, rank=(0,))

        self.assertVerdict([], create=True)
        self.assertVerdict([], email='', phone='')
        self.assertVerdict([anna], partner=1)
        self.assertVerdict([anna], phone='', partner=1)
        self.assertVerdict([anna], email='', partner=1)
        # contacts of one company don't contradict each other; the better one wins
        self.assertVerdict([anna_only_mail, colleague], phone='', partner=5)
        # the address says Anna, the number says Bert
        self.assertVerdict([anna_only_mail, bert_phone], partner=1, suggestions=((2, SAME_PHONE),))
        # two share the address; the number decides, where there is one
        self.assertVerdict(
            [anna, carl_same_mail],
            phone='',
            partner=1,
            suggestions=((3, SAME_EMAIL),),
        )
        self.assertVerdict([carl_same_mail, anna], partner=1)
        # only the number is known
        self.assertVerdict([bert_only_phone], partner=2)
        self.assertVerdict([bert_phone], suggestions=((2, SAME_PHONE),))
        self.assertVerdict(
            [bert_only_phone, Candidate(6, '', PHONE, entity=6)],
            email='',
            suggestions=((2, SAME_PHONE), (6, SAME_PHONE)),
        )
        # somebody whom we know is archived: neither revived nor doubled
        self.assertVerdict([gone], suggestions=((4, ARCHIVED),))
        self.assertVerdict([gone, anna], partner=1)


@tagged('post_install', '-at_install')
class TestIdentity(HelpdeskCommon):
    """Tickets find or make their customers, one by one and in batches."""

    def _create(self, **vals):
        return self.env['helpdesk.ticket'].with_user(self.agent).create({'name': 'Hello', **vals})

    def test_by_email(self):
        ticket = self._create(partner_email='"E. Clark" <Emma.Clark@Customer.example>')
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertFalse(ticket.partner_suggestion_ids)

    def test_by_national_number(self):
        """A number as the customer writes it is compared in its international form."""
        self.company.country_id = self.env.ref('base.us')
        self.assertEqual(self._create(partner_phone='(212) 555-0123').partner_id, self.customer)

    def test_never_by_name(self):
        self.assertFalse(self._create(partner_name='Emma Clark').partner_id)

    def test_new_contact(self):
        ticket = self._create(
            partner_email='New@Person.example',
            partner_name='New Person',
            partner_phone='+4930123456',
        )
        self.assertEqual(ticket.partner_id.name, 'New Person')
        self.assertEqual(ticket.partner_id.email, 'new@person.example')
        self.assertEqual(ticket.partner_id.phone_sanitized, '+4930123456')
        self.assertFalse(ticket.partner_id.company_id)

    def test_batch_makes_one_contact(self):
        tickets = (
            self.env['helpdesk.ticket']
            .with_user(self.agent)
            .create(
                [
                    {'name': 'A', 'partner_email': 'new@person.example'},
                    {'name': 'B', 'partner_email': 'NEW@person.example'},
                    {'name': 'C', 'partner_email': 'emma.clark@customer.example'},
                ]
            )
        )
        self.assertEqual(tickets[0].partner_id, tickets[1].partner_id)
        self.assertEqual(tickets[2].partner_id, self.customer)
        self.assertEqual(
            self.env['res.partner'].search_count([('email_normalized', '=', 'new@person.example')]),
            1,
        )

    def test_contact_of_another_company(self):
        """What another company knows is neither linked nor proposed."""
        other = self.env['res.company'].create({'name': 'Other'})
        theirs = self.env['res.partner'].create(
            {
                'name': 'Theirs',
                'email': 'theirs@x.example',
                'company_id': other.id,
            }
        )
        ticket = self._create(partner_email='theirs@x.example')
        self.assertTrue(ticket.partner_id)
        self.assertNotEqual(ticket.partner_id, theirs)

    def test_conflict_is_proposed_and_accepted(self):
        bert = self.env['res.partner'].create({'name': 'Bert', 'phone': '+4930999999'})
        ticket = self._create(
            partner_email='emma.clark@customer.example',
            partner_phone='+4930999999',
        )
        self.assertEqual(ticket.partner_id, self.customer)
        suggestion = ticket.partner_suggestion_ids
        self.assertEqual(suggestion.partner_id, bert)
        self.assertEqual(suggestion.reason, 'same_phone')
        suggestion.with_user(self.agent).action_accept()
        self.assertEqual(ticket.partner_id, bert)
        self.assertFalse(ticket.partner_suggestion_ids)

    def test_dismiss(self):
        self.env['res.partner'].create(
            {'name': 'Bert', 'phone': '+4930999999', 'email': 'b@x.example'}
        )
        ticket = self._create(partner_email='new@x.example', partner_phone='+4930999999')
        self.assertFalse(ticket.partner_id)
        ticket.partner_suggestion_ids.with_user(self.agent).action_dismiss()
        self.assertFalse(ticket.partner_suggestion_ids)

    def test_archived_contact(self):
        self.customer.action_archive()
        ticket = self._create(partner_email='emma.clark@customer.example')
        self.assertFalse(ticket.partner_id)
        self.assertEqual(ticket.partner_suggestion_ids.reason, 'archived')
        ticket.partner_suggestion_ids.with_user(self.agent).action_accept()
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertTrue(self.customer.active)
