"""Two nodes behind a load balancer, on one database and one filestore: docs/scaling.md."""

import base64
import json

import pytest
import websocket
from nginx import Nginx
from odoo_server import ROOT, wait_for
from traffic import Traffic

# what the documentation shows is what is tested; as many workers as there are cores here
SETTINGS = (ROOT / 'docs/odoo.conf').read_text().removeprefix('[options]\n')
NODE = {'workers': 2, 'crons': 1, 'settings': SETTINGS}
PATIENCE = 60  # seconds


@pytest.fixture
def nodes(new_odoo):
    first = new_odoo(**NODE)
    return [first, new_odoo(first.database, **NODE)]


@pytest.fixture
def balancer(nodes, tmp_path):
    nginx = Nginx(tmp_path / 'nginx', nodes)
    try:
        yield nginx.start()
    finally:
        nginx.stop()


@pytest.mark.server_errors('.*')
def test_node_killed(nodes, balancer, attempt, report):
    """Customers don't notice that a node is gone, nor that it is back."""
    first, second = nodes
    traffic = Traffic(first).start(ports=[balancer.port])
    traffic.wait_for_some(10 + attempt)
    second.kill()
    traffic.wait_for_some(40)
    second.start()
    report('a node behind a load balancer is killed', traffic.finish())
    assert balancer.answered_by('/helpdesk/webhook/') == {first.port, second.port}


def test_sessions_and_files(nodes, balancer):
    """Who logged in at one node is known to the other, and a file is there for both."""
    web = nodes[0].web()
    web.url = balancer.url  # the cookie of one node is for all
    content = base64.b64encode(b'The cup, in pieces').decode()
    values = {'name': 'cup.txt', 'datas': content, 'mimetype': 'text/plain'}
    [attachment] = web.call('ir.attachment', 'create', [values])
    asked = 0
    while balancer.answered_by('/web/dataset/call_kw') != {node.port for node in nodes}:
        assert asked < 50, 'one node answers all'
        [row] = web.call('ir.attachment', 'read', [attachment], ['datas'])
        assert row['datas'] == content
        asked += 1


def test_live_on_both_nodes(nodes, balancer):
    """Agents see a customer's words at once, at whichever node their browsers are."""
    first, second = nodes
    agent = first.create_user('ann', 'helpdesk_ecom.group_helpdesk_user')
    sockets = [subscribe(balancer, first.web('ann')) for _node in nodes]
    admin = second.xmlrpc()
    ticket = admin('helpdesk.ticket', 'create', {'name': 'Cup arrived broken', 'user_id': agent})
    partner = admin('res.partner', 'create', {'name': 'Kim', 'email': 'kim@customer.example.com'})
    admin(
        'helpdesk.ticket',
        'message_post',
        [ticket],
        body='It came in pieces.',
        author_id=partner,
        message_type='comment',
        subtype_xmlid='mail.mt_comment',
    )
    for socket in sockets:
        wait_for(lambda socket=socket: hears_of(socket, ticket), 'the news', PATIENCE)
        socket.close()
    gevent_ports = {node.gevent_port for node in nodes}
    wait_for(
        lambda: balancer.answered_by('/websocket', '101') == gevent_ports, 'both nodes', PATIENCE
    )


def subscribe(balancer, web):
    """Open the websocket of a browser, through the load balancer."""
    version = web('/web/session/get_session_info')['websocket_worker_version']
    socket = websocket.create_connection(
        f'{balancer.url.replace("http", "ws")}/websocket?version={version}',
        cookie=f'session_id={web.session_id}',
        origin=balancer.url,
        timeout=PATIENCE,
    )
    data = {'channels': [], 'last': 0}
    socket.send(json.dumps({'event_name': 'subscribe', 'data': data}))
    return socket


def hears_of(socket, ticket) -> bool:
    """Whether the next that a browser hears is that the ticket's conversation went on."""
    return any(
        note['message']['type'] == 'helpdesk_ecom.conversation'
        and ticket in note['message']['payload']['ticket_ids']
        for note in json.loads(socket.recv())
    )
