"""A customer's mail becomes a ticket, is answered, and the answer to that comes back to it."""

import smtplib
import threading
from email.message import EmailMessage

import pytest
from mail_servers import HOST, SmtpSink
from odoo_server import connect, wait_for

DESK = 'support@shop.example.com'
EMMA = 'emma.clark@customer.example.com'


class MailExchange(SmtpSink):
    """What a domain's MX does: it takes mail by SMTP and puts it into the domain's mailbox."""

    def __init__(self, mailbox):
        super().__init__()
        self.mailbox = mailbox

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.mailbox.deliver(envelope.content)
        return await super().handle_DATA(server, session, envelope)


@pytest.fixture
def exchange(mailbox):
    server = MailExchange(mailbox).start()
    yield server
    server.stop()


@pytest.fixture
def desk(odoo, smtp, mailbox):
    """The server with a mailbox for its team, an SMTP sink and an agent."""
    odoo.use_alias_domain()
    odoo.use_smtp(smtp)
    odoo.use_mailbox(mailbox)
    if not odoo.sql("SELECT 1 FROM res_users WHERE login = 'mail_agent'"):
        odoo.create_user(
            'mail_agent', 'helpdesk_ecom.group_helpdesk_user', email='agent@shop.example.com'
        )
    return odoo


def compose(subject, body, sender=EMMA, to=DESK, **headers):
    message = EmailMessage()
    message['From'], message['To'], message['Subject'] = sender, to, subject
    for name, value in headers.items():
        message[name.replace('_', '-')] = value
    message.set_content(body)
    return message


def make_order(admin):
    """A confirmed order of Emma's."""
    customer = admin('res.partner', 'create', {'name': 'Emma Clark', 'email': EMMA})
    cup = admin('product.product', 'create', {'name': 'Cup blue', 'is_storable': True})
    order = admin(
        'sale.order',
        'create',
        {'partner_id': customer, 'order_line': [(0, 0, {'product_id': cup, 'product_uom_qty': 2})]},
    )
    admin('sale.order', 'action_confirm', [order])
    return customer, order, admin('sale.order', 'read', [order], ['name'])[0]['name']


def test_from_mail_to_ticket_and_back(desk, smtp, mailbox, exchange):
    admin, agent = desk.xmlrpc(), desk.xmlrpc('mail_agent')
    customer, order, order_name = make_order(admin)

    mailbox.deliver(
        compose(
            'Cup arrived broken',
            f'Hello, one cup of my order {order_name} came in pieces.',
            sender=f'Emma Clark <{EMMA}>',
            Message_Id='<first@customer.example.com>',
        )
    )
    desk.fetch_mail()
    assert mailbox.unseen() == 0
    (ticket,) = agent(
        'helpdesk.ticket',
        'search_read',
        [['name', '=', 'Cup arrived broken']],
        ['partner_id', 'sale_order_id', 'order_match', 'ticket_ref', 'stage_id', 'user_id'],
    )
    assert ticket['partner_id'][0] == customer
    assert ticket['sale_order_id'][0] == order
    assert ticket['order_match'] == 'verified'
    assert not ticket['user_id']

    agent(
        'helpdesk.ticket',
        'message_post',
        [ticket['id']],
        body='We are sorry. A new one is on its way.',
        message_type='comment',
        subtype_xmlid='mail.mt_comment',
    )
    desk.send_queued_mail()
    answer = next(mail for mail in smtp.wait(EMMA) if 'A new one is on its way' in mail.text)
    assert DESK in answer.message['Reply-To']
    assert '<first@customer.example.com>' in answer.message['References']
    assert ticket['ticket_ref'] in answer.message['Subject']

    # the customer presses "reply"; the mail goes by SMTP to the desk's domain
    reply = compose(
        f'Re: {answer.message["Subject"]}',
        'Thank you!',
        to=answer.message['Reply-To'],
        Message_Id='<second@customer.example.com>',
        In_Reply_To=answer.message['Message-Id'],
        References=answer.message['Message-Id'],
    )
    desk.json2('mail_agent')('helpdesk.ticket', 'action_solve', ids=[ticket['id']])
    with smtplib.SMTP(HOST, exchange.port) as client:
        client.send_message(reply, EMMA, [DESK])
    desk.fetch_mail()
    messages = agent(
        'mail.message',
        'search_read',
        [
            ['model', '=', 'helpdesk.ticket'],
            ['res_id', '=', ticket['id']],
            ['message_type', '=', 'email'],
        ],
        ['body', 'author_id'],
    )
    assert len(messages) == 2
    assert 'Thank you!' in messages[0]['body']
    assert messages[0]['author_id'][0] == customer
    (after,) = agent('helpdesk.ticket', 'read', [ticket['id']], ['fold'])
    assert not after['fold'], 'the answer opens the ticket again'
    assert agent('helpdesk.ticket', 'search_count', [['partner_id', '=', customer]]) == 1


def test_robots_and_broken_mail_are_kept(desk, mailbox):
    admin = desk.xmlrpc()
    mailbox.deliver(
        compose('I am away', 'Back on Monday', Auto_Submitted='auto-replied', Message_Id='<a@b.c>'),
        b'From: x@y.example\r\nTo: ' + DESK.encode() + b'\r\nSubject: Broken\x00\r\n'
        b'Message-Id: <broken@y.example>\r\n'
        b'Content-Type: text/plain; charset=x-martian\r\n\r\nTwo\x00 pieces\r\n',
    )
    desk.fetch_mail()
    assert mailbox.unseen() == 0
    (parked,) = admin('helpdesk.mail.parked', 'search_read', [['message_id', '=', '<a@b.c>']])
    assert parked['reason'] == 'auto_reply'
    (ticket,) = admin('helpdesk.ticket', 'search', [['partner_email', '=', 'x@y.example']])
    names = admin(
        'ir.attachment',
        'search_read',
        [['res_model', '=', 'helpdesk.ticket'], ['res_id', '=', ticket]],
        ['name'],
    )
    assert 'original_email.eml' in [attachment['name'] for attachment in names]


def test_two_mails_of_a_new_customer_at_once(desk, dovecot):
    """Two mailboxes are fetched at the same moment: two tickets, one contact."""
    address = 'twice@customer.example.com'
    admin, servers = desk.xmlrpc(), []
    for number in (1, 2):
        box = dovecot.mailbox(f'parallel{number}@shop.example.com')
        servers.append(desk.use_mailbox(box))
        box.deliver(
            compose(f'Parallel {number}', 'Hello', sender=address, Message_Id=f'<p{number}@c.d>')
        )
    # else writing that the alias works would be a conflict of its own
    desk.sql("UPDATE mail_alias SET alias_status = 'valid'")
    # both are held where the contact would be made, so that neither sees the other's
    gate = connect(desk.database)
    lock = 'pg_advisory_{}lock(hashtextextended(%s, 0))'
    gate.cursor().execute(f'SELECT {lock.format("")}', [address])
    threads = [
        threading.Thread(
            target=desk.json2(), args=('fetchmail.server', 'fetch_mail'), kwargs={'ids': [server]}
        )
        for server in servers
    ]
    for thread in threads:
        thread.start()
    wait_for(
        lambda: (
            desk.sql(
                'SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database '
                "WHERE locktype = 'advisory' AND NOT granted AND datname = %s",
                desk.database,
            )
            == [(2,)]
        ),
        'both mails wait for the lock',
    )
    gate.cursor().execute(f'SELECT {lock.format("un")}', [address])
    for thread in threads:
        thread.join(60)
    gate.close()
    (partner,) = admin('res.partner', 'search', [['email_normalized', '=', address]])
    tickets = admin(
        'helpdesk.ticket', 'search_read', [['name', 'like', 'Parallel']], ['partner_id']
    )
    assert [ticket['partner_id'][0] for ticket in tickets] == [partner, partner]
