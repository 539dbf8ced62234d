"""Two agents refund the same order at the same moment, over two real connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from odoo_server import RpcError
from shop import books, draft_action, draft_refund, make_case

AGENTS = ('agent', 'colleague')


def submit_at_once(odoo, agents, drafts):
    """What each agent gets who submits his draft at the same moment as the others."""
    start = Barrier(len(agents))

    def submit(agent, draft):
        client = odoo.xmlrpc(agent)
        start.wait()
        try:
            return client('helpdesk.order.action', 'action_submit', [draft])
        except RpcError as error:
            return error

    with ThreadPoolExecutor(len(agents)) as pool:
        return list(pool.map(submit, agents, drafts))


def states(odoo, case):
    return odoo.sql(
        'SELECT state FROM helpdesk_order_action WHERE sale_order_id = %s ORDER BY state',
        case.order,
    )


@pytest.mark.parametrize('repeat', range(2))
def test_one_refund_and_one_clear_refusal(odoo, repeat):
    """All of three cups, twice: one credit note, one refund; the other one reads who was faster."""
    agents = tuple(f'{name}{repeat}' for name in AGENTS)
    case = make_case(odoo, agents=agents)
    outcomes = submit_at_once(
        odoo, agents, [draft_refund(odoo.xmlrpc(agent), case, 3) for agent in agents]
    )

    errors = [outcome for outcome in outcomes if isinstance(outcome, RpcError)]
    assert len(errors) == 1, outcomes
    winner = agents[outcomes.index(True)]
    assert errors[0].name == 'UserError'
    assert "can't be refunded, 0.0 are left" in str(errors[0])
    assert winner in str(errors[0]).lower()
    assert books(odoo, case) == ([120.0], [120.0])
    assert states(odoo, case) == [('done',), ('draft',)]


def test_two_promises(odoo):
    """What waits for approval is promised once, too, although nothing of the order changes."""
    agents = ('asker', 'other_asker')
    odoo.create_user('boss', 'helpdesk_ecom.group_helpdesk_approver')
    admin = odoo.xmlrpc()
    admin('res.company', 'write', [1], {'helpdesk_refund_approval_amount': 1.0})
    case = make_case(odoo, agents=agents)
    outcomes = submit_at_once(
        odoo, agents, [draft_refund(odoo.xmlrpc(agent), case, 3) for agent in agents]
    )
    admin('res.company', 'write', [1], {'helpdesk_refund_approval_amount': 0.0})

    errors = [outcome for outcome in outcomes if isinstance(outcome, RpcError)]
    assert [error.name for error in errors] == ['UserError'], outcomes
    assert states(odoo, case) == [('draft',), ('to_approve',)]
    assert books(odoo, case) == ([], [])


def test_the_same_action_twice(odoo):
    """One draft, submitted by two tabs: it runs once."""
    case = make_case(odoo, agents=('tabs',))
    draft = draft_refund(odoo.xmlrpc('tabs'), case, 1)
    start = Barrier(2)

    def submit(_tab):
        client = odoo.xmlrpc('tabs')
        start.wait()
        try:
            return client('helpdesk.order.action', 'action_submit', [draft])
        except RpcError as error:
            return error.name

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(submit, range(2)), key=str)
    assert outcomes == [True, 'UserError']
    assert books(odoo, case) == ([40.0], [40.0])


def test_two_goodwill_credits(odoo):
    """Each alone fits into what was paid, both together don't."""
    agents = ('giver', 'other_giver')
    case = make_case(odoo, agents=agents)
    drafts = [
        draft_action(odoo.xmlrpc(agent), case, 'goodwill', amount=amount)
        for agent, amount in zip(agents, (70.0, 80.0), strict=True)
    ]
    outcomes = submit_at_once(odoo, agents, drafts)

    errors = [outcome for outcome in outcomes if isinstance(outcome, RpcError)]
    assert [error.name for error in errors] == ['UserError'], outcomes
    assert 'are left' in str(errors[0])
    given = [
        amount for amount, outcome in zip((70.0, 80.0), outcomes, strict=True) if outcome is True
    ]
    assert books(odoo, case) == (given, given)


def test_two_cancellations(odoo):
    """An order is cancelled once, and its money goes back once."""
    agents = ('canceller', 'other_canceller')
    case = make_case(odoo, agents=agents)
    drafts = [
        draft_action(odoo.xmlrpc(agent), case, 'cancel', cancel_mode='order') for agent in agents
    ]
    outcomes = submit_at_once(odoo, agents, drafts)

    errors = [outcome for outcome in outcomes if isinstance(outcome, RpcError)]
    assert [error.name for error in errors] == ['UserError'], outcomes
    assert 'already' in str(errors[0])
    assert books(odoo, case) == ([120.0], [120.0])
    assert states(odoo, case) == [('done',), ('draft',)]


@pytest.mark.parametrize('repeat', range(2))
def test_cancel_against_refund(odoo, repeat):
    """Whoever comes first, the money of a cancelled order goes back once."""
    agents = (f'stopper{repeat}', f'refunder{repeat}')
    case = make_case(odoo, agents=agents)
    stopper, refunder = (odoo.xmlrpc(agent) for agent in agents)
    drafts = [
        draft_action(stopper, case, 'cancel', cancel_mode='order'),
        draft_refund(refunder, case, 3),
    ]
    cancelled, refunded = submit_at_once(odoo, agents, drafts)

    assert cancelled is True, 'An order that was refunded can still be cancelled, for nothing'
    if refunded is not True:
        assert refunded.name == 'UserError'
        assert '0.0 are left' in str(refunded)
    assert books(odoo, case) == ([120.0], [120.0])
    assert odoo.sql('SELECT state FROM sale_order WHERE id = %s', case.order) == [('cancel',)]
