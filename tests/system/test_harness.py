"""The harness itself, with plain Odoo: what the other system tests stand on."""

from email.message import EmailMessage

import pytest
from odoo_server import RpcError, wait_for


def mail(subject, sender='Emma Clark <emma@example.com>', to='desk@shop.example.com', **headers):
    message = EmailMessage()
    message['From'], message['To'], message['Subject'] = sender, to, subject
    for name, value in headers.items():
        message[name.replace('_', '-')] = value
    message.set_content('The cup is in pieces.')
    return message


@pytest.mark.parametrize('tls', [False, True])
def test_mail_comes_in_goes_out_and_comes_back(odoo, smtp, mailbox, tls):
    admin = odoo.xmlrpc()
    address = f'emma.{"tls" if tls else "plain"}@example.com'
    odoo.use_alias_domain()
    odoo.use_smtp(smtp)
    odoo.use_mailbox(mailbox, 'res.partner', tls=tls)
    subject = f'Cup arrived broken ({tls})'

    mailbox.deliver(mail(subject, Message_Id=f'<1{tls}@example.com>'))
    odoo.fetch_mail()
    assert mailbox.unseen() == 0
    (record,) = admin('res.partner', 'search', [['name', '=', subject]])

    customer = admin('res.partner', 'create', {'name': 'Emma', 'email': address})
    admin(
        'res.partner',
        'message_post',
        [record],
        body='A new one is on its way.',
        message_type='comment',
        subtype_xmlid='mail.mt_comment',
        partner_ids=[customer],
    )
    odoo.send_queued_mail()
    (sent,) = smtp.wait(address)
    assert 'A new one is on its way.' in sent.text

    mailbox.deliver(mail(f'Re: {subject}', sender=address, In_Reply_To=sent.message['Message-Id']))
    odoo.fetch_mail()
    comments = admin(
        'mail.message',
        'search_read',
        [['model', '=', 'res.partner'], ['res_id', '=', record], ['message_type', '=', 'email']],
        ['author_id'],
    )
    assert [comment['author_id'][0] for comment in comments].count(customer) == 1


def test_clients(odoo):
    odoo.create_user('agent', 'base.group_user')
    created = odoo.json2()('res.partner', 'create', vals_list=[{'name': 'By JSON'}])
    assert odoo.xmlrpc('agent')('res.partner', 'read', created, ['name'])[0]['name'] == 'By JSON'
    assert odoo.sql('SELECT name FROM res_partner WHERE id = %s', created[0]) == [('By JSON',)]
    for client in (odoo.xmlrpc('agent'), odoo.json2('agent')):
        with pytest.raises(RpcError) as error:
            client('ir.mail_server', 'search_read', domain=[])
        assert error.value.name == 'AccessError'


def test_a_killed_server_comes_back_with_what_was_committed(new_odoo):
    server = new_odoo()
    partner = server.xmlrpc()('res.partner', 'create', {'name': 'Committed'})
    server.kill()
    with pytest.raises(OSError):
        server.xmlrpc()
    server.start()
    assert server.xmlrpc()('res.partner', 'read', [partner], ['name'])[0]['name'] == 'Committed'


def test_two_nodes_share_a_database_and_its_jobs(new_odoo, smtp):
    first = new_odoo(workers=2)
    second = new_odoo(first.database, crons=1)
    first.use_smtp(smtp)
    first.xmlrpc()(
        'mail.mail',
        'create',
        {
            'subject': 'Queued',
            'email_from': 'desk@shop.example.com',
            'email_to': 'queue@example.com',
            'body_html': '<p>Hello</p>',
            'auto_delete': True,
        },
    )
    cron = second.sql(
        "SELECT res_id FROM ir_model_data WHERE module = 'mail' "
        "AND name = 'ir_cron_mail_scheduler_action'"
    )[0][0]
    first.sql('UPDATE ir_cron SET nextcall = now() at time zone %s WHERE id = %s', 'utc', cron)
    first.wake_crons()
    assert smtp.wait('queue@example.com')[0].message['subject'] == 'Queued'
    wait_for(lambda: first.sql('SELECT count(*) FROM mail_mail') == [(0,)], 'the queue is empty')
