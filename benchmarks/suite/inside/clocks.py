"""The timer of SLA clocks, and policies that change."""

from __future__ import annotations

from odoo.tools import SQL

from suite.inside.meter import measure


def idle(env):
    """The timer when nothing is due."""
    return measure(env, env['helpdesk.sla.status']._cron_process_events)


def due(env, count):
    """The timer when the deadlines of so many clocks passed a minute ago."""
    env.cr.execute(
        SQL(
            """
            UPDATE helpdesk_sla_status
               SET start_date = moment - interval '1000 hours', deadline = moment,
                   warning_date = moment - interval '200 hours', next_event_date = moment
              FROM (SELECT now() AT TIME ZONE 'UTC' - interval '1 minute' AS moment) clock
             WHERE id IN (
                    SELECT id FROM helpdesk_sla_status
                     WHERE next_event_date IS NOT NULL AND NOT is_missed
                     ORDER BY id LIMIT %s
                   )
            """,
            count,
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
