from werkzeug.urls import url_encode

from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from . import uploads

MAX_SUBJECT_LENGTH = 200
MAX_TEXT_LENGTH = 20_000
MAX_ID_DIGITS = 12
MAX_ID = 2**31 - 1  # the database refuses to compare an id with more
# Orders to choose from: the latest. Whoever means an older one writes its number, which is found.
MAX_ORDERS = 20


class HelpdeskPortalNewTicket(CustomerPortal):
    """The form with which a customer asks for help: out of the blue, or from an order's page."""

    @http.route(
        '/my/tickets/new',
        type='http',
        auth='public',
        website=True,
        methods=['GET', 'POST'],
    )
    def portal_new_ticket(self, order_id=None, access_token=None, **post):
        """Show the form, or open a ticket with what was filled in.

        Visitors need the link of an order (``order_id`` and its ``access_token``) and speak for its
        customer; everybody else logs in first.
        """
        try:
            customer_sudo, orders_sudo = self._get_ticket_customer(order_id, access_token)
        except (AccessError, MissingError):
            query = url_encode({'redirect': request.httprequest.full_path})
            return request.redirect(f'/web/login?{query}')
        form = {
            'subject': post.get('subject', '').strip(),
            'text': post.get('text', '').strip(),
            'order_id': self._to_id(order_id),
            'order_line_id': self._to_id(post.get('order_line_id')),
            'team_id': self._to_id(post.get('team_id')),
            'files': [file for file in request.httprequest.files.getlist('files') if file.filename],
        }
        order_sudo = orders_sudo.filtered(lambda order: order.id == form['order_id'])
        teams_sudo = request.env['helpdesk.team']._get_portal_teams_sudo(order_sudo.company_id)
        if not teams_sudo:
            return request.redirect('/my/tickets')
        errors = {}
        if request.httprequest.method == 'POST':
            errors = self._check_ticket_form(form, customer_sudo, orders_sudo)
            if not errors:
                return self._create_ticket(form, customer_sudo, orders_sudo, teams_sudo)
        values = self._prepare_portal_layout_values()
        values.update(
            {
                'page_name': 'ticket_new',
                'form': form,
                'errors': errors,
                'orders': orders_sudo,
                'teams': teams_sudo,
                'order_access_token': access_token,
                'max_files': uploads.MAX_FILES,
                'max_file_size': uploads.MAX_FILE_SIZE,
                'max_subject_length': MAX_SUBJECT_LENGTH,
                'max_text_length': MAX_TEXT_LENGTH,
            }
        )
        return request.render('helpdesk_ecom.portal_new_ticket', values)

    @http.route('/my/tickets/thanks', type='http', auth='public', website=True, methods=['GET'])
    def portal_ticket_thanks(self):
        """Tell who opened a ticket in this session that it arrived, where they can't look at it."""
        ticket_ref = request.session.get('helpdesk_created_ref')
        if not ticket_ref:
            return request.redirect('/my/tickets')
        values = {
            **self._prepare_portal_layout_values(),
            'page_name': 'ticket_thanks',
            'ticket_ref': ticket_ref,
        }
        return request.render('helpdesk_ecom.portal_ticket_thanks', values)

    def _get_ticket_customer(self, order_id, access_token):
        """Return who asks, and the orders that they may ask about, both elevated.

        :raise AccessError: if nobody is logged in and the link is not that of the order.
        :raise MissingError: likewise, if there is no such order.
        """
        if request.env.user._is_public():
            order_sudo = self._document_check_access(
                'sale.order',
                self._to_id(order_id) or 0,
                access_token,
            )
            return order_sudo.partner_id, order_sudo
        partner = request.env.user.partner_id
        Order = request.env['sale.order']
        if not Order.has_access('read'):
            return partner.sudo(), Order.sudo()
        domain = self._prepare_ticket_orders_domain(partner)
        orders = Order.search(domain, order='date_order desc, id desc', limit=MAX_ORDERS)
        if self._to_id(order_id):  # an older one, from its page
            orders |= Order.search([*domain, ('id', '=', self._to_id(order_id))])
        return partner.sudo(), orders.sudo()

    def _prepare_ticket_orders_domain(self, partner):
        """Return the domain of the orders that a customer may ask about."""
        return [
            ('partner_id', 'child_of', [partner.commercial_partner_id.id]),
            ('state', 'in', ('sale', 'cancel')),
        ]

    def _check_ticket_form(self, form, customer_sudo, orders_sudo):
        """Return what is wrong with the form: a dict of field name to message, empty if nothing."""
        lines_sudo = orders_sudo.order_line
        line_sudo = lines_sudo.filtered(lambda line: line.id == form['order_line_id'])
        errors = {}
        if not form['subject']:
            errors['subject'] = request.env._('Say in a few words what it is about.')
        elif len(form['subject']) > MAX_SUBJECT_LENGTH:
            errors['subject'] = request.env._(
                'Please use at most %(count)s letters.', count=MAX_SUBJECT_LENGTH
            )
        if not form['text']:
            errors['text'] = request.env._('Tell us what happened.')
        elif len(form['text']) > MAX_TEXT_LENGTH:
            errors['text'] = request.env._(
                'Please use at most %(count)s letters.', count=MAX_TEXT_LENGTH
            )
        if form['order_id'] and form['order_id'] not in orders_sudo.ids:
            errors['order_id'] = request.env._('Choose one of your orders.')
        if form['order_line_id'] and (
            not line_sudo or form['order_id'] and line_sudo.order_id.id != form['order_id']
        ):
            errors['order_line_id'] = request.env._(
                'This product is not part of the order: choose again.'
            )
        if error := uploads.check_files(form['files']):
            errors['files'] = error
        if not errors and request.env['helpdesk.ticket']._is_portal_creation_limited(customer_sudo):
            errors['limit'] = request.env._(
                'You opened many tickets within the last hour. Add to one of them, or come back '
                'a little later.'
            )
        return errors

    def _create_ticket(self, form, customer_sudo, orders_sudo, teams_sudo):
        """Open the ticket that a valid form describes, and show it."""
        line_sudo = orders_sudo.order_line.filtered(lambda line: line.id == form['order_line_id'])
        order_sudo = line_sudo.order_id or orders_sudo.filtered(
            lambda order: order.id == form['order_id']
        )
        if order_sudo.company_id and order_sudo.company_id != teams_sudo.company_id:
            teams_sudo = teams_sudo._get_portal_teams_sudo(order_sudo.company_id) or teams_sudo
        team_sudo = teams_sudo.filtered(lambda team: team.id == form['team_id']) or teams_sudo[:1]
        ticket_sudo = request.env['helpdesk.ticket']._create_from_portal(
            customer_sudo,
            team_sudo,
            subject=form['subject'],
            text=form['text'],
            files=[(file.filename, file.read()) for file in form['files']],
            order=order_sudo,
            product=line_sudo.product_id,
        )
        if not request.env.user._is_internal() and not ticket_sudo._is_portal_published():
            # A routing rule sent it to a team that shows its tickets to nobody outside.
            request.session['helpdesk_created_ref'] = ticket_sudo.ticket_ref
            return request.redirect('/my/tickets/thanks')
        if request.env.user._is_public():
            return request.redirect(ticket_sudo.get_portal_url(query_string='&created=1'))
        return request.redirect(f'{ticket_sudo.access_url}?created=1')

    @staticmethod
    def _to_id(value):
        """Return the id that a form or an address sent, or None for anything else."""
        value = str(value)
        return min(int(value[:MAX_ID_DIGITS]), MAX_ID) if value.isdecimal() else None
