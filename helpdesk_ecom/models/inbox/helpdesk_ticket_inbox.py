from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

PAGE_SIZE = 40
MAX_PAGE_SIZE = 100
MINE, UNASSIGNED = 'mine', 'unassigned'
# Who waits longest comes first; of the others, those whom we answered last.
ORDER = 'oldest_unanswered_customer_message_date, awaiting_customer_date desc nulls last, id desc'
SHOWN_FIELDS = (
    'name',
    'ticket_ref',
    'partner_id',
    'partner_name',
    'partner_email',
    'user_id',
    'channel_id',
    'description',
    'create_date',
    'create_uid',
    'oldest_unanswered_customer_message_date',
    'fold',
    'customer_tz',
    'sla_deadline',
    'sla_warning_date',
    'sla_metric',
    'sla_paused',
    'sla_missed',
)


class HelpdeskTicket(models.Model):
    """The inbox: all open conversations of an agent's teams, whatever the channel, in one list."""

    _inherit = 'helpdesk.ticket'

    _inbox_idx = models.Index(
        '(oldest_unanswered_customer_message_date, awaiting_customer_date DESC NULLS LAST, id DESC)'
        ' WHERE active IS TRUE AND fold IS NOT TRUE AND is_snoozed IS NOT TRUE'
    )

    # === ACTION METHODS === #

    def action_visit(self):
        """Note that the current user sees all that the customer wrote so far.

        :return: id of the customer's last message, 0 if there is none.
        :rtype: int
        :raises AccessError: if the user is no agent, or may not read the ticket.
        """
        self.ensure_one()
        self._check_inbox_access()
        self.check_access('read')
        words = self._get_last_words()[self.id]
        self.env.cr.execute(
            SQL(
                """INSERT INTO helpdesk_ticket_visit (ticket_id, user_id, date, seen_message_id)
                   VALUES (%s, %s, %s, %s)
                   ON CONFLICT (ticket_id, user_id) DO UPDATE
                   SET date = EXCLUDED.date,
                       seen_message_id = GREATEST(
                           helpdesk_ticket_visit.seen_message_id, EXCLUDED.seen_message_id
                       )""",
                self.id,
                self.env.uid,
                self.env.cr.now(),
                words['customer_message_id'],
            )
        )
        self.env['helpdesk.ticket.visit'].invalidate_model()
        return words['customer_message_id']

    # === BUSINESS METHODS === #

    @api.model
    @api.readonly
    def get_inbox(self, tab=MINE, search='', offset=0, limit=PAGE_SIZE):
        """Return one page of the inbox of the current user; so many queries, however long it is.

        :param str tab: ``mine``, ``unassigned`` or ``all``.
        :param str search: part of the subject, the number, the customer or the order.
        :param int offset: how many to skip.
        :param int limit: how many at most.
        :return: dict of ``tickets`` (list of dicts, see `_prepare_inbox_entry`), ``has_more`` and
            ``counts`` (by tab; what is searched for aside).
        :rtype: dict
        :raises AccessError: if the user is no agent.
        """
        self._check_inbox_access()
        limit = min(max(int(limit), 1), MAX_PAGE_SIZE)
        domain = self._get_inbox_domain()
        tickets = self.search_fetch(
            domain & self._get_inbox_tab_domain(tab) & self._get_inbox_search_domain(search),
            SHOWN_FIELDS,
            offset=max(int(offset), 0),
            limit=limit + 1,
            order=ORDER,
        )
        page = tickets[:limit]
        words = page._get_last_words()
        return {
            'tickets': [ticket._prepare_inbox_entry(words[ticket.id]) for ticket in page],
            'has_more': len(tickets) > limit,
            'counts': self._get_inbox_counts(domain),
        }

    @api.model
    def _check_inbox_access(self):
        """Check that the current user is an agent: customers may read their tickets, too.

        :raises AccessError: otherwise.
        """
        if not self.env.user.has_group('helpdesk_ecom.group_helpdesk_user'):
            raise AccessError(self.env._('The inbox is for agents.'))

    @api.model
    def _get_inbox_domain(self):
        """Return which tickets are in the inbox: open ones of the user's teams, and their own.

        Who is in no team, such as the head of all, has the tickets of all teams.
        """
        teams = self.env['helpdesk.team'].search([('member_ids', 'in', self.env.uid)])
        domain = Domain('fold', '=', False) & Domain('is_snoozed', '=', False)
        if teams:
            domain &= Domain('team_id', 'in', teams.ids) | Domain('user_id', '=', self.env.uid)
        return domain

    @api.model
    def _get_inbox_tab_domain(self, tab):
        match tab:
            case 'mine':
                return Domain('user_id', '=', self.env.uid)
            case 'unassigned':
                return Domain('user_id', '=', False)
        return Domain.TRUE

    @api.model
    def _get_inbox_search_domain(self, search):
        search = (search or '').strip()
        if not search:
            return Domain.TRUE
        return Domain.OR(
            Domain(name, 'ilike', search)
            for name in (
                'name',
                'ticket_ref',
                'partner_id.name',
                'partner_name',
                'partner_email',
                'sale_order_id.name',
            )
        )

    @api.model
    def _get_inbox_counts(self, domain):
        """Return how many tickets each tab has."""
        counts = {
            user.id: count for user, count in self._read_group(domain, ['user_id'], ['__count'])
        }
        return {
            'mine': counts.get(self.env.uid, 0),
            'unassigned': counts.get(False, 0),
            'all': sum(counts.values()),
        }

    def _prepare_inbox_entry(self, words):
        """Return what the list shows of a ticket.

        :param dict words: see `_get_last_words`.
        """
        self.ensure_one()
        # Agents of one company meet names of all that their tickets mention, and no more.
        partner_sudo, user_sudo = self.partner_id.sudo(), self.user_id.sudo()
        channel_sudo = self.channel_id.sudo()
        to_string = fields.Datetime.to_string
        waiting_since = self.oldest_unanswered_customer_message_date
        return {
            'id': self.id,
            'name': self.name,
            'ticket_ref': self.ticket_ref or '',
            'customer': partner_sudo.name or self.partner_name or self.partner_email or '',
            'user': bool(user_sudo) and {'id': user_sudo.id, 'name': user_sudo.name},
            'channel': bool(channel_sudo)
            and {'name': channel_sudo.name, 'provider': channel_sudo.provider},
            'waiting_since': to_string(waiting_since) if waiting_since else False,
            'is_unread': bool(waiting_since) and self._is_unread(words),
            'last_words': words['text'],
            'last_author': words['author'],
            'is_last_by_customer': words['by_customer'],
            'last_date': to_string(words['date']),
            'fold': self.fold,
            'customer_tz': self.customer_tz or False,
            'sla_deadline': to_string(self.sla_deadline) if self.sla_deadline else False,
            'sla_warning_date': (
                to_string(self.sla_warning_date) if self.sla_warning_date else False
            ),
            'sla_metric': self.sla_metric,
            'sla_paused': self.sla_paused,
            'sla_missed': self.sla_missed,
        }

    def _is_unread(self, words):
        """Tell whether the customer wrote after the current user looked at the ticket."""
        if words['customer_message_id']:
            return words['customer_message_id'] > (words['seen_message_id'] or 0)
        return words['seen_message_id'] is None and self.create_uid != self.env.user
