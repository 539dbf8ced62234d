from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager


class HelpdeskPortal(CustomerPortal):
    """The customer's tickets: the list, one of them, and its end."""

    # === HOME === #

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if 'open_ticket_count' in counters:
            Ticket = request.env['helpdesk.ticket']
            values['open_ticket_count'] = (
                Ticket.search_count([('fold', '=', False)]) if Ticket.has_access('read') else 0
            )
        return values

    # === LIST === #

    @http.route(
        ['/my/tickets', '/my/tickets/page/<int:page>'],
        type='http',
        auth='user',
        website=True,
        readonly=True,
    )
    def portal_my_tickets(
        self, page=1, sortby=None, filterby=None, search=None, search_in=None, groupby=None, **kw
    ):
        """List the tickets that the user may see.

        Unknown sortings, filters and groups in the address fall back to the first of each.
        """
        sortings = self._get_ticket_sortings()
        filters = self._get_ticket_filters()
        groups = self._get_ticket_groups()
        inputs = self._get_ticket_search_inputs()
        sortby = sortby if sortby in sortings else 'date'
        filterby = filterby if filterby in filters else 'all'
        groupby = groupby if groupby in groups else 'none'
        search_in = search_in if search_in in inputs else 'all'

        Ticket = request.env['helpdesk.ticket']
        domain = Domain(filters[filterby]['domain'])
        if search:
            domain &= Ticket._get_portal_search_domain(search, search_in)
        pager = portal_pager(
            url='/my/tickets',
            url_args={
                'sortby': sortby,
                'filterby': filterby,
                'groupby': groupby,
                'search_in': search_in,
                'search': search,
            },
            total=Ticket.search_count(domain) if Ticket.has_access('read') else 0,
            page=page,
            step=self._items_per_page,
        )
        tickets = Ticket
        if pager['page_count']:
            tickets = Ticket.search(
                domain,
                order=groups[groupby]['order'] + sortings[sortby]['order'],
                limit=self._items_per_page,
                offset=pager['offset'],
            )
        request.session['my_tickets_history'] = tickets.ids[:100]
        # sudo: the stage's and the team's name; the tickets themselves are the user's own
        tickets_sudo = tickets.sudo()
        values = self._prepare_portal_layout_values()
        values.update(
            {
                'page_name': 'ticket',
                'default_url': '/my/tickets',
                'grouped_tickets': (
                    tickets_sudo.grouped('stage_id')
                    if groupby == 'stage'
                    else {False: tickets_sudo}
                ),
                'tickets': tickets_sudo,
                'pager': pager,
                'searchbar_sortings': sortings,
                'searchbar_filters': filters,
                'searchbar_groupby': groups,
                'searchbar_inputs': inputs,
                'sortby': sortby,
                'filterby': filterby,
                'groupby': groupby,
                'search_in': search_in,
                'search': search,
                'can_create': bool(request.env['helpdesk.team']._get_portal_teams_sudo()),
            }
        )
        return request.render('helpdesk_ecom.portal_my_tickets', values)

    def _get_ticket_sortings(self):
        """Return the ways to sort the list, as the portal's search bar wants them."""
        return {
            'date': {'label': request.env._('Newest'), 'order': 'create_date desc, id desc'},
            'update': {
                'label': request.env._('Last Stage Update'),
                'order': 'date_last_stage_update desc, id desc',
            },
            'reference': {'label': request.env._('Number'), 'order': 'ticket_ref desc, id desc'},
            'name': {'label': request.env._('Subject'), 'order': 'name, id desc'},
        }

    def _get_ticket_filters(self):
        """Return the filters of the list, as the portal's search bar wants them."""
        return {
            'all': {'label': request.env._('All'), 'domain': []},
            'open': {'label': request.env._('Open'), 'domain': [('fold', '=', False)]},
            'closed': {'label': request.env._('Closed'), 'domain': [('fold', '=', True)]},
        }

    def _get_ticket_groups(self):
        """Return the groupings of the list; each says what to sort by first."""
        return {
            'none': {'label': request.env._('None'), 'order': ''},
            'stage': {'label': request.env._('Stage'), 'order': 'stage_id, '},
        }

    def _get_ticket_search_inputs(self):
        """Return what one can search in; the model knows their domains."""
        labels = {
            'all': request.env._('Search everywhere'),
            'reference': request.env._('Search in number'),
            'name': request.env._('Search in subject'),
            'content': request.env._('Search in messages'),
        }
        return {name: {'input': name, 'label': label} for name, label in labels.items()}

    # === ONE TICKET === #

    @http.route(
        ['/my/ticket/<int:ticket_id>', '/my/ticket/<int:ticket_id>/<string:access_token>'],
        type='http',
        auth='public',
        website=True,
    )
    def portal_my_ticket(self, ticket_id, access_token=None, **kw):
        """Show a ticket to its customer: logged in, or with the link of a mail."""
        try:
            ticket_sudo = self._ticket_check_access(ticket_id, access_token)
        except (AccessError, MissingError):
            return self._redirect_stranger()
        if ticket_sudo.id != ticket_id:  # merged
            return request.redirect(
                ticket_sudo.get_portal_url() if access_token else ticket_sudo.access_url
            )
        values = self._ticket_get_page_view_values(ticket_sudo, access_token, **kw)
        return request.render('helpdesk_ecom.portal_my_ticket', values)

    @http.route(
        [
            '/my/ticket/close/<int:ticket_id>',
            '/my/ticket/close/<int:ticket_id>/<string:access_token>',
        ],
        type='http',
        auth='public',
        website=True,
        methods=['GET', 'POST'],
    )
    def portal_my_ticket_close(self, ticket_id, access_token=None, **kw):
        """Close a ticket for its customer.

        A GET only asks: mail scanners and previews follow every link that they find.
        """
        try:
            ticket_sudo = self._ticket_check_access(ticket_id, access_token)
        except (AccessError, MissingError):
            return self._redirect_stranger()
        url = ticket_sudo.get_portal_url() if access_token else ticket_sudo.access_url
        if not ticket_sudo._can_be_closed_by_customer():
            return request.redirect(url)
        if request.httprequest.method == 'POST':
            ticket_sudo._close_by_customer(self._get_ticket_author(ticket_sudo))
            return request.redirect(url)
        values = self._ticket_get_page_view_values(ticket_sudo, access_token, **kw)
        return request.render('helpdesk_ecom.portal_my_ticket_close', values)

    def _ticket_check_access(self, ticket_id, access_token=None):
        """Return the ticket, elevated, or where it went on if it was merged.

        :raise AccessError: if it isn't the user's, the token isn't that of the ticket, or the team
            doesn't show its tickets to customers.
        :raise MissingError: if there is none.
        """
        if access_token and not access_token.isascii():  # no token, and not comparable either
            access_token = None
        asked_sudo = request.env['helpdesk.ticket'].sudo().browse(ticket_id).exists()
        target_sudo = asked_sudo._get_merge_target()
        if target_sudo == asked_sudo:
            ticket_sudo = self._document_check_access('helpdesk.ticket', ticket_id, access_token)
        elif access_token and asked_sudo._is_portal_link_to(target_sudo, access_token):
            ticket_sudo = target_sudo
        else:
            ticket_sudo = self._document_check_access('helpdesk.ticket', target_sudo.id)
        if not request.env.user._is_internal() and not ticket_sudo._is_portal_published():
            raise AccessError(request.env._('This ticket is not available.'))
        return ticket_sudo

    def _redirect_stranger(self):
        """Send who may not see a ticket to their own, which asks a visitor to log in."""
        return request.redirect('/my/tickets')

    def _get_ticket_author(self, ticket_sudo):
        """Return who acts: the user, or with a link alone the customer of the ticket."""
        if request.env.user._is_public():
            return ticket_sudo.partner_id
        return request.env.user.partner_id

    def _ticket_get_page_view_values(self, ticket_sudo, access_token, **kw):
        """Return the values that the pages of one ticket are rendered with."""
        values = {
            'page_name': 'ticket',
            'ticket': ticket_sudo,
            'order': ticket_sudo._get_customer_visible_order(),
            'timeline': ticket_sudo._get_portal_timeline(),
            'can_close': ticket_sudo._can_be_closed_by_customer(),
            'created': kw.get('created') == '1',
        }
        return self._get_page_view_values(
            ticket_sudo, access_token, values, 'my_tickets_history', False, **kw
        )
