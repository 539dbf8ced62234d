from markupsafe import Markup

from odoo.exceptions import UserError
from odoo.tests import tagged

from .channel_common import HelpdeskChannelCommon


@tagged('post_install', '-at_install')
class TestChannelWithdrawn(HelpdeskChannelCommon):
    """What an agent takes back before it left is not sent."""

    def setUp(self):
        super().setUp()
        self.ticket = self._receive(self._event('Where is it?')).ticket_id
        self.message = self._answer(self.ticket).sudo()
        self.envelope = self.Envelope.search(
            [('message_id', '=', self.message.id), ('direction', '=', 'out')]
        )

    def assertWithdrawn(self):
        self._run_outbox()
        self.assertEqual(self.envelope.state, 'canceled')
        self.assertIn('taken back', self.envelope.error)
        self.assertFalse(self.program.messages)

    def test_emptied(self):
        self.ticket.with_user(self.agent)._message_update_content(
            self.message, body='', attachment_ids=[]
        )
        self.assertEqual(self.message._get_delivery()['state'], 'canceled')
        notification = self.message.notification_ids.filtered(
            lambda n: n.notification_type == 'helpdesk'
        )
        self.assertEqual(notification.notification_status, 'canceled')
        self.assertWithdrawn()

    def test_emptied_after_it_failed(self):
        """Nobody sends again what its author took back."""
        self.envelope.state = 'failed'
        self._change('', attachment_ids=[])
        self.assertWithdrawn()
        with self.assertRaises(UserError):
            self.envelope.with_user(self.agent).action_send_again()

    def test_deleted(self):
        self.message.unlink()
        self.assertWithdrawn()

    def test_ticket_deleted(self):
        self.ticket.with_user(self.admin).unlink()
        self.assertWithdrawn()

    def _change(self, body, message=None, **kwargs):
        self.ticket.with_user(self.agent)._message_update_content(
            message or self.message, body=body, **kwargs
        )

    def test_a_change_is_no_withdrawal(self):
        """What leaves is what stands there."""
        self._change('Tomorrow.')
        self.assertEqual(self.envelope.state, 'outgoing')
        self._run_outbox()
        self.assertEqual([m['text'] for m in self.program.messages], ['Tomorrow.'])

    def test_a_change_of_what_failed(self):
        self.program.answers = [400]
        self._run_outbox()
        self.assertEqual(self.envelope.state, 'failed')
        self._change(Markup('<p>To <b>Oslo</b>.</p>'))
        self.envelope.with_user(self.agent).action_send_again()
        self._run_outbox()
        self.assertEqual(self.program.messages[-1]['text'], 'To *Oslo*.')

    def test_a_change_of_what_has_left(self):
        self._run_outbox()
        payload = self.envelope.payload
        self._change('Tomorrow.')
        self.assertEqual((self.envelope.state, self.envelope.payload), ('sent', payload))

    def test_a_change_of_several_pieces(self):
        message = self._answer(self.ticket, f'<p>{"word " * 6000}</p>').sudo()
        pieces = message.helpdesk_envelope_ids
        self.assertEqual(len(pieces), 2)
        with self.assertRaisesRegex(UserError, 'several pieces'):
            self._change('Short.', message)
        with self.assertRaisesRegex(UserError, 'several pieces'):
            self._change('word ' * 6000)
        self._change('', message, attachment_ids=[])
        self.assertEqual(set(pieces.mapped('state')), {'canceled'})

    def test_a_file_without_its_words(self):
        file = (
            self.env['ir.attachment']
            .with_user(self.agent)
            .create({'name': 'label.pdf', 'raw': b'%PDF-1.4', 'mimetype': 'application/pdf'})
        )
        message = self._answer(self.ticket, '<p>Here.</p>', attachment_ids=file.ids).sudo()
        self._change('', message)
        self.assertEqual(message.helpdesk_envelope_ids.state, 'outgoing')
        self._run_outbox()
        sent = self.program.messages[-1]
        self.assertEqual(sent['file']['name'], 'label.pdf')
        self.assertNotIn('text', sent)

    def test_what_is_under_way_is_left_alone(self):
        for state in ('sending', 'unknown', 'sent'):
            self.envelope.state = state
            self.ticket.with_user(self.agent)._message_update_content(
                self.message, body='', attachment_ids=[]
            )
            self.assertEqual(self.envelope.state, state)
        self.envelope.state = 'sending'
        self.message.unlink()
        self.assertEqual(self.envelope.state, 'sending')
