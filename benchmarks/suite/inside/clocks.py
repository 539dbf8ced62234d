"""The timer of SLA clocks, and policies that change."""

from __future__ import annotations

from time import sleep

from odoo.tools import SQL

from suite.inside import desk
from suite.inside.meter import measure
from suite.peers import BY_NAME

WARM_UP = 4


def idle(env):
    """The timer when nothing is due."""
    return measure(env, env['helpdesk.sla.status']._cron_process_events)


def due(env, count, seconds=60):
    """The timer when deadlines of so many clocks, at most of half, passed some seconds ago."""
    env.cr.execute(
        SQL(
            """
            WITH running AS (
                SELECT id FROM helpdesk_sla_status
                 WHERE next_event_date IS NOT NULL AND NOT is_missed
            )
            UPDATE helpdesk_sla_status
               SET start_date = moment - interval '1000 hours', deadline = moment,
                   warning_date = moment - interval '200 hours', next_event_date = moment
              FROM (
                    SELECT now() AT TIME ZONE 'UTC' - interval '1 second' * %(seconds)s AS moment
                   ) clock
             WHERE id IN (
                    SELECT id FROM running
                     ORDER BY id LIMIT (SELECT least(%(count)s, count(*) / 2) FROM running)
                   )
            """,
            seconds=seconds,
            count=count,
        )
    )
    found = env.cr.rowcount
    env.cr.commit()
    return [found, measure(env, env['helpdesk.sla.status']._cron_process_events)]


def policy_changed(env, hours):
    """All open tickets get other deadlines."""
    policy = env['helpdesk.sla'].search([('metric', '=', 'resolution')], limit=1)
    policy.time = hours
    env.cr.commit()
    return measure(env, env['helpdesk.sla']._cron_sync_sla)


def escalation_added(env):
    """The timer looks at all clocks again: what is missed from now on raises the priority."""
    env['helpdesk.sla.escalation'].create(
        [
            {
                'sla_id': policy.id,
                'trigger': 'after',
                'minutes': 0,
                'priority': '3',
            }
            for policy in env['helpdesk.sla'].search([])
        ]
    )
    env.cr.commit()
    found = measure(env, env['helpdesk.sla.status']._cron_process_events)
    sleep(2)  # what passes a second before ``due`` passes after this
    return found


def escalations_gone(env):
    """As before ``escalation_added``; how many escalations happened since."""
    env['helpdesk.sla.escalation'].search([]).active = False
    env.cr.commit()
    env['helpdesk.sla.status']._cron_process_events()
    return env['helpdesk.sla.escalation.log'].search_count([])


def move(env, rounds):
    """Save the stage of a ticket with the clocks of two policies, and of one without, in turns."""
    team = env.ref('helpdesk_ecom.team_support')
    other = team.copy({'name': 'No policies', 'use_sla': False, 'alias_name': False})
    agent = env['res.users'].search([('login', '=', 'agent2')])
    tickets = env['helpdesk.ticket'].create(
        [
            {'name': 'Cup arrived broken', 'team_id': team_id, 'user_id': agent.id}
            for team_id in (team.id, other.id)
        ]
    )
    env.cr.commit()
    assert [len(ticket.sla_status_ids) for ticket in tickets] == [2, 0], tickets.sla_status_ids
    stages = desk.prepare(env, BY_NAME['ours'])['stages']
    samples = ([], [])
    for turn in range(-WARM_UP, rounds):
        vals = {'stage_id': stages[('open', 'waiting')[turn % 2]]}
        for ticket, found in zip(tickets.with_user(agent), samples, strict=True):
            sample = measure(env, lambda ticket=ticket, vals=vals: ticket.write(vals))
            if turn >= 0:
                found.append(sample)
    return samples
