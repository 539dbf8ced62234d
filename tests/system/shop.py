"""A shop by remote calls: an order that was paid online, its invoice, and a ticket about it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from odoo_server import OdooServer


@dataclass
class Case:
    """A ticket with its order, paid and invoiced: three cups for 40.00 each."""

    ticket: int
    order: int
    line: int
    payment: int


class Bank:
    """The outside of the demo payment provider, see `test_helpdesk_ecom`."""

    def __init__(self, server: OdooServer, folder: Path):
        self.folder = folder
        folder.mkdir()
        server.xmlrpc()('ir.config_parameter', 'set_param', 'test_helpdesk_ecom.bank', str(folder))

    def hold(self, place: str) -> None:
        (self.folder / f'hold_{place}').touch()

    def release(self, place: str) -> None:
        (self.folder / f'hold_{place}').unlink()

    def reached(self, place: str) -> bool:
        return (self.folder / f'at_{place}').exists()

    @property
    def refunds(self) -> list[float]:
        """What left, in this order."""
        file = self.folder / 'refunds'
        lines = file.read_text().splitlines() if file.exists() else []
        return [float(line.split()[1]) for line in lines]


def make_case(server: OdooServer, *, agents: tuple[str, ...] = ('agent',)) -> Case:
    """A ticket about an order that was paid online and invoiced."""
    admin = server.xmlrpc()
    json = server.json2()  # for what answers nothing: XML-RPC can't say that
    for login in agents:
        server.create_user(login, 'helpdesk_ecom.group_helpdesk_user')
    admin('ir.config_parameter', 'set_param', 'sale.async_emails', 'True')
    partner = admin('res.partner', 'create', {'name': 'Emma', 'email': 'emma@customer.example'})
    product = admin(
        'product.product',
        'create',
        {'name': 'Cup', 'list_price': 40.0, 'invoice_policy': 'order', 'taxes_id': [[5, 0, 0]]},
    )
    order = admin(
        'sale.order',
        'create',
        {
            'partner_id': partner,
            'order_line': [[0, 0, {'product_id': product, 'product_uom_qty': 3}]],
        },
    )
    payment = _pay_online(server, order, partner)
    invoice_wizard = admin(
        'sale.advance.payment.inv',
        'create',
        {'sale_order_ids': [[6, 0, [order]]], 'advance_payment_method': 'delivered'},
    )
    json('sale.advance.payment.inv', 'create_invoices', ids=[invoice_wizard])
    ((line, invoices),) = [
        (row['order_line'][0], row['invoice_ids'])
        for row in admin('sale.order', 'read', [order], ['order_line', 'invoice_ids'])
    ]
    json('account.move', 'action_post', ids=invoices)
    ticket = admin(
        'helpdesk.ticket',
        'create',
        {'name': 'Cup arrived broken', 'partner_id': partner, 'sale_order_id': order},
    )
    return Case(ticket, order, line, payment)


def _pay_online(server: OdooServer, order: int, partner: int) -> int:
    """Pay with the demo provider, which confirms the order."""
    admin = server.xmlrpc()
    ((provider, methods),) = [
        (row['id'], row['payment_method_ids'])
        for row in admin(
            'payment.provider', 'search_read', [['code', '=', 'demo']], ['payment_method_ids']
        )[:1]
    ]
    admin('payment.provider', 'write', [provider], {'state': 'test'})
    ((total, currency, name),) = [
        (row['amount_total'], row['currency_id'][0], row['name'])
        for row in admin('sale.order', 'read', [order], ['amount_total', 'currency_id', 'name'])
    ]
    payment = admin(
        'payment.transaction',
        'create',
        {
            'provider_id': provider,
            'payment_method_id': methods[0],
            'amount': total,
            'currency_id': currency,
            'partner_id': partner,
            'operation': 'online_direct',
            'reference': f'{name}-online',
            'sale_order_ids': [[6, 0, [order]]],
        },
    )
    server.json2()('payment.transaction', 'action_demo_set_done', ids=[payment])
    server.run_cron('payment.cron_post_process_payment_tx')
    return payment


def draft_refund(client, case: Case, quantity: float) -> int:
    """A refund that is not submitted yet."""
    return draft_action(
        client,
        case,
        'refund',
        line_ids=[[0, 0, {'order_line_id': case.line, 'quantity': quantity}]],
    )


def draft_action(client, case: Case, kind: str, **vals) -> int:
    """An order action of any kind that is not submitted yet."""
    [reason] = client('helpdesk.reason', 'search', [['name', '=', 'Damaged or defective']])
    return client(
        'helpdesk.order.action',
        'create',
        {'ticket_id': case.ticket, 'action_type': kind, 'reason_id': reason, **vals},
    )


def books(server: OdooServer, case: Case) -> tuple[list[float], list[float]]:
    """The credit notes of the order, and the refunds of its payment, as the database has them."""
    notes = server.sql(
        "SELECT amount_total FROM account_move WHERE move_type = 'out_refund' "
        "AND state = 'posted' AND invoice_origin = (SELECT name FROM sale_order WHERE id = %s)",
        case.order,
    )
    refunds = server.sql(
        'SELECT -amount FROM payment_transaction WHERE source_transaction_id = %s '
        "AND state = 'done'",
        case.payment,
    )
    return [float(note) for (note,) in notes], [float(refund) for (refund,) in refunds]
