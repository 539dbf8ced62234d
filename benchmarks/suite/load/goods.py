"""What the shop sells: a few things much, many things now and then."""

from __future__ import annotations

POSITIONS = 4  # lines of the largest order
# of each price, and a line at one position of an order always has one price: so the sums of a
# copied order hold whatever it is about
PRODUCTS = 100
STOCK = 100_000
KINDS = 'Cup Lamp Chair Tent Kettle Blanket Rucksack Clock Mirror Basket'.split()
COLOURS = 'white black red blue green grey yellow brown pink silver'.split()
SKEW = 2.0  # power of a random number: the first tenth of the products is a third of the sales


def load_products(env):
    """Products in stock; table ``bench_product``."""
    products = env['product.product'].create(
        [
            _values(f'{kind}, {colour}', f'BENCH{position}{number:03}', position)
            for position in range(POSITIONS)
            for number, (kind, colour) in enumerate(
                ((kind, colour) for kind in KINDS for colour in COLOURS), 1
            )
        ]
    )
    _stock(env, products)
    env.flush_all()
    env.cr.execute(
        """
        CREATE TABLE bench_product AS
        SELECT product.id, product.default_code AS code, template.name ->> 'en_US' AS name,
               substr(product.default_code, 6, 1)::int AS position,
               substr(product.default_code, 7)::int AS number
          FROM product_product product
          JOIN product_template template ON template.id = product.product_tmpl_id
         WHERE product.id = ANY(%s)
        """,
        [products.ids],
    )
    env.cr.execute('CREATE UNIQUE INDEX ON bench_product (position, number)')


def prototypes(env, count):
    """Products that the copies of an order replace by others: see ``columns`` and ``joins``."""
    Product = env['product.product']
    found = Product.search([('default_code', '=like', 'PROTO%')], order='default_code')
    if not found:
        found = Product.create(
            [_values(f'Proto thing {n}', f'PROTO{n}', n) for n in range(POSITIONS)]
        )
        _stock(env, found)
    return found[:count]


def words(product, position):
    """What a copy's texts say instead of the prototype's product."""
    return {
        product.name: f'n.product{position}_name',
        product.default_code: f'n.product{position}_code',
    }


def draws():
    """SQL: one number of a product for each position."""
    return ', '.join(
        f'1 + floor({PRODUCTS} * power(random(), {SKEW}))::int AS number{position}'
        for position in range(POSITIONS)
    )


def columns():
    """SQL: the columns of the plan."""
    return ', '.join(
        f'product{n}.id AS product{n}_id, product{n}.code AS product{n}_code, '
        f'product{n}.name AS product{n}_name'
        for n in range(POSITIONS)
    )


def joins(table):
    """SQL: from the numbers of ``draws`` in a table to the products."""
    return '\n'.join(
        f'JOIN bench_product product{n} '
        f'ON product{n}.position = {n} AND product{n}.number = {table}.number{n}'
        for n in range(POSITIONS)
    )


def _values(name, code, position):
    return {
        'name': name,
        'default_code': code,
        'list_price': 20.0 + position,
        'is_storable': True,
        'invoice_policy': 'order',
        'taxes_id': [(5, 0, 0)],
    }


def _stock(env, products):
    location = env['stock.warehouse'].search([], limit=1).lot_stock_id
    env['stock.quant'].create(
        [
            {'product_id': product.id, 'location_id': location.id, 'quantity': STOCK}
            for product in products
        ]
    )
