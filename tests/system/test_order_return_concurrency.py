"""Two agents take the same goods back at the same moment, over two real connections."""

from odoo_server import RpcError
from shop import make_case
from test_order_action_concurrency import states, submit_at_once


def deliver(odoo, case):
    """Send all that was ordered, as the warehouse does."""
    admin = odoo.xmlrpc()
    [picking] = admin('stock.picking', 'search', [['sale_id', '=', case.order]])
    moves = admin('stock.move', 'search', [['picking_id', '=', picking]])
    admin('stock.move', 'write', moves, {'quantity': 3.0, 'picked': True})
    admin('stock.picking', 'button_validate', [picking])


def draft_return(client, case, quantity):
    """A return of goods only, that is not submitted yet: the money guards nothing."""
    [reason] = client('helpdesk.reason', 'search', [['name', '=', 'Damaged or defective']])
    return client(
        'helpdesk.order.action',
        'create',
        {
            'ticket_id': case.ticket,
            'action_type': 'return',
            'reason_id': reason,
            'refund_policy': 'none',
            'line_ids': [[0, 0, {'order_line_id': case.line, 'quantity': quantity}]],
        },
    )


def test_the_same_goods_once(odoo):
    """Two of three cups, twice: one transfer, and one clear refusal."""
    agents = ('taker', 'other_taker')
    case = make_case(odoo, agents=agents)
    deliver(odoo, case)
    outcomes = submit_at_once(
        odoo, agents, [draft_return(odoo.xmlrpc(agent), case, 2) for agent in agents]
    )

    errors = [outcome for outcome in outcomes if isinstance(outcome, RpcError)]
    assert [error.name for error in errors] == ['UserError'], outcomes
    assert "2.0 can't come back, 1.0 are at the customer" in str(errors[0])
    assert states(odoo, case) == [('draft',), ('waiting',)]
    returned = odoo.sql(
        'SELECT SUM(product_uom_qty) FROM stock_move '
        'WHERE sale_line_id = %s AND origin_returned_move_id IS NOT NULL',
        case.line,
    )
    assert [float(quantity) for (quantity,) in returned] == [2.0]
