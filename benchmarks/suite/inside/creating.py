"""Tickets that an agent, or an import, creates."""

from __future__ import annotations

from suite.inside import desk
from suite.inside.meter import measure
from suite.peers import BY_NAME


def create(env, peer, batch):
    """Create a batch as an agent; ``[wall, CPU, SQL]`` for one ticket of it."""
    peer = BY_NAME[peer]
    setup = desk.prepare(env, peer)
    env.cr.commit()
    agent = env['res.users'].search([('login', '=', 'agent2')])
    env.cr.execute(
        'SELECT partner_id FROM bench_customer ORDER BY random() LIMIT %s', [min(batch, 200)]
    )
    partners = [row[0] for row in env.cr.fetchall()]
    values = [
        {
            'name': f'Cup arrived broken {number}',
            'description': '<p>It was in the box.</p>',
            'partner_id': partners[number % len(partners)],
            **setup['values'],
        }
        for number in range(batch)
    ]
    Model = env[peer.model].with_user(agent)
    # the first one pays for rights and views of the agent
    Model.check_access('create')
    found = measure(Model.env, lambda: Model.create(values))
    return [value / batch for value in found]


def move(env, peer, batch):
    """Move a batch of open tickets to another stage; ``[wall, CPU, SQL]`` for one of them."""
    peer = BY_NAME[peer]
    setup = desk.prepare(env, peer)
    env.cr.commit()
    agent = env['res.users'].search([('login', '=', 'agent2')])
    Model = env[peer.model].with_user(agent)
    domain = [*peer.defaults, ('stage_id', '=', setup['stages']['open'])]
    tickets = Model.search(domain, limit=batch, order='id')
    if not tickets:
        return None
    values = desk.stage(setup, 'waiting')
    found = measure(Model.env, lambda: tickets.write(values))
    tickets.sudo().write(desk.stage(setup, 'open'))
    env.cr.commit()
    return [value / len(tickets) for value in found]
