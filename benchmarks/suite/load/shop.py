"""Orders in the states that tickets are about, with their transfers and invoices."""

from __future__ import annotations

from suite.load.clone import Prototype, fast

# (per cent of the orders, lines, delivered, invoiced, confirmed)
STORIES = (
    (35, 1, True, True, True),
    (20, 2, True, True, True),
    (5, 4, True, True, True),
    (15, 2, True, False, True),
    (15, 2, False, False, True),
    (10, 1, False, False, False),
)
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
AGE = "interval '1 day' * (1095 * power(1 - {0} / {1}::float, 1.3))"


def load_orders(env, count):
    """Orders of the customers, skewed: some buy often; table ``bench_order``."""
    cr = env.cr
    cr.execute(
        f"""
        CREATE TABLE bench_order AS
        SELECT i, 0 AS order_id, drawn.partner_id, name, email, drawn.story,
               row_number() OVER (PARTITION BY drawn.story ORDER BY i) AS rn,
               {AGE.format('i', count)} AS age,
               'S' || (1000000 + i) AS order_name, 'WH/OUT/' || (1000000 + i) AS picking_name,
               'INV/BENCH/' || (1000000 + i) AS move_name
          FROM (
                SELECT i, bucket, customer.*,
                       CASE {' '.join(_cases())} END AS story
                  FROM (
                        SELECT i, (random() * 100)::int %% 100 AS bucket,
                               1 + floor(%(customers)s * power(random(), 1.5))::int AS customer
                          FROM generate_series(1, %(count)s) i
                       ) orders
                  JOIN bench_customer customer ON customer.rn = orders.customer
               ) drawn
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
    """SQL that draws the story from ``bucket``, a number below 100."""
    limit = 0
    for story, (percent, *_rest) in enumerate(STORIES):
        limit += percent
        yield f'WHEN bucket < {limit} THEN {story}'


def _make_prototype(env, story):
    """Sell something for real, as far as the story goes."""
    _percent, lines, delivered, invoiced, confirmed = story
    partner = env['res.partner'].create(
        {'name': 'Proto Type', 'email': 'proto.type@customer.example'}
    )
    order = env['sale.order'].create(
        {
            'partner_id': partner.id,
            'order_line': [
                (0, 0, {'product_id': product.id, 'product_uom_qty': 1 + number})
                for number, product in enumerate(_products(env)[:lines])
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
        links={'res.partner': {partner.id: 'partner_id'}},
        words={
            'Proto Type': 'n.name',
            'proto.type@customer.example': 'n.email',
            order.name: 'n.order_name',
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


def _products(env):
    """Things that a shop sells, in stock."""
    Product = env['product.product']
    found = Product.search([('default_code', '=like', 'BENCH%')], order='id')
    if found:
        return found
    products = Product.create(
        [
            {
                'name': name,
                'default_code': f'BENCH{number}',
                'list_price': 20.0 + number,
                'is_storable': True,
                'invoice_policy': 'order',
                'taxes_id': [(5, 0, 0)],
            }
            for number, name in enumerate(('Cup', 'Lamp', 'Chair', 'Tent'))
        ]
    )
    location = env['stock.warehouse'].search([], limit=1).lot_stock_id
    for product in products:
        env['stock.quant']._update_available_quantity(product, location, 1000)
    return products
