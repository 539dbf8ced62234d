from email.utils import getaddresses

from odoo import api, models
from odoo.tools.mail import email_normalize, email_normalize_all, formataddr

from ...tools.incoming_mail import find_references
from ...tools.mail_screening import (
    DELAY,
    RECEIPT,
    delivery_report,
    header,
    relayed_sender,
    screen,
    sender,
)
from ...tools.robot_address import is_robot_address


class HelpdeskTicket(models.Model):
    """What happens to a mail between Odoo's gateway and the ticket: screening and threading.

    The order of evidence for "this belongs to ticket X" is: a Message-Id of ours in References or
    In-Reply-To (core), then the ticket's number in the subject if the sender takes part in that
    ticket. A subject alone never is.
    """

    _inherit = 'helpdesk.ticket'

    # === BUSINESS METHODS - SCREENING === #

    @api.model
    def _screen_routes(self, incoming, routes):
        """Return the routes that the mail takes to tickets; none if it is parked.

        :param IncomingMail incoming: the mail.
        :param list routes: routes to `helpdesk.ticket`, as `message_route` returns them.
        """
        if incoming.ticket_id:
            return [(self._name, incoming.ticket_id, {}, routes[0][3], None)]
        if not incoming.released:
            reason = self._get_parking_reason(incoming, routes)
            if reason:
                self.env['helpdesk.mail.parked']._park(incoming, reason, routes[0])
                return []
        self._adopt_relayed_sender(incoming, routes)
        self._keep_source(incoming)
        if not incoming.message_dict.get('email_from'):
            incoming.message_dict['author_id'] = False  # else core takes OdooBot for the author
        return [self._thread_route(incoming, route) for route in routes]

    @api.model
    def _get_parking_reason(self, incoming, routes):
        """Return why the mail is no person's word to the desk, None if it is."""
        message = incoming.message
        if self._is_blocked_sender(incoming, routes):
            return 'blocked'
        reason = screen(
            message,
            own_addresses=self._get_own_addresses(sender(message), routes),
            own_domains={route[4].alias_domain for route in routes if route[4]},
        )
        if reason and self._is_allowed_sender(sender(message)):
            return None
        return reason

    @api.model
    def _is_allowed_sender(self, address):
        """Tell whether an admin listed the address among the senders that the gateway trusts."""
        return bool(
            self.env['mail.gateway.allowed']
            .sudo()
            .search_count(
                [('email_normalized', '=', address)],
                limit=1,
            )
        )

    @api.model
    def _is_blocked_sender(self, incoming, routes):
        """Tell whether the mail is of somebody who is blocked, be it through a form.

        Costs nothing for all others: the blocked addresses stay in memory.
        """
        blocked = self.env['helpdesk.blocked.sender']._get_blocked()
        if not blocked:
            return False
        company_ids = {
            company_id
            for address in (sender(incoming.message), relayed_sender(incoming.message))
            for company_id in blocked.get(email_normalize(address or ''), ())
        }
        return bool(company_ids) and self._get_company_of_route(routes[0]).id in company_ids

    @api.model
    def _get_company_of_route(self, route):
        """Return the company of the ticket or the team to which a route leads."""
        _model, ticket_id, custom_values, _user_id, _alias = route
        ticket_sudo = self.sudo().browse(ticket_id or ()).exists()
        team_sudo = (
            self.env['helpdesk.team'].sudo().browse((custom_values or {}).get('team_id') or ())
        )
        return ticket_sudo.company_id or team_sudo.company_id or self.env.company

    @api.model
    def _get_own_addresses(self, address, routes):
        """Return the addresses of the desk; looks further only for a sender of our domain."""
        aliases = [route[4] for route in routes if route[4]]
        own = {alias.alias_full_name for alias in aliases}
        domain = address.partition('@')[2]
        if domain and domain in {alias.alias_domain for alias in aliases}:
            own.update(self.env['mail.alias.domain'].sudo()._find_aliases([address]))
        return own

    @api.model
    def _adopt_relayed_sender(self, incoming, routes):
        """Take the Reply-To of a form or a marketplace for the author: the mail is theirs."""
        message, message_dict = incoming.message, incoming.message_dict
        address = sender(message)
        person = relayed_sender(message)
        own = self._get_own_addresses(address, routes)
        if not person or not (is_robot_address(address) or address in own):
            return
        name = next((n for n, a in getaddresses([header(message, 'Reply-To')]) if n), False)
        message_dict['email_from'] = message_dict['from'] = formataddr((name, person))
        message_dict['author_id'] = None

    @api.model
    def _keep_source(self, incoming):
        """Attach the mail as it came if reading it needed guesses."""
        attachments = incoming.message_dict.get('attachments')
        if attachments is None or not incoming.is_lossy:
            return
        attachments.append(
            self.env['mail.thread']._Attachment('original_email.eml', incoming.raw, {})
        )

    @api.model
    def _is_harmless_report(self, message, message_dict):
        """Tell whether core would take a receipt or a note of delay for a bounce of our mail."""
        if delivery_report(message) not in (DELAY, RECEIPT):
            return False
        parent_sudo = self.env['mail.message'].sudo().browse(message_dict.get('parent_id') or ())
        return parent_sudo.model == self._name or self._has_desk_recipient(
            message_dict['recipients']
        )

    @api.model
    def _keep_bounce(self, incoming, model):
        """Park a bounce of a ticket's mail, or one that arrived in the desk's mailbox.

        Core has counted it already: on the contact, the message and the ticket.
        """
        message_sudo = incoming.message_dict.get('bounced_message')
        if message_sudo and message_sudo.model == self._name:
            route = (self._name, message_sudo.res_id, None, None, None)
            self.env['helpdesk.mail.parked']._park(incoming, 'bounce', route)
        elif self._is_mail_for_desk(incoming, model):
            self.env['helpdesk.mail.parked']._park(incoming, 'bounce')

    @api.model
    def _is_mail_for_desk(self, incoming, model):
        """Tell whether a mail without a route is one of ours, by its recipients or mailbox."""
        if model == self._name:
            return True
        if incoming.message_dict:
            return self._has_desk_recipient(incoming.message_dict['recipients'])
        message = incoming.message
        return message is not None and self._has_desk_recipient(
            ','.join(header(message, name) for name in ('To', 'Cc', 'Delivered-To'))
        )

    @api.model
    def _has_desk_recipient(self, recipients):
        """Tell whether one of the comma separated addresses is the alias of a team."""
        addresses = email_normalize_all(recipients or '')
        return bool(addresses) and bool(
            self.env['mail.alias']
            .sudo()
            .search_count(
                [
                    ('alias_full_name', 'in', addresses),
                    ('alias_model_id.model', '=', self._name),
                ],
                limit=1,
            )
        )

    # === BUSINESS METHODS - THREADING === #

    @api.model
    def _thread_route(self, incoming, route):
        """Return the route with the ticket to which the mail is an answer, if it is to one."""
        _model, ticket_id, custom_values, _user_id, _alias = route
        ticket_sudo = self.sudo().browse(ticket_id or ())
        if not ticket_sudo and '#' in (incoming.message_dict.get('subject') or ''):
            ticket_sudo = self._find_ticket_by_subject(incoming.message_dict, custom_values)
        if not ticket_sudo:
            return route
        return ticket_sudo._get_merge_target()._continue_route(incoming, route)

    def _continue_route(self, incoming, route):
        """Return the route of a mail that answers to this ticket.

        :param IncomingMail incoming: the mail.
        :param tuple route: as `message_route` returns it.
        """
        model, _ticket_id, custom_values, user_id, alias = route
        return (model, self.id, custom_values, user_id, alias)

    @api.model
    def _find_ticket_by_subject(self, message_dict, custom_values):
        """Return the ticket whose number is in the subject, if the sender takes part in it.

        :param dict message_dict: Odoo's reading of the mail.
        :param dict custom_values: the alias' defaults; their team tells the company.
        """
        references = find_references(message_dict['subject'])
        domain = [('ticket_ref', 'in', references)]
        team_sudo = (
            self.env['helpdesk.team'].sudo().browse((custom_values or {}).get('team_id') or ())
        )
        if team_sudo:
            domain.append(('company_id', '=', team_sudo.company_id.id))
        Ticket_sudo = self.sudo().with_context(active_test=False)
        tickets_sudo = Ticket_sudo.search(domain, limit=8) if references else Ticket_sudo
        return next(
            (
                ticket_sudo
                for ticket_sudo in tickets_sudo
                if ticket_sudo._is_participant(message_dict['email_from'])
            ),
            Ticket_sudo,
        )

    def _is_participant(self, email, author=None):
        """Tell whether a mail address belongs to somebody who takes part in the ticket.

        That is: the customer and their company, people in copy, followers, colleagues, and whoever
        the ticket's messages were sent to before.

        :param str email: the sender's address, with or without a name.
        :param res.partner author: their contact, when it is known already.
        """
        self.ensure_one()
        address = email_normalize(email)
        if not address:
            return False
        ticket_sudo = self.sudo()
        if address in {
            ticket_sudo.email_normalized,
            ticket_sudo.partner_id.email_normalized,
            *email_normalize_all(ticket_sudo.email_cc or ''),
        }:
            return True
        authors_sudo = author and author.sudo() or self._find_people(address)
        return (
            any(not author_sudo.partner_share for author_sudo in authors_sudo)
            or bool(authors_sudo.commercial_partner_id & ticket_sudo.commercial_partner_id)
            or bool(authors_sudo & ticket_sudo.message_partner_ids)
            or ticket_sudo._was_written_to(address, authors_sudo)
        )

    @api.model
    def _find_people(self, address):
        """Return the contacts (sudo) of an address; who was merged counts as who they are now."""
        Partner_sudo = self.env['res.partner'].sudo().with_context(active_test=False)
        return Partner_sudo.search(
            [
                ('email_normalized', '=', address),
                '|',
                ('active', '=', True),
                ('helpdesk_merged_into_id', '!=', False),
            ]
        )._get_helpdesk_person()

    def _was_written_to(self, address, partners):
        """Tell whether a message of the ticket was sent to one of the partners or the address."""
        return bool(
            self.env['mail.notification']
            .sudo()
            .search_count(
                [
                    ('mail_message_id.model', '=', self._name),
                    ('mail_message_id.res_id', '=', self.id),
                    '|',
                    ('res_partner_id', 'in', partners.ids),
                    ('mail_email_address', '=', address),
                ],
                limit=1,
            )
        )
