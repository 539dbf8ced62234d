"""Orders in the states that tickets are about, with their transfers and invoices."""

from __future__ import annotations

from suite.load import goods
from suite.load.clone import Prototype, fast

# per cent of the orders of the last week, of the last month, of those before;
# lines, delivered, invoiced, confirmed
STORIES = (
    ((8, 28, 40), 1, True, True, True),
    ((4, 15, 22), 2, True, True, True),
    ((1, 4, 6), 4, True, True, True),
    ((4, 10, 17), 2, True, False, True),
    ((48, 18, 1), 2, False, False, True),
    ((25, 12, 1), 1, False, True, True),  # paid, and not yet sent
    ((10, 13, 13), 1, False, False, False),
)
AGES = ("interval '7 days'", "interval '30 days'", "interval '100 years'")
MODELS = (
    'sale.order',
    'sale.order.line',
    'stock.picking',
    'stock.move',
    'stock.move.line',
    'account.move',
    'account.move.line',
    'stock.reference',
)
# moments: tickets and orders spread over three years, and grow
DAYS, GROWTH = 1095, 1.3
AGE = f"interval '1 day' * ({DAYS} * power(1 - {{0}} / {{1}}::float, {GROWTH}))"


def load_orders(env, count):
    """Orders of the customers, skewed: some buy often; table ``bench_order``."""
    cr = env.cr
    goods.load_products(env)
    cr.execute(
        f"""
        CREATE TABLE bench_order AS
        SELECT i, 0 AS order_id, drawn.partner_id, drawn.name, email, drawn.story, age,
               row_number() OVER (PARTITION BY drawn.story ORDER BY i) AS rn,
               {goods.columns()},
               'S' || (1000000 + i) AS order_name, 'WH/OUT/' || (1000000 + i) AS picking_name,
               'INV/BENCH/' || (1000000 + i) AS move_name
          FROM (
                SELECT i, orders.age, customer.partner_id, customer.name, customer.email,
                       {', '.join(f'number{n}' for n in range(goods.POSITIONS))},
                       CASE {' '.join(_cases())} END AS story
                  FROM (
                        SELECT i, floor(random() * 100)::int AS bucket, {goods.draws()},
                               {AGE.format('i', count)} AS age,
                               1 + floor(%(customers)s * power(random(), 1.5))::int AS customer
                          FROM generate_series(1, %(count)s) i
                       ) orders
                  JOIN bench_customer customer ON customer.rn = orders.customer
               ) drawn
               {goods.joins('drawn')}
        """,
        {
            'count': count,
            'customers': _count(cr, 'bench_customer'),
        },
    )
    cr.execute('CREATE INDEX ON bench_order (story, rn)')
    cr.execute('ANALYZE bench_order')
    prototypes = [_make_prototype(env, story) for story in STORIES]
    with fast(env, list(MODELS)):
        for story, prototype in enumerate(prototypes):
            stories = f'n.story = {story}'
            number = _count(cr, f'bench_order n WHERE {stories}')
            base = prototype.copy('bench_order', stories, number)
            cr.execute(
                f'UPDATE bench_order n SET order_id = %s + rn WHERE {stories}',
                [base],
            )
    cr.execute('ALTER TABLE bench_order ADD PRIMARY KEY (i)')
    cr.execute('ANALYZE')
    env.invalidate_all()


def _count(cr, table):
    cr.execute(f'SELECT count(*) FROM {table}')
    return cr.fetchone()[0]


def _cases():
    """SQL that draws the story from ``age`` and ``bucket``, a number below 100."""
    for period, age in enumerate(AGES):
        limit = 0
        for story, (percents, *_rest) in enumerate(STORIES):
            limit += percents[period]
            yield f'WHEN orders.age < {age} AND bucket < {limit} THEN {story}'


def _make_prototype(env, story):
    """Sell something for real, as far as the story goes."""
    _percents, lines, delivered, invoiced, confirmed = story
    products = goods.prototypes(env, lines)
    partner = env['res.partner'].create(
        {'name': 'Proto Type', 'email': 'proto.type@customer.example'}
    )
    order = env['sale.order'].create(
        {
            'partner_id': partner.id,
            'order_line': [
                (0, 0, {'product_id': product.id, 'product_uom_qty': 1 + number})
                for number, product in enumerate(products)
            ],
        }
    )
    if confirmed:
        order.action_confirm()
    if delivered:
        for move in order.picking_ids.move_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
        order.picking_ids.with_context(skip_sms=True).button_validate()
        assert order.picking_ids.state == 'done', order.picking_ids.state
    invoices = env['account.move']
    if invoiced:
        invoices = order._create_invoices()
        invoices.action_post()
        assert invoices.state == 'posted'
    moves = order.picking_ids.move_ids
    references = moves.reference_ids if 'reference_ids' in moves._fields else moves.browse()
    env.flush_all()
    return Prototype(
        env,
        {
            'sale.order': order.ids,
            'sale.order.line': order.order_line.ids,
            'stock.picking': order.picking_ids.ids,
            'stock.move': moves.ids,
            'stock.move.line': moves.move_line_ids.ids,
            'account.move': invoices.ids,
            'account.move.line': invoices.line_ids.ids,
            'stock.reference': references.ids,
        },
        links={
            'res.partner': {partner.id: 'partner_id'},
            'product.product': {
                product.id: f'product{position}_id' for position, product in enumerate(products)
            },
        },
        words={
            'Proto Type': 'n.name',
            'proto.type@customer.example': 'n.email',
            order.name: 'n.order_name',
            **{
                text: sql
                for position, product in enumerate(products)
                for text, sql in goods.words(product, position).items()
            },
            **{picking.name: 'n.picking_name' for picking in order.picking_ids},
            **{invoice.name: 'n.move_name' for invoice in invoices},
        },
        values={
            ('sale.order', 'access_token'): 'NULL',
            ('account.move', 'access_token'): 'NULL',
            ('account.move', 'sequence_prefix'): "'INV/BENCH/'",
            ('account.move', 'sequence_number'): 'n.i',
        },
    )
