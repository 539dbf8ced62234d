"""What it costs to save a stage over HTTP, as the web client does, beside the least for a save, and
beside what Odoo's own pipeline takes for the same.

Started by sla.py. Tickets and floor take turns on one connection: both see the same machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / 'tests/system'))

ROUNDS = 120
SETUP = """
policies = env['helpdesk.sla'].search([])
policies.active = False
team = env.ref('helpdesk_ecom.team_support')
user = env['res.users'].create({
    'name': 'Bench', 'login': 'bench', 'password': 'bench-password', 'group_ids': [(6, 0, [
        env.ref('helpdesk_ecom.group_helpdesk_user').id,
        env.ref('base.group_partner_manager').id,
        env.ref('sales_team.group_sale_salesman').id,
    ])],
})
team.member_ids |= user
env['helpdesk.sla'].create([
    {'name': 'Answered', 'metric': 'first_response', 'time': 8.0},
    {'name': 'Solved', 'metric': 'resolution', 'time': 40.0, 'clock': 'customer',
     'pause_waiting_customer': True},
])
partner = env['res.partner'].create({'name': 'Emma', 'country_id': env.ref('base.us').id})
tickets = env['helpdesk.ticket'].create([
    {'name': name, 'team_id': team.id, 'partner_id': partner.id, 'user_id': user.id}
    for name in ('With', 'Without')
])
tickets[1].team_id = team.copy({'name': 'No policies', 'use_sla': False})
assert len(tickets[0].sla_status_ids) == 2 and not tickets[1].sla_status_ids
stages = (team.stage_ids & tickets[1].team_id.stage_ids).filtered(lambda stage: not stage.fold)[:2]
assert len(stages) == 2
lead = env['crm.lead'].create({
    'name': 'Emma', 'type': 'opportunity', 'partner_id': partner.id, 'user_id': user.id,
})
lead_stages = env['crm.stage'].search([('is_won', '=', False)], limit=2)
env.cr.commit()
print('IDS', *tickets.ids, partner.id, lead.id, *lead_stages.ids, *stages.ids)
"""


class Client:
    """A session of the web client."""

    def __init__(self, port: int, database: str):
        self.connection = HTTPConnection('127.0.0.1', port, timeout=60)
        self.cookie = ''
        answer = self.post(
            '/web/session/authenticate',
            {'db': database, 'login': 'bench', 'password': 'bench-password'},
        )
        assert answer['uid'], answer

    def post(self, path: str, params: dict):
        """The result of a JSON-RPC call."""
        body = json.dumps({'jsonrpc': '2.0', 'method': 'call', 'params': params})
        headers = {'Content-Type': 'application/json', 'Cookie': self.cookie}
        self.connection.request('POST', path, body, headers)
        response = self.connection.getresponse()
        if cookie := response.getheader('Set-Cookie'):
            self.cookie = cookie.partition(';')[0]
        answer = json.load(response)
        if 'error' in answer:
            raise RuntimeError(answer['error']['data']['debug'])
        return answer['result']

    def save(self, model: str, id_: int, vals: dict) -> float:
        """Save a record; return the seconds."""
        start = perf_counter()
        self.post(
            f'/web/dataset/call_kw/{model}/web_save',
            {
                'model': model,
                'method': 'web_save',
                'args': [[id_], vals],
                'kwargs': {'specification': dict.fromkeys(vals, {})},
            },
        )
        return perf_counter() - start


def measure(odoo: Path, conf: Path, database: str) -> str:
    """Return in words what a save takes, on a database that this may spoil."""
    from odoo_server import OdooServer

    done = subprocess.run(
        [str(odoo), 'shell', '-c', str(conf), '-d', database, '--no-http', '--log-level=error'],
        input=SETUP,
        text=True,
        check=True,
        stdout=subprocess.PIPE,
    )
    line = next(line for line in done.stdout.splitlines() if 'IDS ' in line)
    ids = list(map(int, line.partition('IDS ')[2].split()))
    with_id, without_id, partner_id, lead_id = ids[:4]
    lead_stage_ids, stage_ids = ids[4:6], ids[6:]
    seconds: dict[str, list[float]] = {'floor': [], 'lead': [], 'without': [], 'with': []}
    with TemporaryDirectory() as folder:
        server = OdooServer(database, Path(folder))
        server.start('--log-level=error')
        try:
            client = Client(server.port, database)
            for number in range(ROUNDS):
                stage = {'stage_id': stage_ids[number % 2]}
                taken = {
                    'floor': client.save('res.partner', partner_id, {'ref': f'R{number}'}),
                    'lead': client.save(
                        'crm.lead', lead_id, {'stage_id': lead_stage_ids[number % 2]}
                    ),
                    'without': client.save('helpdesk.ticket', without_id, stage),
                    'with': client.save('helpdesk.ticket', with_id, stage),
                }
                for name, value in taken.items():
                    seconds[name].append(value)
        finally:
            server.stop()
    rows = {
        f'median of {ROUNDS - ROUNDS // 4}': median,
        'fastest': min,  # what a busy machine hides
    }
    return '\n'.join(
        [
            '| save over HTTP | contact (floor) | stage of an opportunity '
            '| stage, no policy | stage, two policies |',
            '|---|---:|---:|---:|---:|',
            *(
                f'| {label} | '
                + ' | '.join(
                    f'{1000 * pick(seconds[name][ROUNDS // 4 :]):.1f} ms' for name in seconds
                )
                + ' |'
                for label, pick in rows.items()
            ),
        ]
    )
