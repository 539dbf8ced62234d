"""A team that works on weekdays, and a clock that the tests set."""

from datetime import datetime

from .common_mail import HelpdeskMailCommon

MONDAY = datetime(2026, 1, 5, 9)  # of a week that nothing is special about


class HelpdeskTimeRuleCommon(HelpdeskMailCommon):
    """The team works Mondays to Fridays from 8 to 16 UTC. It is Monday, 9:00."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.resource_calendar_id = cls._create_calendar('Weekdays', (8, 16))

    def setUp(self):
        super().setUp()
        self._set_now(MONDAY)

    def _say(self, ticket, partner, body='Hello', **kwargs):
        """Let somebody write on the ticket, for all to read."""
        with self.mock_mail_gateway():
            message = (
                ticket.with_user(self.agent)
                .sudo()
                .message_post(
                    **{
                        'author_id': partner.id,
                        'body': body,
                        'message_type': 'comment',
                        'subtype_xmlid': 'mail.mt_comment',
                        **kwargs,
                    }
                )
            )
        self.env.flush_all()
        return message

    def _run_job(self, name, at=None):
        """Let a scheduled action run, and return the mails that left."""
        if at:
            self._set_now(at)
        self.env.flush_all()
        with self.mock_mail_gateway(), self.enter_registry_test_mode():
            self.env.ref(f'helpdesk_ecom.{name}').method_direct_trigger()
        self.env.invalidate_all()
        return self._mails
