"""Agents, and the customers whom they serve."""

from __future__ import annotations

from suite.load.clone import Prototype, fast

AGENTS = 32
CUSTOMER = 'C1%'  # LIKE: their references
# per cent of the customers whose address is there; the others have one of their firm
PROVIDERS = (
    (38, 'bigmail.example'),
    (17, 'webpost.example'),
    (12, 'inbox.example'),
    (8, 'cablenet.example'),
    (6, 'mail.example'),
    (4, 'telecom.example'),
)
CUSTOMERS_OF_A_FIRM = 12  # on average
FIRST = (
    'Emma Liam Olivia Noah Ava Ethan Sofia Lucas Mia Leo Amelia Jack Chloe Henry Zoe Oscar'.split()
)
LAST = (
    'Clark Lewis Walker Hall Young King Wright Hill Scott Green Adams Baker Nelson Carter Mitchell '
    'Perez Roberts Turner Phillips Campbell Parker Evans Edwards Collins Stewart Morris Rogers'
).split()


def load_agents(env, peers):
    """Users ``agent1`` ... with the rights of an agent, and nothing more."""
    groups = {group for peer in peers for group in peer.groups}
    agents = env['res.users'].create(
        [
            {
                'name': f'Agent {number}',
                'login': f'agent{number}',
                'password': f'agent{number}',
                'email': f'agent{number}@shop.example.com',
                'group_ids': [(6, 0, [env.ref(group).id for group in sorted(groups)])],
            }
            for number in range(1, AGENTS + 1)
        ]
    )
    domain = env['mail.alias.domain'].search([], limit=1) or env['mail.alias.domain'].create(
        {'name': 'shop.example.com'}
    )
    domain.name = 'shop.example.com'
    env['res.company'].search([]).alias_domain_id = domain
    env.cr.execute('CREATE TABLE bench_agent (i int PRIMARY KEY, user_id int, partner_id int)')
    for number, agent in enumerate(agents, 1):
        env.cr.execute(
            'INSERT INTO bench_agent VALUES (%s, %s, %s)', [number, agent.id, agent.partner_id.id]
        )


def load_customers(env, count):
    """Contacts with number, e-mail, phone and address; table ``bench_customer``."""
    cr = env.cr
    prototype = env['res.partner'].create(
        {
            'name': 'Proto Type',
            'ref': 'PROTO-REF',
            'email': 'proto.type@customer.example',
            'phone': '+12125550100',
            'street': '12 Hudson Street',
            'city': 'New York',
            'zip': '10013',
            'state_id': env.ref('base.state_us_27').id,
            'country_id': env.ref('base.us').id,
            'lang': 'en_US',
        }
    )
    cr.execute(
        f"""
        CREATE TABLE bench_customer AS
        SELECT n AS rn, 0 AS partner_id, interval '1 day' * (random() * 1500) AS age,
               f || ' ' || l || ' ' || n AS name, 'C' || (1000000 + n) AS ref,
               lower(f || '.' || l || n) || '@' || CASE {_providers()} END AS email,
               '+1212' || lpad((5000000 + n)::text, 7, '0') AS phone
          FROM (
                SELECT n, (%(first)s::text[])[1 + n %% %(firsts)s] AS f,
                       (%(last)s::text[])[1 + (n / 7) %% %(lasts)s] AS l,
                       floor(random() * 100) AS bucket,
                       1 + floor(%(firms)s * power(random(), 2))::int AS firm
                  FROM generate_series(1, %(count)s) n
               ) names
        """,
        {
            'first': FIRST,
            'firsts': len(FIRST),
            'last': LAST,
            'lasts': len(LAST),
            'firms': max(count // (4 * CUSTOMERS_OF_A_FIRM), 4),
            'count': count,
        },
    )
    with fast(env, ['res.partner']):
        base = Prototype(
            env,
            {'res.partner': prototype.ids},
            links={},
            words={
                'Proto Type': 'n.name',
                'PROTO-REF': 'n.ref',
                'proto.type@customer.example': 'n.email',
                '+12125550100': 'n.phone',
            },
        ).copy('bench_customer', 'TRUE', count)
    cr.execute('UPDATE bench_customer SET partner_id = %s + rn', [base])
    cr.execute('ALTER TABLE bench_customer ADD PRIMARY KEY (rn)')
    cr.execute('ANALYZE bench_customer, res_partner')
    env.invalidate_all()
    prototype.unlink()


def _providers():
    """SQL that draws the domain of an address from ``bucket``, a number below 100."""
    limit, cases = 0, []
    for percent, domain in PROVIDERS:
        limit += percent
        cases.append(f"WHEN bucket < {limit} THEN '{domain}'")
    return f"{' '.join(cases)} ELSE 'firm' || firm || '.example'"
