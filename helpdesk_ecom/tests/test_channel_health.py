from odoo.exceptions import UserError
from odoo.tests import tagged

from ..tools.channel.error import STOP, ChannelError
from .channel_common import HelpdeskChannelCommon


@tagged('post_install', '-at_install')
class TestChannelHealth(HelpdeskChannelCommon):
    """Whether a channel works says who was asked; a reminder lasts as long as the fault."""

    def _let_answer(self, answer):
        """Let the provider answer to questions on the account, or complain."""

        def check(channel):
            if isinstance(answer, ChannelError):
                raise answer
            return answer

        self.patch(type(self.channel), '_check_account', check)

    # === NOBODY WAS ASKED === #

    def test_stopped_stays_stopped(self):
        self.channel._stop('The program refuses us.', 401)
        self.channel._check_health()
        self.assertEqual(self.channel.state, 'stopped')
        self.assertIn('refuses', self.channel.last_error)
        self.assertTrue(self.channel.activity_ids)
        notice = self.channel.with_user(self.admin).action_test()['params']
        self.assertEqual(notice['type'], 'warning')
        self.assertIn("can't be asked", notice['message'])
        self.assertEqual(self.channel.state, 'stopped')
        self.channel.with_user(self.admin).action_turn_on()
        self.assertEqual((self.channel.state, self.channel.health), ('on', 'ok'))
        self.assertFalse(self.channel.activity_ids)

    def test_without_an_address(self):
        self.channel.api_url = False
        with self.assertRaisesRegex(UserError, 'no address'):
            self.channel.with_user(self.admin).action_test()
        self.channel._check_health()
        self.assertEqual(self.channel.state, 'stopped')
        self.assertIn('no address', self.channel.health_reason)

    # === SOMEBODY WAS ASKED === #

    def test_it_works_again(self):
        self.channel._stop('The token is too old.')
        self._let_answer('Connected as @shop.')
        self.channel._check_health()
        self.assertEqual((self.channel.state, self.channel.last_error), ('on', False))
        self.assertFalse(self.channel.activity_ids, 'it would hide the next fault')
        self.channel._stop('The token is too old.')
        self.assertEqual(len(self.channel.activity_ids), 1)
        notice = self.channel.with_user(self.admin).action_test()['params']
        self.assertEqual((notice['type'], notice['message']), ('success', 'Connected as @shop.'))
        self.assertEqual(self.channel.state, 'on')
        self.assertFalse(self.channel.activity_ids)

    def test_another_fault(self):
        self.channel._stop('The token is too old.')
        reminder = self.channel.activity_ids
        self._let_answer(ChannelError(STOP, 'The account is locked.'))
        for _time in range(2):
            self.channel._check_health()
        self.assertEqual(self.channel.activity_ids, reminder)
        self.assertIn('locked', reminder.note)
        self.assertNotIn('too old', reminder.note)

    def test_reminders_of_people_stay(self):
        self.channel.activity_schedule(
            'mail.mail_activity_data_todo', summary='Renew the token', user_id=self.leader.id
        )
        self._let_answer('Connected as @shop.')
        self.channel._check_health()
        self.assertEqual(self.channel.activity_ids.summary, 'Renew the token')

    # === TOLD LATER === #

    def test_a_failure_told_later_stops_the_channel(self):
        self.patch(type(self.channel), '_classify_failure', lambda channel, event: STOP)
        ticket = self._receive(self._event('Where is it?')).ticket_id
        message = self._answer(ticket)
        self._run_outbox()
        self._report('failed', error='No means of payment', error_code='131042')
        self.assertEqual(self.channel.state, 'stopped')
        self.assertEqual(self.channel.last_error, 'No means of payment (131042)')
        self.assertEqual(self.channel.activity_ids.user_id, self.leader)
        self.assertEqual(message.sudo()._get_delivery()['error_class'], STOP)
        self._answer(ticket)
        self._run_outbox()
        self.assertEqual(len(self.program.messages), 1)

    def test_off_stays_off(self):
        self.channel.with_user(self.admin).action_turn_off()
        self.channel._stop('The account is locked.')
        self.assertEqual(self.channel.state, 'draft')
