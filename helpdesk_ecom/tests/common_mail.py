"""Mails for the tests, written by hand or put together, and a way to send them in."""

from email.message import EmailMessage
from pathlib import Path

from odoo.addons.mail.tests.common import MailCase

from .common import HelpdeskCommon

FIXTURES = Path(__file__).parent / 'fixtures' / 'mail'


def read_fixture(name):
    """Return the source of a mail under ``fixtures/mail``."""
    return (FIXTURES / name).read_bytes()


class HelpdeskMailCommon(HelpdeskCommon, MailCase):
    """A team with an inbox, and mails that come in."""

    _counter = 0

    @classmethod
    def _mail(cls, body='My cup is broken.', **headers):
        """Return the source of a mail of the customer to the team; '_' in header names is '-'."""
        HelpdeskMailCommon._counter += 1
        message = EmailMessage()
        headers = {
            'From': 'Emma Clark <emma.clark@customer.example>',
            'To': 'care@shop.example',
            'Subject': 'Cup arrived broken',
            'Message-Id': f'<{HelpdeskMailCommon._counter}.test@customer.example>',
            **{name.replace('_', '-'): value for name, value in headers.items()},
        }
        for name, value in headers.items():
            if value is not None:
                message[name] = value
        message.set_content(body)
        return message.as_bytes()

    @classmethod
    def _receive(cls, raw, model=None, **kwargs):
        """Process a mail as the mailbox does, and return ``(ticket, parked mail)`` that it made."""
        Ticket, Parked = cls.env['helpdesk.ticket'], cls.env['helpdesk.mail.parked']
        last_ticket, last_parked = (
            records.with_context(active_test=False).search([], order='id desc', limit=1).id or 0
            for records in (Ticket, Parked)
        )
        cls.env['mail.thread'].message_process(model, raw, **kwargs)
        cls.env.flush_all()
        return Ticket.search([('id', '>', last_ticket)]), Parked.search([('id', '>', last_parked)])

    @classmethod
    def _reply(cls, ticket, message=None, **headers):
        """Return the source of an answer to the ticket's latest mail."""
        message = (
            message
            or ticket.message_ids.filtered(lambda m: m.message_type in ('email', 'comment'))[:1]
        )
        return cls._mail(In_Reply_To=message.message_id, **headers)
