"""Goods or credit instead of money, while another agent refunds, over two real connections."""

import pytest
from odoo_server import RpcError
from shop import books, draft_action, draft_refund, make_case
from test_order_action_concurrency import states, submit_at_once
from test_order_return_concurrency import deliver, draft_return

PAID = 120.0


def make_delivered_case(odoo, agents):
    """A case whose goods have arrived, in a shop whose teams may do all that is tested."""
    admin = odoo.xmlrpc()
    features = {'use_product_returns': True, 'use_coupons': True}
    admin('helpdesk.team', 'write', admin('helpdesk.team', 'search', []), features)
    case = make_case(odoo, agents=agents)
    deliver(odoo, case)
    return case


def new_product(odoo, price):
    """What can be sent instead of a cup."""
    return odoo.xmlrpc()(
        'product.product',
        'create',
        {'name': 'Mug', 'list_price': price, 'taxes_id': [[5, 0, 0]]},
    )


def new_gift_cards(odoo):
    """A program of gift cards, that mails nothing."""
    return odoo.xmlrpc()(
        'loyalty.program',
        'create',
        {
            'name': 'Gift cards',
            'program_type': 'gift_card',
            'applies_on': 'future',
            'trigger': 'auto',
            'rule_ids': [[5, 0, 0]],
            'reward_ids': [
                [5, 0, 0],
                [0, 0, {'discount_mode': 'per_point', 'discount': 1.0, 'required_points': 1.0}],
            ],
            'communication_plan_ids': [[5, 0, 0]],
        },
    )


def draft_other(odoo, agent, case, kind):
    """An action that leaves too little for a refund of all, and the other way round."""
    line = {'order_line_id': case.line, 'quantity': 3}
    vals = {'line_ids': [[0, 0, line]]}
    if kind == 'exchange':  # for what is cheaper: 90.00 go back
        line['exchange_product_id'] = new_product(odoo, 10.0)
        vals['ship_on'] = 'receipt'
    elif kind == 'store_credit':
        vals = {'loyalty_program_id': new_gift_cards(odoo), 'amount': PAID}
    return draft_action(odoo.xmlrpc(agent), case, kind, **vals)


def given(odoo, case):
    """What counts as given back on the order, goods and credit too."""
    [(amount,)] = odoo.sql(
        'SELECT COALESCE(SUM(amount), 0) FROM helpdesk_order_action '
        "WHERE sale_order_id = %s AND state NOT IN ('draft', 'refused', 'cancelled')",
        case.order,
    )
    return float(amount)


def free_goods(odoo, case):
    """How many pieces were sent again, or are to be."""
    [(quantity,)] = odoo.sql(
        'SELECT COALESCE(SUM(product_uom_qty), 0) FROM sale_order_line '
        'WHERE order_id = %s AND id != %s',
        case.order,
        case.line,
    )
    return float(quantity)


def credit(odoo, agent):
    """What there is on the gift cards that an agent's actions gave."""
    [(points,)] = odoo.sql(
        'SELECT COALESCE(SUM(card.points), 0) FROM loyalty_card card '
        'JOIN helpdesk_order_action action ON action.loyalty_card_id = card.id '
        'JOIN res_users agent ON agent.id = action.requester_id WHERE agent.login = %s',
        agent,
    )
    return float(points)


@pytest.mark.parametrize('kind', ['exchange', 'replacement', 'store_credit'])
def test_against_refund(odoo, kind):
    """Only one of them wins: the money goes back, or goods leave, or credit is given."""
    agents = (kind, f'{kind}_refunder')
    case = make_delivered_case(odoo, agents)
    drafts = [
        draft_other(odoo, agents[0], case, kind),
        draft_refund(odoo.xmlrpc(agents[1]), case, 3),
    ]
    outcomes = submit_at_once(odoo, agents, drafts)

    errors = [outcome for outcome in outcomes if isinstance(outcome, RpcError)]
    assert [error.name for error in errors] == ['UserError'], outcomes
    assert 'left' in str(errors[0])
    won = outcomes[0] is True
    assert given(odoo, case) == (90.0 if won and kind == 'exchange' else PAID)
    assert books(odoo, case) == (([], []) if won else ([PAID], [PAID]))
    assert free_goods(odoo, case) == (3.0 if won and kind == 'replacement' else 0.0)
    assert credit(odoo, agents[0]) == (PAID if won and kind == 'store_credit' else 0.0)
    waits = won and kind != 'store_credit'
    assert states(odoo, case) == sorted([('draft',), ('waiting' if waits else 'done',)])


def test_exchange_against_return(odoo):
    """The same goods come back once, to be exchanged or for good."""
    agents = ('swapper', 'taker_back')
    case = make_delivered_case(odoo, agents)
    line = {'order_line_id': case.line, 'quantity': 2}
    drafts = [
        draft_action(odoo.xmlrpc(agents[0]), case, 'exchange', line_ids=[[0, 0, line]]),
        draft_return(odoo.xmlrpc(agents[1]), case, 2),
    ]
    outcomes = submit_at_once(odoo, agents, drafts)

    errors = [outcome for outcome in outcomes if isinstance(outcome, RpcError)]
    assert [error.name for error in errors] == ['UserError'], outcomes
    assert "2.0 can't come back, 1.0 are at the customer" in str(errors[0])
    assert states(odoo, case) == [('draft',), ('waiting',)]
