"""What the clients of a peer must know to ask for its screens."""

from __future__ import annotations

from suite.inside import desk
from suite.load.people import CUSTOMER
from suite.peers import BY_NAME

SOME = 200
COUNTERS = ('helpdesk_ticket_count', 'helpdesk_open_ticket_count', 'helpdesk_ticket_active_count')


def of(env, peer):
    """Open tickets and their customers, texts to search for, values of a new ticket."""
    peer = BY_NAME[peer]
    setup = desk.prepare(env, peer)
    env.cr.commit()
    Model = env[peer.model]
    domain = [
        *(*peer.defaults, *peer.open),
        ('partner_id.ref', '=like', CUSTOMER),
        ('stage_id', '!=', setup['stages']['waiting']),  # where a change of the stage moves them
    ]
    tickets = _some(Model, domain)
    some = tickets[len(tickets) // 2]
    order = env['sale.order'].search([('name', '=like', 'S1%')], limit=1, order='id desc')
    with_order = Model
    if peer.order:
        with_order = _some(Model, [*domain, (peer.order, '!=', False)])
        order = with_order[len(with_order) // 2][peer.order]
    counters = [name for name in COUNTERS if name in env['res.partner']._fields]
    return {
        'open_ids': tickets.ids,
        'customers': {str(ticket.id): ticket.partner_id.id for ticket in tickets},
        'with_order': with_order.ids,
        'stages': setup['stages'],
        'values': setup['values'],
        'counters': counters if peer.kind != 'core' else [],
        'texts': {
            'number': peer.number and some[peer.number],
            'title': 'quokka',
            'email': some.partner_id.email,
            'order': order.name,
            'customer': some.partner_id.name,
        },
    }


def _some(Model, domain):
    """Records of all kinds: those that were loaded together are alike."""
    found = Model.search(domain, order='id')
    return found[:: max(len(found) // SOME, 1)][:SOME]


def portal_user(env, peer, login):
    """Let the customer with most tickets into the portal, and follow them as he would."""
    peer = BY_NAME[peer]
    Model = env[peer.model]
    ((partner, count),) = Model._read_group(
        [('partner_id.ref', '=like', CUSTOMER)],
        ['partner_id'],
        ['__count'],
        order='__count desc',
        limit=1,
    )
    if not env['res.users'].search([('login', '=', login)]):
        env['res.users'].with_context(no_reset_password=True).create(
            {
                'login': login,
                'password': login,
                'partner_id': partner.id,
                'group_ids': [(6, 0, [env.ref('base.group_portal').id])],
            }
        )
    env.cr.commit()
    return count


def mail_server(env, port):
    """Send to this port of this machine."""
    env['ir.mail_server'].search([]).active = False
    env['ir.mail_server'].create(
        {'name': 'Sink', 'smtp_host': '127.0.0.1', 'smtp_port': port, 'smtp_encryption': 'none'}
    )
    env.cr.commit()
