"""What is compared: models that take in a customer's mail, and how each is asked for the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

DATABASES = ('ours', 'core', 'oca')
Domain = list


def _like(*names: str) -> Callable[[str], Domain]:
    """A search for words in any of these fields."""
    return lambda text: ['|'] * (len(names) - 1) + [(name, 'ilike', text) for name in names]


@dataclass(frozen=True)
class Peer:
    """A model, and the names of what the others call otherwise."""

    name: str
    kind: str  # of the database
    model: str
    open: Domain
    groups: tuple[str, ...]  # of an agent
    email: str = 'partner_email'
    user: str = 'user_id'
    number: str = ''  # the field by which a customer quotes the ticket
    order: str = ''  # the many2one to sale.order
    clocks: str = ''  # the model of its SLA clocks, by ticket_id
    defaults: Domain = field(default_factory=list)  # restricts its lists to tickets
    searches: dict[str, Callable[[str], Domain]] = field(default_factory=dict)


FLOOR_SEARCHES = {
    'title': _like('name'),
    'email': _like('partner_email'),
    'customer': _like('partner_id'),
}
PEERS = (
    Peer(
        'ours',
        'ours',
        'helpdesk.ticket',
        open=[('fold', '=', False)],
        groups=('helpdesk_ecom.group_helpdesk_user',),
        number='ticket_ref',
        order='sale_order_id',
        clocks='helpdesk.sla.status',
        searches={
            'number': _like('name', 'ticket_ref'),
            'title': _like('name', 'ticket_ref'),
            'email': _like('partner_email_search'),
            'order': _like('sale_order_id'),
            'customer': lambda text: [('partner_id', 'child_of', text)],
        },
    ),
    Peer(
        'floor_mixins',
        'core',
        'bench.floor.mixins',
        open=[('stage_id.fold', '=', False)],
        groups=('base.group_user',),
        searches=FLOOR_SEARCHES,
    ),
    Peer(
        'floor',
        'core',
        'bench.floor',
        open=[('stage_id.fold', '=', False)],
        groups=('base.group_user',),
        searches=FLOOR_SEARCHES,
    ),
    Peer(
        'crm_lead',
        'core',
        'crm.lead',
        open=[('stage_id.is_won', '=', False)],
        groups=('sales_team.group_sale_salesman_all_leads',),
        email='email_from',
        defaults=[('type', '=', 'opportunity')],
        searches={
            'title': _like('name'),
            'email': _like('email_from'),
            'customer': _like('partner_id'),
        },
    ),
    Peer(
        'project_task',
        'core',
        'project.task',
        open=[('is_closed', '=', False)],
        groups=('project.group_project_user',),
        email='email_from',
        user='user_ids',
        searches={
            'title': _like('name'),
            'email': _like('partner_id.email'),
            'customer': _like('partner_id'),
        },
    ),
    Peer(
        'oca',
        'oca',
        'helpdesk.ticket',
        open=[('stage_id.closed', '=', False)],
        groups=('helpdesk_mgmt.group_helpdesk_user',),
        number='number',
        clocks='helpdesk.ticket.sla',
        searches={
            'number': _like('number'),
            'title': _like('name'),
            'email': _like('partner_email'),
            'customer': _like('partner_id'),
        },
    ),
)
BY_NAME = {peer.name: peer for peer in PEERS}


def peers_of(kind: str) -> list[Peer]:
    """Those in one kind of database."""
    return [peer for peer in PEERS if peer.kind == kind]
