"""The tickets of one peer, with their conversations, followers and clocks."""

from __future__ import annotations

from suite.load import stories
from suite.load.clone import Prototype, fast
from suite.load.people import AGENTS
from suite.load.shop import DAYS, GROWTH

OPEN_SHARE, MAX_OPEN = 0.1, 10_000
OPEN_DAYS = 90  # is the oldest of the open ones; half of them are of the last six
ASKED_AFTER = 8  # days after the order, on average
WITH_ORDER = 0.7
RARE = 20  # tickets, of however many, whose title has the rare word
WORDS = (
    'Where is my parcel|Cup arrived broken|Refund please|Wrong colour delivered|Change my address|'
    'Invoice needed|Cannot log in|Lamp does not work|Return of my order|Parcel was left outside|'
    'Missing part|Discount was not applied|Exchange for a larger one|Cancel my order'
)
TITLE = 'Proto title'


def load_tickets(env, peer, size):
    """Load them as copies of a few conversations that Odoo itself handled."""
    cr = env.cr
    number_open = min(int(size * OPEN_SHARE), MAX_OPEN)
    told = stories.tell(env, peer)
    cr.execute('DROP TABLE IF EXISTS bench_plan')
    cr.execute(_plan_query(told), _plan_values(env, size, number_open))
    cr.execute('CREATE INDEX ON bench_plan (story, rn)')
    cr.execute('ANALYZE bench_plan')
    models = list(dict.fromkeys(model for story in told for model in story.records))
    with fast(env, models):
        for number, story in enumerate(told):
            where = f'n.story = {number}'
            cr.execute(f'SELECT count(*) FROM bench_plan n WHERE {where}')
            (count,) = cr.fetchone()
            _prototype(env, peer, story).copy('bench_plan', where, count)
    if peer.name == 'ours':
        _notice_missed_clocks(env)
    env.invalidate_all()


def _prototype(env, peer, story):
    table_values = {
        (peer.model, 'name'): 'n.title',
        (peer.model, 'priority'): 'n.priority',
        (peer.model, 'access_token'): 'NULL',
        ('mail.message', 'message_id'): "'<bench' || n.i || '.' || src.id || '@shop.example.com>'",
    }
    if peer.name == 'ours':  # customers were told long ago
        table_values[peer.model, 'acknowledgement_due_date'] = 'NULL'
    if peer.number:
        table_values[peer.model, peer.number] = "'T' || (1000000 + n.i)"
    if peer.order:
        table_values[peer.model, peer.order] = 'n.order_id'
    agent = story.agent
    return Prototype(
        env,
        story.records,
        links={
            'res.partner': {
                story.partner.id: 'partner_id',
                agent.partner_id.id: 'agent_partner_id',
            },
            'res.users': {agent.id: 'agent_id'},
        },
        words={
            story.partner.name: 'n.name',
            story.partner.email: 'n.email',
            TITLE: 'n.title',
        },
        values=table_values,
    )


def _plan_query(told):
    """SQL of the table that says for each ticket which story it has, whose it is, and when."""
    cases = {True: [], False: []}
    for is_open, found in cases.items():
        limit = 0
        for number, story in enumerate(told):
            if story.is_open == is_open:
                limit += story.percent
                found.append(f'WHEN bucket < {limit} THEN {number}')
    return f"""
        CREATE TABLE bench_plan AS
        WITH drawn AS (
            SELECT i, floor(random() * 100)::int AS bucket,
                   i > %(size)s - 2 * %(open)s AND i %% 2 = 0 AS is_open,
                   1 + floor(%(agents)s * power(random(), 1.5))::int AS agent,
                   CASE WHEN random() < 0.85 THEN '0' ELSE '1' END AS priority,
                   (string_to_array(%(words)s, '|'))[1 + floor(random() * 14)::int] AS words,
                   -{ASKED_AFTER} * ln(1 - random()) AS days_after,
                   random() < {WITH_ORDER} AS has_order
              FROM generate_series(1, %(size)s) i
        ), dated AS (
            SELECT drawn.*,
                   CASE WHEN is_open
                        THEN {OPEN_DAYS} * power((%(size)s - i) / (2.0 * %(open)s), 4)
                        ELSE {DAYS} * power(1 - i / %(size)s::float, {GROWTH})
                   END AS days
              FROM drawn
        ), ordered AS (
            SELECT dated.*,
                   -- the last order of that day: the inverse of what spreads the orders
                   greatest(1, floor(%(orders)s * (1 - power(
                        (days + days_after) / {DAYS}, 1 / {GROWTH}
                   ))))::int AS order_number
              FROM dated
        ), told AS (
            SELECT ordered.*,
                   CASE WHEN is_open THEN CASE {' '.join(cases[True])} END
                        ELSE CASE {' '.join(cases[False])} END END AS story
              FROM ordered
        )
        SELECT told.i, interval '1 day' * days AS age, told.story, priority,
               CASE WHEN has_order THEN orders.order_id END AS order_id,
               orders.partner_id, orders.name, orders.email,
               agent.user_id AS agent_id, agent.partner_id AS agent_partner_id,
               words || CASE WHEN told.i %% %(rare)s = 0 THEN ' quokka ' ELSE ' ' END || told.i
                   AS title,
               row_number() OVER (PARTITION BY told.story ORDER BY told.i) AS rn
          FROM told
          JOIN bench_agent agent ON agent.i = told.agent
          JOIN bench_order orders ON orders.i = told.order_number
    """


def _plan_values(env, size, number_open):
    env.cr.execute('SELECT count(*) FROM bench_order')
    return {
        'size': size,
        'open': number_open,
        'rare': max(size // RARE, 1),
        'words': WORDS,
        'agents': AGENTS,
        'orders': env.cr.fetchone()[0],
    }


def _notice_missed_clocks(env):
    """The timer has seen the deadlines that were moved into the past."""
    env.cr.execute(
        """
        UPDATE helpdesk_sla_status
           SET is_missed = TRUE, next_event_date = NULL
         WHERE deadline < now() AT TIME ZONE 'UTC' AND reached_datetime IS NULL
               AND cancelled_date IS NULL
        """
    )
    env.cr.execute(
        """
        UPDATE helpdesk_ticket SET sla_missed = TRUE
         WHERE id IN (SELECT ticket_id FROM helpdesk_sla_status
                       WHERE is_missed AND cancelled_date IS NULL)
        """
    )
    env.cr.execute(
        """
        UPDATE helpdesk_sla_status SET next_event_date = deadline
         WHERE next_event_date < now() AT TIME ZONE 'UTC' AND NOT is_missed
        """
    )
