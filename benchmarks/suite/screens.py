"""What an agent waits for: each screen of each peer over real HTTP, in turns."""

from __future__ import annotations

from collections.abc import Callable

from suite.client import Client
from suite.peers import Peer
from suite.view_fields import specification

NAMED = {'fields': {'display_name': {}}}
LIST_LIMIT, BOARD_LIMIT, COUNT_LIMIT = 80, 40, 10001


class Desk:
    """An agent of one peer, who has the views open.

    :param dict fields: those of the views, if a colleague has asked for them.
    """

    def __init__(self, client: Client, peer: Peer, facts: dict, fields: dict | None = None):
        self.client, self.peer, self.facts = client, peer, facts
        self.fields = fields or self._ask_fields()
        self.turn = 0

    def _ask_fields(self) -> dict[str, dict]:
        """What the views want to know, by their kinds."""
        views = self.client.call(
            'views',
            self.peer.model,
            'get_views',
            [[False, 'list'], [False, 'kanban'], [False, 'form'], [False, 'search']],
        )
        return {
            kind: specification(views['views'][kind]['arch'], views['models'], self.peer.model)
            for kind in ('list', 'kanban', 'form')
        }

    def screens(self) -> dict[str, Callable[[str], None]]:
        """The screens that this peer has; each takes the label of its request."""
        peer = self.peer
        found = {
            'list, all': lambda label: self.list(label, []),
            'list, open': lambda label: self.list(label, peer.open),
            'list, open, mine': lambda label: self.list(label, [*peer.open, self.mine()]),
            'list, open, same six fields': self.short_list,
            'board, open': self.board,
            'form': self.form,
            'chatter': self.chatter,
            'thread data': self.thread_data,
            'stage change': self.change_stage,
            'answer': self.answer,
            'create': self.create,
        }
        if peer.name == 'ours':
            found['order panel'] = self.order_panel
            found['inbox'] = self.inbox
            found['SLA missed, first 80'] = lambda label: self.list(
                label, [('sla_fail', '=', True), *peer.open]
            )
        if peer.name == 'oca':
            found['SLA missed, first 80'] = lambda label: self.list(
                label, [('sla_expired', '=', True), *peer.open]
            )
        if counters := self.facts['counters']:
            found['counter on a customer'] = lambda label: self.customer(label, counters)
        found['customer without counter'] = lambda label: self.customer(label, [])
        for name, domain in peer.searches.items():
            found[f'search: {name}'] = lambda label, name=name, domain=domain: self.list(
                label, domain(self.facts['texts'][name])
            )
        found['name search, rare'] = lambda label: self.name_search(label, 'quokka')
        if peer.number:
            found['name search, number'] = lambda label: self.name_search(
                label, self.facts['texts']['number']
            )
        return found

    # --- what the requests are ---

    def mine(self):
        return (self.peer.user, 'in', [self.client.uid])

    def ticket(self) -> int:
        """Another open ticket each time."""
        self.turn += 1
        ids = self.facts['open_ids']
        return ids[self.turn % len(ids)]

    def _call(self, label, method, *args, **kwargs):
        return self.client.call(label, self.peer.model, method, *args, **kwargs)

    def short_list(self, label):
        """What a view of ours would cost if it showed no more than the others'."""
        linked = dict.fromkeys(('partner_id', 'stage_id', self.peer.user), NAMED)
        plain = dict.fromkeys(('name', 'priority', 'create_date'), {})
        self.list(label, self.peer.open, {**plain, **linked})

    def list(self, label, domain, fields=None):
        self._call(
            label,
            'web_search_read',
            domain=[*self.peer.defaults, *domain],
            specification=fields or self.fields['list'],
            limit=LIST_LIMIT,
            count_limit=COUNT_LIMIT,
        )

    def board(self, label):
        self._call(
            label,
            'web_read_group',
            domain=[*self.peer.defaults, *self.peer.open],
            groupby=['stage_id'],
            aggregates=[],
            auto_unfold=True,
            unfold_read_specification=self.fields['kanban'],
            unfold_read_default_limit=BOARD_LIMIT,
        )

    def form(self, label):
        self._call(label, 'web_read', [self.ticket()], specification=self.fields['form'])

    def order_panel(self, label):
        ids = self.facts['with_order']
        self.turn += 1
        self._call(label, 'get_order_panel_data', [ids[self.turn % len(ids)]])

    def inbox(self, label):
        self._call(label, 'get_inbox', tab='mine', search='', offset=0, limit=40)

    def chatter(self, label):
        self.client.post(
            f'/mail/thread/messages?{label}',
            thread_model=self.peer.model,
            thread_id=self.ticket(),
            fetch_params={'limit': 30},
        )

    def thread_data(self, label):
        requested = ['activities', 'attachments', 'contact_fields', 'followers']
        self.client.post(
            f'/mail/data?{label}',
            fetch_params=[
                [
                    'mail.thread',
                    {
                        'thread_model': self.peer.model,
                        'thread_id': self.ticket(),
                        'request_list': [*requested, 'scheduledMessages', 'suggestedRecipients'],
                    },
                ]
            ],
        )

    def change_stage(self, label):
        ticket, stages = self.ticket(), self.facts['stages']
        rounds = self.turn // len(self.facts['open_ids'])
        self.save_stage(label, ticket, stages['waiting'] if rounds % 2 == 0 else stages['open'])

    def save_stage(self, label, ticket, stage):
        self._call(label, 'web_save', [ticket], {'stage_id': stage}, specification={'stage_id': {}})

    def answer(self, label):
        ticket = self.ticket()
        self.client.post(
            f'/mail/message/post?{label}',
            thread_model=self.peer.model,
            thread_id=ticket,
            post_data={
                'body': 'Hello, your parcel is on its way. Kind regards',
                'message_type': 'comment',
                'subtype_xmlid': 'mail.mt_comment',
                'partner_ids': [self.facts['customers'][str(ticket)]],
            },
        )

    def create(self, label):
        self._call(
            label,
            'web_save',
            [],
            {
                'name': 'Cup arrived broken',
                'description': '<p>It was in the box.</p>',
                'partner_id': self.facts['customers'][str(self.ticket())],
                **self.facts['values'],
            },
            specification={'display_name': {}},
        )

    def customer(self, label, counters):
        self.client.call(
            label,
            'res.partner',
            'web_read',
            [self.facts['customers'][str(self.ticket())]],
            specification={'display_name': {}, 'email': {}, **dict.fromkeys(counters, {})},
        )

    def name_search(self, label, text):
        self._call(label, 'name_search', name=text, domain=self.peer.defaults, limit=8)
