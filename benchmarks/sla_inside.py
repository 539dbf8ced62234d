"""Run by sla.py inside `odoo shell`, with ``env``, ``SIZE`` (open tickets) and ``HEADER``."""

# ruff: noqa: F821

from statistics import median
from time import perf_counter

from odoo.tools import SQL

DUE = 500
REPEAT = 5
COLUMNS = (
    'open tickets',
    'timer, nothing due',
    f'timer, {DUE} due',
    'missed, first 80',
    'missed, count',
    'policy changed, all of them',
)


def load(size):
    """Load open tickets, each with the clock of one policy that has hours to go."""
    policy = env['helpdesk.sla'].create(
        {
            'name': 'Answer within two hours',
            'metric': 'first_response',
            'time': 1000.0,
            'clock': 'always',
            'escalation_ids': [(0, 0, {'trigger': 'percent', 'percent': 90, 'priority': '3'})],
        }
    )
    env.flush_all()
    team = env.ref('helpdesk_ecom.team_support')
    env.cr.execute(
        SQL(
            """
            INSERT INTO helpdesk_ticket (
                name, ticket_ref, team_id, stage_id, company_id, priority, kanban_state, active,
                fold, reminder_number, create_date, write_date,
                oldest_unanswered_customer_message_date
            )
            SELECT 'Ticket ' || number, 'B' || number, %(team)s, %(stage)s, %(company)s,
                   (number %% 4)::text, 'normal', TRUE, FALSE, 0,
                   moment, moment, moment
              FROM generate_series(1, %(size)s) number,
                   LATERAL (SELECT now() AT TIME ZONE 'UTC' - interval '1 hour' AS moment) clock
            """,
            team=team.id,
            stage=team._get_opening_stage().id,
            company=team.company_id.id,
            size=size,
        )
    )
    env.cr.execute(
        SQL(
            """
            INSERT INTO helpdesk_sla_status (
                ticket_id, sla_id, metric, clock, tz, start_date, pauses, is_paused, is_missed,
                warning_date, deadline, next_event_date
            )
            SELECT id, %(policy)s, 'first_response', 'always', 'UTC', create_date, '[]', FALSE,
                   FALSE, create_date + interval '800 hours', create_date + interval '1000 hours',
                   create_date + interval '800 hours'
              FROM helpdesk_ticket WHERE ticket_ref LIKE 'B%%'
            """,
            policy=policy.id,
        )
    )
    env.cr.execute(
        """
        UPDATE helpdesk_ticket ticket
           SET sla_deadline = status.deadline, sla_warning_date = status.warning_date,
               sla_metric = status.metric
          FROM helpdesk_sla_status status WHERE status.ticket_id = ticket.id
        """
    )
    env.invalidate_all()
    env.cr.commit()
    return policy


def make_due(count):
    """Let the deadlines of some clocks be a minute ago."""
    env.cr.execute(
        SQL(
            """
            UPDATE helpdesk_sla_status
               SET start_date = moment - interval '1000 hours', deadline = moment,
                   warning_date = moment - interval '200 hours', next_event_date = moment
              FROM (SELECT now() AT TIME ZONE 'UTC' - interval '1 minute' AS moment) clock
             WHERE id IN (SELECT id FROM helpdesk_sla_status ORDER BY id LIMIT %s)
            """,
            count,
        )
    )
    env.cr.execute(
        """
        UPDATE helpdesk_ticket ticket SET sla_deadline = status.deadline
          FROM helpdesk_sla_status status
         WHERE status.ticket_id = ticket.id AND ticket.sla_deadline != status.deadline
        """
    )
    env.invalidate_all()
    env.cr.commit()


def measure(function, repeat=1):
    """Return statements and median seconds of a call, with an empty cache each time."""
    seconds = []
    for _number in range(repeat):
        env.invalidate_all()
        statements, start = env.cr.sql_log_count, perf_counter()
        function()
        env.flush_all()
        seconds.append(perf_counter() - start)
    return f'{env.cr.sql_log_count - statements} / {median(seconds):.3f} s'


def main():
    Status, Ticket = env['helpdesk.sla.status'], env['helpdesk.ticket']
    policy = load(SIZE)
    for table in ('helpdesk_ticket', 'helpdesk_sla_status'):
        env.cr.execute(SQL('ANALYZE %s', SQL.identifier(table)))
    Status._cron_process_events()  # loads code and caches
    row = [f'{SIZE:,}', measure(Status._cron_process_events, REPEAT)]
    make_due(DUE)
    row.append(measure(Status._cron_process_events))
    agent = Ticket.with_user(env.ref('base.user_admin'))
    missed = [('sla_fail', '=', True), ('fold', '=', False)]
    specification = {'name': {}, 'ticket_ref': {}, 'sla_deadline': {}, 'stage_id': {}}
    row.append(measure(lambda: agent.search_fetch(missed, list(specification), limit=80), REPEAT))
    row.append(measure(lambda: agent.search_count(missed), REPEAT))
    last_ticket = Ticket.search([('ticket_ref', '=like', 'B%')], order='id desc', limit=1)
    policy.time = 900.0
    env.cr.commit()
    row.append(measure(lambda: env['helpdesk.sla']._cron_sync_sla()))
    assert last_ticket.sla_deadline, 'the tickets lost their clocks'
    if HEADER:
        print(f'| {" | ".join(COLUMNS)} |\n|{"---:|" * len(COLUMNS)}')
    print(f'| {" | ".join(row)} |')


main()
