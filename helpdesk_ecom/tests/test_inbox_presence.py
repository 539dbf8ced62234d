import json
from types import SimpleNamespace
from unittest.mock import patch

from markupsafe import Markup

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.bus.models.bus import channel_with_db

from ..exceptions import CustomerWroteMeanwhile
from ..models.inbox.helpdesk_ticket_presence import PRESENCE
from .inbox_common import InboxCommon


@tagged('post_install', '-at_install')
class TestPresence(InboxCommon):
    """Who hears of whom, over the bus and nowhere else."""

    def setUp(self):
        super().setUp()
        self.sent = []
        self.patch(
            type(self.env['bus.bus']),
            '_sendone',
            lambda _bus, target, kind, payload: self.sent.append((target, kind, payload)),
        )

    def test_announce(self):
        self.ticket.with_user(self.agent_2).action_announce('writing', True)
        self.assertEqual(
            self.sent,
            [
                (
                    (self.ticket, PRESENCE),
                    'helpdesk_ecom.presence',
                    {
                        'ticket_id': self.ticket.id,
                        'user_id': self.agent_2.id,
                        'name': 'Agent 2',
                        'state': 'writing',
                        'is_new': True,
                    },
                )
            ],
        )
        with self.assertRaises(ValidationError):
            self.ticket.with_user(self.agent_2).action_announce('dancing')
        with self.assertRaises(AccessError):
            self.private_ticket.with_user(self.agent).action_announce('looking')

    def _subscribe(self, user, *tickets):
        """Return to which tickets a user gets subscribed who asks for some."""
        asked = [f'helpdesk.ticket_{ticket.id}' for ticket in tickets]
        request = SimpleNamespace(session=SimpleNamespace(uid=user.id), cookies={})
        with patch('odoo.addons.bus.models.ir_websocket.wsrequest', request):
            channels = (
                self.env['ir.websocket']
                .with_user(user)
                ._build_bus_channel_list([*asked, 'helpdesk.ticket_0', 'helpdesk.ticket_x'])
            )
        self.assertFalse(set(asked) & {c for c in channels if isinstance(c, str)})
        return [
            channel[0]
            for channel in channels
            if isinstance(channel, tuple) and channel[1] == PRESENCE
        ]

    def test_subscription(self):
        """Only who may read a ticket hears who is at it."""
        portal_user = new_test_user(self.env, 'emma', groups='base.group_portal')
        portal_ticket = self._create_ticket(partner_id=portal_user.partner_id.id)
        tickets = (self.ticket, self.private_ticket, portal_ticket)
        self.assertCountEqual(self._subscribe(self.agent, *tickets), [self.ticket, portal_ticket])
        self.assertIn(self.private_ticket, self._subscribe(self.agent_2, *tickets))
        for user in portal_user, self.outsider, self.env.ref('base.public_user'):
            self.assertFalse(self._subscribe(user, *tickets))

    def test_channel_cannot_be_guessed(self):
        """A text, which any client may ask for, is another channel than that of the ticket."""
        database = self.env.cr.dbname
        guesses = {
            json.dumps(channel_with_db(database, guess))
            for guess in (
                f'helpdesk.ticket_{self.ticket.id}_presence',
                f'helpdesk.ticket,{self.ticket.id},presence',
                str((self.ticket, PRESENCE)),
            )
        }
        real = json.dumps(channel_with_db(database, (self.ticket, PRESENCE)))
        self.assertNotIn(real, guesses)

    def test_messages_change_live(self):
        """Words, files and ticks reach whoever is at the ticket, not only who answers it."""
        message = self._hear(self.ticket, 'My card is 4111').sudo()
        message.attachment_ids = self.env['ir.attachment'].create(
            {
                'name': 'card.txt',
                'raw': b'4111',
                'res_model': message.model,
                'res_id': message.res_id,
            }
        )
        self.sent.clear()
        message._send_attachment_update()
        message._erase_channel_content()
        news = [
            payload['mail.message'][0]
            for target, kind, payload in self.sent
            if isinstance(target, tuple) and target[0] == self.ticket and 'insert' in kind
        ]
        self.assertEqual([data['id'] for data in news], message.ids * 2)
        self.assertEqual(len(news[0]['attachment_ids']), 1)
        self.assertIn('deleted', str(news[1]['body']))
        self.assertFalse(news[1]['attachment_ids'])

    def test_conversation(self):
        """Agents are told by the ticket's id that it went on, and of notes they are not."""
        self.ticket.message_post(body='A note')
        self.sent.clear()
        self._hear(self.ticket, 'A secret')
        told = [(target, payload) for target, kind, payload in self.sent if kind.endswith('sation')]
        self.assertEqual(
            told,
            [(self.env.ref('helpdesk_ecom.group_helpdesk_user'), {'ticket_ids': self.ticket.ids})],
        )
        self.sent.clear()
        self.ticket.message_post(body='A note')
        self.assertFalse([kind for _target, kind, _payload in self.sent if kind.endswith('sation')])


@tagged('post_install', '-at_install')
class TestDraft(InboxCommon, HttpCase):
    """An answer is held if the customer wrote while it was being written."""

    def _post(self, seen_message_id, note=False):
        """Post as the composer does."""
        post_data = {
            'body': 'It is on its way',
            'message_type': 'comment',
            'subtype_xmlid': f'mail.mt_{"note" if note else "comment"}',
        }
        if seen_message_id is not None:
            post_data['helpdesk_seen_message_id'] = seen_message_id
        return self.url_open(
            '/mail/message/post',
            json={
                'params': {
                    'thread_model': 'helpdesk.ticket',
                    'thread_id': self.ticket.id,
                    'post_data': post_data,
                }
            },
        ).json()

    def test_route(self):
        self.authenticate('agent', 'agent')
        first = self._hear(self.ticket, 'Hello')
        self.assertIn('result', self._post(first.id))
        second = self._hear(self.ticket, Markup('<p>It came <b>after all</b></p>'))
        error = self._post(first.id)['error']['data']
        self.assertEqual(
            error['name'], 'odoo.addons.helpdesk_ecom.exceptions.CustomerWroteMeanwhile'
        )
        self.assertEqual(
            error['context'],
            {'message_id': second.id, 'author': 'Emma Clark', 'text': 'It came after all'},
        )
        answers = self.ticket.message_ids.filtered(lambda message: 'on its way' in message.body)
        self.assertEqual(len(answers), 1)
        self.assertIn('result', self._post(second.id))
        self._hear(self.ticket, 'Really')
        self.assertIn('result', self._post(None), 'sent anyway')
        self.assertIn('result', self._post('nonsense'), 'what is no id holds nothing')

    def test_colleagues_hold_nothing(self):
        first = self._hear(self.ticket, 'Hello')
        self._answer(self.ticket, 'Hello Emma', self.agent_2)
        post = self.ticket.with_user(self.agent).message_post
        post(body='x', helpdesk_seen_message_id=first.id, subtype_xmlid='mail.mt_comment')
        self._hear(self.ticket, 'Hm')
        with self.assertRaises(CustomerWroteMeanwhile):
            post(body='x', helpdesk_seen_message_id=first.id, subtype_xmlid='mail.mt_comment')
