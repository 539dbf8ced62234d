from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from ..exceptions import CustomerWroteMeanwhile
from .inbox_common import InboxCommon


@tagged('post_install', '-at_install')
class TestFullComposer(InboxCommon):
    """The large composer holds an answer beside which the customer wrote."""

    def _open(self, ticket=None, subtype='mail.mt_comment', user=None, **defaults):
        """Open the large composer as the button of the small one does."""
        return Form(
            self.env['mail.compose.message']
            .with_user(user or self.agent)
            .with_context(
                default_model='helpdesk.ticket',
                default_res_ids=(ticket or self.ticket).ids,
                default_subtype_xmlid=subtype,
                default_body='<p>It is on its way.</p>',
                default_partner_ids=self.customer.ids,
                clicked_on_full_composer=True,
                **{f'default_{name}': value for name, value in defaults.items()},
            )
        )

    def _get_answers(self):
        return self.ticket.message_ids.filtered(lambda m: 'on its way' in m.body)

    def test_nothing_new(self):
        for text in (None, 'Hello'):
            if text:
                self._hear(self.ticket, text)
            composer = self._open().save()
            self.assertIs(composer.get_helpdesk_news(), False)
            composer.action_send_mail()
        self.assertEqual(len(self._get_answers()), 2)

    def test_held_until_it_was_read(self):
        self._hear(self.ticket, 'Hello')
        with self._open() as form:
            pass
        composer = form.record
        for text in ('It came after all', 'Really'):
            news = self._hear(self.ticket, text)
            with self.assertRaisesRegex(CustomerWroteMeanwhile, f'Emma Clark wrote.*{text}'):
                composer.action_send_mail()
            self.assertEqual(
                composer.get_helpdesk_news(),
                {'message_id': news.id, 'author': 'Emma Clark', 'text': text},
            )
            self.assertFalse(self._get_answers())
            with Form(composer) as form:
                form.body = '<p>Glad to hear it, it is on its way.</p>'
            with self.assertRaises(CustomerWroteMeanwhile):
                composer.action_send_mail()
            composer.helpdesk_seen_message_id = news.id
        composer.action_send_mail()
        self.assertEqual(len(self._get_answers()), 1)

    def test_begun_in_the_small_one(self):
        """What counts is what the author had seen as they began to write."""
        first = self._hear(self.ticket, 'Hello')
        self._hear(self.ticket, 'It came after all')
        composer = self._open(helpdesk_seen_message_id=first.id).save()
        with self.assertRaises(CustomerWroteMeanwhile):
            composer.action_send_mail()

    def test_first_words_of_the_customer(self):
        composer = self._open().save()
        self.assertEqual(composer.helpdesk_seen_message_id, 0)
        self._hear(self.ticket, 'Hello')
        with self.assertRaises(CustomerWroteMeanwhile):
            composer.action_send_mail()

    def test_colleagues_and_other_tickets_hold_nothing(self):
        other = self._create_ticket(partner_id=self.customer.id)
        composer = self._open().save()
        self._answer(self.ticket, 'Hello Emma', self.agent_2)
        self.ticket.with_user(self.agent_2).message_post(body='A note')
        self._hear(other, 'Hello')
        composer.action_send_mail()
        self.assertEqual(len(self._get_answers()), 1)

    def test_notes_are_not_held(self):
        composer = self._open(subtype='mail.mt_note').save()
        self._hear(self.ticket, 'Hello')
        self.assertIs(composer.get_helpdesk_news(), False)
        composer.action_send_mail()
        self.assertTrue(self._get_answers().subtype_id.internal)

    def test_scheduled(self):
        """It is held as it is scheduled; at its time it goes."""
        moment = fields.Datetime.now() + timedelta(hours=1)
        composer = self._open(scheduled_date=fields.Datetime.to_string(moment)).save()
        news = self._hear(self.ticket, 'Hello')
        with self.assertRaises(CustomerWroteMeanwhile):
            composer.action_schedule_message()
        Scheduled = self.env['mail.scheduled.message']
        self.assertFalse(Scheduled.search([('res_id', '=', self.ticket.id)]))
        composer.helpdesk_seen_message_id = news.id
        composer.action_schedule_message()
        scheduled = Scheduled.search([('res_id', '=', self.ticket.id)])
        self._hear(self.ticket, 'And another thing')
        scheduled._post_message()
        self.assertEqual(self._get_answers().author_id, self.agent.partner_id)

    def test_who_may_not_read_learns_nothing(self):
        secret = self._hear(self.private_ticket, 'A secret')
        Composer = self.env['mail.compose.message'].with_user(self.agent)
        with self.assertRaises(AccessError) as error:
            Composer.create(
                {
                    'model': 'helpdesk.ticket',
                    'res_ids': str(self.private_ticket.ids),
                    'helpdesk_seen_message_id': secret.id - 1,
                }
            ).get_helpdesk_news()
        self.assertNotIn('A secret', str(error.exception))

    def test_other_documents(self):
        composer = Form(
            self.env['mail.compose.message'].with_context(
                default_model='res.partner', default_res_ids=self.customer.ids
            )
        ).save()
        self.assertFalse(composer.helpdesk_seen_message_id)
        self.assertIs(composer.get_helpdesk_news(), False)
