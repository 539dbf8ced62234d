"""Two servers look at the same clocks, and one dies: every escalation happens, and none twice."""

import asyncio
import threading
from collections import Counter

import pytest
from mail_servers import SmtpSink
from odoo_server import connect, wait_for

JOB = 'helpdesk_ecom.ir_cron_sla_events'
GATE = 4711  # of an advisory lock, by which a test holds a server in the middle of an escalation
TICKETS = 23  # two batches


class SlowSink(SmtpSink):
    """Does not say whether it takes a mail until it is told to."""

    def __init__(self):
        super().__init__()
        self.reached = threading.Event()
        self._go = asyncio.Event()

    def release(self):
        self._controller.loop.call_soon_threadsafe(self._go.set)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.reached.set()
        await self._go.wait()
        return await super().handle_DATA(server, session, envelope)


@pytest.fixture
def slow_smtp():
    sink = SlowSink().start()
    yield sink
    sink.stop()


def make_case(server, sink, *, held=False):
    """Customers whose time is up, each with a ticket under a policy that calms and escalates.

    :param held: whether the escalation waits for the gate, after its mail.
    """
    admin = server.xmlrpc()
    server.use_alias_domain()
    server.use_smtp(sink)
    model = admin('ir.model', 'search', [['model', '=', 'helpdesk.ticket']])[0]
    template = admin(
        'ir.model.data',
        'search_read',
        [['module', '=', 'helpdesk_ecom'], ['name', '=', 'mail_template_sla_calming']],
        ['res_id'],
    )[0]['res_id']
    action = admin(
        'ir.actions.server',
        'create',
        {
            'name': 'Count',
            'model_id': model,
            'state': 'code',
            'code': 'record.write({"color": record.color + 1})\n'
            + (f"env.cr.execute('SELECT pg_advisory_xact_lock({GATE})')" if held else ''),
        },
    )
    policy = admin('helpdesk.sla', 'create', {'name': 'VIP', 'clock': 'always', 'time': 1})
    admin(
        'helpdesk.sla.escalation',
        'create',
        {
            'sla_id': policy,
            'trigger': 'after',
            'minutes': 0,
            'mail_template_id': template,
            'promise_hours': 2,
            'server_action_id': action,
        },
    )
    # before the deadlines below: what passed before an escalation was set up is left alone
    server.sql(
        "UPDATE helpdesk_sla_escalation SET effective_date = effective_date - interval '1 day'"
    )
    addresses = [f'customer{number}@customer.example' for number in range(TICKETS)]
    customers = admin(
        'res.partner',
        'create',
        [{'name': f'Customer {n}', 'email': email} for n, email in enumerate(addresses)],
    )
    admin(
        'helpdesk.ticket',
        'create',
        [{'name': 'Where is my parcel?', 'partner_id': customer} for customer in customers],
    )
    server.sql('DELETE FROM helpdesk_sla_status')
    server.sql(
        """
        INSERT INTO helpdesk_sla_status
               (ticket_id, sla_id, metric, clock, start_date, deadline, next_event_date)
        SELECT ticket.id, %s, 'first_response', 'always', moment - interval '1 hour', moment, moment
          FROM helpdesk_ticket ticket, (SELECT now() AT TIME ZONE 'utc' - interval '1 minute')
            AS due (moment)
         WHERE ticket.partner_id = ANY(%s)
        """,
        policy,
        customers,
    )
    return addresses


def wake_job(server):
    """Have whichever server is faster run the job now."""
    server.sql(
        "UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'utc' - interval '1 second' WHERE id = "
        "(SELECT res_id FROM ir_model_data WHERE module || '.' || name = %s)",
        JOB,
    )
    server.wake_crons()


def count_left(server):
    return server.sql('SELECT count(*) FROM helpdesk_sla_status WHERE next_event_date IS NOT NULL')[
        0
    ][0]


def finish(server):
    """Let the servers that live do all that is to be done, and then once more."""

    def is_done():
        wake_job(server)
        return not count_left(server)

    wait_for(is_done, 'the end of all escalations', 120)
    server.send_queued_mail()
    server.run_cron(JOB)
    server.send_queued_mail()


def assert_once(server, sink, addresses):
    """Each customer got one mail, each ticket has one log row, each action ran once."""
    mails = Counter(recipient for mail in sink.messages for recipient in mail.recipients)
    assert mails == Counter(addresses)
    assert server.sql(
        'SELECT count(*), count(DISTINCT status_id), count(promised_date), count(error) '
        'FROM helpdesk_sla_escalation_log'
    ) == [(TICKETS, TICKETS, TICKETS, 0)]
    assert server.sql(
        'SELECT ticket.color, count(*) FROM helpdesk_ticket ticket JOIN helpdesk_sla_status status '
        'ON status.ticket_id = ticket.id GROUP BY 1'
    ) == [(1, TICKETS)]
    assert server.sql(
        "SELECT count(*) FROM mail_message WHERE model = 'helpdesk.ticket' "
        "AND message_type = 'auto_comment'"
    ) == [(TICKETS,)]


def find_held(servers):
    """Return the server that waits for the gate, None if none does."""
    rows = servers[0].sql(
        'SELECT application_name FROM pg_stat_activity WHERE datname = %s AND wait_event = '
        "'advisory'",
        servers[0].database,
    )
    names = {name for (name,) in rows}
    return next(
        (server for server in servers if any(str(server.process.pid) in name for name in names)),
        None,
    )


@pytest.mark.server_errors('could not serialize|bad query')
def test_two_servers_at_once(new_odoo, smtp):
    server = new_odoo(crons=2)
    new_odoo(server.database, crons=2)
    addresses = make_case(server, smtp)
    finish(server)
    assert_once(server, smtp, addresses)


@pytest.mark.server_errors('could not serialize|bad query')
def test_killed_in_the_middle_of_an_escalation(new_odoo, smtp):
    """The first server posted its mail and dies before the end: nothing of it is left."""
    servers = [new_odoo(crons=2)]
    servers.append(new_odoo(servers[0].database, crons=2))
    addresses = make_case(servers[0], smtp, held=True)
    gate = connect(servers[0].database)
    gate.cursor().execute('SELECT pg_advisory_lock(%s)', [GATE])
    wake_job(servers[0])
    victim = wait_for(lambda: find_held(servers), 'a server in the middle of an escalation')
    victim.kill()
    assert smtp.messages == []
    assert victim.sql('SELECT count(*) FROM helpdesk_sla_escalation_log') == [(0,)]
    gate.close()

    survivor = next(server for server in servers if server is not victim)
    finish(survivor)
    assert_once(survivor, smtp, addresses)
    victim.start()
    finish(victim)
    assert_once(survivor, smtp, addresses)


@pytest.mark.server_errors('could not serialize|bad query')
def test_killed_while_a_mail_leaves(new_odoo, slow_smtp):
    """The escalation is committed, the mail is not taken yet: the outbox has it."""
    servers = [new_odoo(crons=1)]
    addresses = make_case(servers[0], slow_smtp)
    wake_job(servers[0])
    assert slow_smtp.reached.wait(60), 'no mail left'
    servers[0].kill()
    assert slow_smtp.messages == []
    slow_smtp.release()

    survivor = new_odoo(servers[0].database, crons=2)
    finish(survivor)
    assert_once(survivor, slow_smtp, addresses)
