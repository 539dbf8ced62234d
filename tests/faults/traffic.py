"""Customers who write while something breaks, and the count of what arrived."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from email.message import EmailMessage

from odoo_server import OdooServer, wait_for
from webhook_client import Customers, make_channel, make_events

PATIENCE = 300  # seconds: a job that died is looked at again after some minutes at the most


@dataclass
class Outcome:
    """What became of what was sent."""

    sent: int
    lost: int
    doubled: int

    @classmethod
    def compare(cls, sent: list[str], arrived: list[str]) -> Outcome:
        """Count what is missing and what is there more than once."""
        counts = Counter(arrived)
        return cls(
            len(sent),
            sum(not counts[one] for one in sent),
            sum(count - 1 for count in counts.values()),
        )


class Traffic:
    """Messages of customers on a channel, in the background, until each is acknowledged.

    Who is refused, or not answered, sends again: as all providers do.
    """

    def __init__(self, server: OdooServer, count: int = 80, customers: int = 8):
        self.server = server
        self.channel, self.path = make_channel(server)
        self.events = make_events(count, customers)
        self.thread: threading.Thread | None = None

    def start(self, rate: float = 20, ports: list[int] | None = None) -> Traffic:
        """Send so many in a second; to several servers in turns."""
        ports = ports or [self.server.port]
        shares = [self.events[number :: len(ports)] for number in range(len(ports))]

        def post():
            threads = [
                threading.Thread(
                    target=Customers(port, self.path, threads=4).post,
                    args=(share, rate / len(ports)),
                )
                for port, share in zip(ports, shares, strict=True)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        self.thread = threading.Thread(target=post)
        self.thread.start()
        return self

    def wait_for_some(self, count: int = 10) -> None:
        """Wait until so many are stored."""
        wait_for(lambda: self._stored() >= count, f'{count} messages', 120)

    def _stored(self) -> int:
        ((count,),) = self.server.sql(
            'SELECT count(*) FROM helpdesk_channel_envelope WHERE channel_id = %s', self.channel
        )
        return count

    def finish(self) -> Outcome:
        """Wait until all were acknowledged and processed, and count what stands in tickets."""
        self.thread.join()

        def is_over():
            return not self.server.sql(
                'SELECT 1 FROM helpdesk_channel_envelope '
                "WHERE channel_id = %s AND state = 'new' LIMIT 1",
                self.channel,
            )

        wait_for(is_over, 'all to be processed', PATIENCE)
        rows = self.server.sql(
            """
            SELECT envelope.external_id
              FROM mail_message message
              JOIN helpdesk_ticket ticket
                ON ticket.id = message.res_id AND message.model = 'helpdesk.ticket'
         LEFT JOIN helpdesk_channel_envelope envelope ON envelope.message_id = message.id
             WHERE ticket.channel_id = %s AND message.message_type = 'comment'
            """,
            self.channel,
        )
        return Outcome.compare(
            [event['id'] for event in self.events], [external_id for (external_id,) in rows]
        )


def make_mails(count: int, attempt: int) -> list[EmailMessage]:
    """Mails of so many customers to the desk, each with a subject of its own."""
    mails = []
    for number in range(count):
        mail = EmailMessage()
        mail['From'] = f'kim{number}@customer.example.com'
        mail['To'] = 'support@shop.example.com'
        mail['Subject'] = f'Broken cup {attempt} {number}'
        mail['Message-Id'] = f'<{attempt}.{number}@customer.example.com>'
        mail.set_content('It came in pieces, see the picture.')
        mails.append(mail)
    return mails


def compare_mails(mails: list[EmailMessage], rows: list[tuple]) -> Outcome:
    """Count what became of mails, by the names of their tickets as SQL returns them."""
    return Outcome.compare([mail['Subject'] for mail in mails], [name for (name,) in rows])
