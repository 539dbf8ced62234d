"""The mail servers are out of order while agents answer and customers write."""

import pytest
from mail_servers import SmtpSink
from odoo_server import wait_for
from traffic import Outcome, make_mails

pytestmark = pytest.mark.server_errors('.*')
MAILS = 8


@pytest.fixture
def desk(new_odoo):
    """A server with an agent and customers who have addresses."""
    server = new_odoo(workers=2, crons=1)
    server.use_alias_domain()
    server.create_user(
        'mail_agent', 'helpdesk_ecom.group_helpdesk_user', email='agent@shop.example.com'
    )
    return server


def answer_all(server, numbers) -> None:
    """Let the agent answer a ticket of each customer by mail."""
    admin, agent = server.xmlrpc(), server.xmlrpc('mail_agent')
    for number in numbers:
        customer = admin(
            'res.partner',
            'create',
            {'name': f'Kim {number}', 'email': f'kim{number}@customer.example.com'},
        )
        ticket = admin(
            'helpdesk.ticket', 'create', {'name': f'Case {number}', 'partner_id': customer}
        )
        agent(
            'helpdesk.ticket',
            'message_post',
            [ticket],
            body=f'Answer {number}',
            message_type='comment',
            subtype_xmlid='mail.mt_comment',
        )


def count_failed(server) -> int:
    """How many of the answers could not be sent."""
    rows = server.sql(
        'SELECT count(DISTINCT message.id) FROM mail_mail mail JOIN mail_message message '
        "ON message.id = mail.mail_message_id WHERE mail.state = 'exception' "
        'AND message.body LIKE %s',
        '%Answer%',
    )
    return rows[0][0]


def test_nothing_goes_out(desk, attempt, report):
    """The server that sends is away, and comes back."""
    sink = SmtpSink()
    desk.use_smtp(sink)
    answer_all(desk, range(MAILS))
    wait_for(lambda: count_failed(desk) == MAILS, 'all to fail', 180)
    sink.start()
    try:
        # the five minutes of the job pass
        desk.sql(
            "UPDATE mail_mail SET write_date = write_date - interval '10 minutes', "
            "create_date = create_date - interval '10 minutes'"
        )
        desk.run_cron('helpdesk_ecom.ir_cron_retry_mail')
        addresses = [f'kim{number}@customer.example.com' for number in range(MAILS)]
        wait_for(lambda: all(map(sink.to, addresses)), 'all to arrive', 180)
        desk.run_cron('helpdesk_ecom.ir_cron_retry_mail')
        desk.send_queued_mail()
        arrived = [
            address
            for mail in list(sink.messages)
            for address in mail.recipients
            if address in addresses and 'Answer' in mail.text
        ]
    finally:
        sink.stop()
    report('the outgoing mail server is away', Outcome.compare(addresses, arrived))


def test_nothing_comes_in(desk, dovecot, mailbox, attempt, report):
    """The server that has the mail is away, and comes back."""
    desk.use_mailbox(mailbox)
    mails = make_mails(MAILS, attempt)
    mailbox.deliver(*mails)
    dovecot.stop()
    try:
        desk.fetch_mail()
    finally:
        dovecot.start()
    desk.fetch_mail()
    desk.fetch_mail()
    rows = desk.sql('SELECT name FROM helpdesk_ticket WHERE name LIKE %s', 'Broken cup%')
    report(
        'the incoming mail server is away',
        Outcome.compare([mail['Subject'] for mail in mails], [name for (name,) in rows]),
    )
