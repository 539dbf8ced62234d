from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import consteq, plaintext2html

# What a customer's browser may ask of a conversation besides its messages.
PORTAL_STORE_REQUESTS = frozenset({'contact_fields', 'display_name', 'messages'})


class HelpdeskTicket(models.Model):
    """What customers see of their tickets and may do to them."""

    _inherit = 'helpdesk.ticket'

    # === COMPUTE METHODS === #

    def _compute_access_url(self):
        super()._compute_access_url()
        for ticket in self:
            ticket.access_url = f'/my/ticket/{ticket.id}'

    # === ACCESS === #

    def _portal_ensure_token(self):
        """Override of `portal`: customers get links without reading the token itself."""
        return super(HelpdeskTicket, self.sudo())._portal_ensure_token()

    def _sign_token(self, pid):
        """Override of `portal`: a customer's message is mailed on with signed links."""
        return super(HelpdeskTicket, self.sudo())._sign_token(pid)

    def _is_portal_published(self):
        """Return whether customers may look at the ticket at all, with a link or logged in."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        return ticket_sudo.active and ticket_sudo.team_id.privacy_visibility == 'portal'

    @api.model
    def _get_thread_with_access(self, thread_id, **kwargs):
        """Override of `mail` so that a link opens no ticket of a team that is not public."""
        thread = super()._get_thread_with_access(thread_id, **kwargs)
        if not thread or self.env.user._is_internal() or thread._is_portal_published():
            return thread
        return self.browse()

    def _is_portal_link_to(self, target, token):
        """Return whether a link to this merged ticket opens the one where it went on.

        Only for the same customer: else whoever had the old link would read a stranger's ticket.

        :param target: the surviving `helpdesk.ticket`.
        :param str token: what the link says.
        """
        self.ensure_one()
        ticket_sudo = self.sudo()
        return bool(
            ticket_sudo.access_token
            and consteq(ticket_sudo.access_token, token)
            and ticket_sudo.commercial_partner_id
            and ticket_sudo.commercial_partner_id == target.sudo().commercial_partner_id
        )

    def _thread_to_store(self, store, fields, *, request_list=None):
        """Override of `mail`: customers get the conversation, not what the team keeps beside it.

        Core hands whoever has a ticket's link a superuser's view of all that they ask for: the
        files of notes, the people who follow, the activities, who else is in copy.
        """
        if request_list and not self.env.user._is_internal():
            request_list = [name for name in request_list if name in PORTAL_STORE_REQUESTS]
        return super()._thread_to_store(store, fields, request_list=request_list)

    # === BUSINESS METHODS - PAGES === #

    @api.model
    def _get_portal_search_domain(self, text, search_in='all'):
        """Return the domain of the tickets in which a customer finds a text.

        :param str search_in: `reference`, `name`, `content` or `all`.
        :rtype: Domain
        """
        by_field = {
            'reference': Domain('ticket_ref', 'ilike', text.strip('#')),
            'name': Domain('name', 'ilike', text),
            'content': Domain('description', 'ilike', text) | self._get_portal_message_domain(text),
        }
        return Domain.OR(by_field.values()) if search_in == 'all' else by_field[search_in]

    @api.model
    def _get_portal_message_domain(self, text):
        """Return the domain of the user's tickets with a text in a message that they may read.

        What is searched is what the portal shows: a hit in a note would give the note away.
        """
        Message_sudo = self.env['mail.message'].sudo()
        found_sudo = Message_sudo._search(
            [
                ('model', '=', self._name),
                ('res_id', 'in', self._search([])),
                *self._fields['website_message_ids'].get_comodel_domain(self),
                ('subtype_id', '=', self.env.ref('mail.mt_comment').id),
                ('is_internal', '=', False),
                ('body', 'ilike', text),
            ]
        )
        return Domain('id', 'in', found_sudo.subselect('res_id'))

    def _get_portal_timeline(self):
        """Return what happened to the ticket, oldest first, as far as it concerns the customer.

        :return: dicts with `label`, `date` (naive UTC or False) and `icon`.
        :rtype: list[dict]
        """
        self.ensure_one()
        ticket_sudo = self.sudo()
        events = [
            {
                'label': self.env._('Received'),
                'date': ticket_sudo.create_date,
                'icon': 'fa-inbox',
            }
        ]
        if ticket_sudo.assign_date and ticket_sudo.user_id:
            events.append(
                {
                    'label': self.env._(
                        '%(agent)s takes care of it',
                        agent=ticket_sudo._get_portal_agent_name(),
                    ),
                    'date': ticket_sudo.assign_date,
                    'icon': 'fa-user',
                }
            )
        moved = ticket_sudo.date_last_stage_update
        if not ticket_sudo.fold and moved and moved > ticket_sudo.create_date:
            events.append(
                {
                    'label': ticket_sudo.stage_id.name,
                    'date': moved,
                    'icon': 'fa-arrow-right',
                }
            )
        if ticket_sudo.fold:
            events.append(
                {
                    'label': (
                        self.env._('Closed by you')
                        if ticket_sudo.closed_by_partner
                        else ticket_sudo.stage_id.name
                    ),
                    'date': ticket_sudo.close_date,
                    'icon': 'fa-check',
                }
            )
        return sorted(events, key=lambda event: event['date'] or fields.Datetime.now())

    def _get_portal_agent_name(self):
        """Return the first name of the agent, or an empty text."""
        self.ensure_one()
        return (self.sudo().user_id.name or '').split(' ')[0]

    # === BUSINESS METHODS - CLOSING AND REOPENING === #

    def _can_be_closed_by_customer(self):
        """Return whether the team lets its customers close this ticket now."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        return bool(
            ticket_sudo.team_id.allow_portal_ticket_closing
            and not ticket_sudo.fold
            and ticket_sudo._is_portal_published()
        )

    def _close_by_customer(self, author):
        """Close the ticket for the customer, and tell the team in the conversation.

        :param author: the `res.partner` who closes it.
        :raise UserError: if the team doesn't allow it, or the ticket is closed already.
        """
        self.ensure_one()
        if not self._can_be_closed_by_customer():
            raise UserError(
                self.env._(
                    'This ticket cannot be closed from here. Write to us in the conversation '
                    'instead.'
                )
            )
        ticket_sudo = self.sudo()
        ticket_sudo.write(
            {
                'stage_id': ticket_sudo.team_id._get_closing_stage().id,
                'closed_by_partner': True,
            }
        )
        ticket_sudo.message_post(
            author_id=author.id,
            body=self.env._('The customer closed this ticket.'),
            subtype_xmlid='mail.mt_note',
        )

    def _message_post_after_hook(self, message, msg_values):
        """Override of `mail`: what a customer writes to a closed ticket opens it again."""
        result = super()._message_post_after_hook(message, msg_values)
        if (
            self.sudo().fold
            and message.message_type == 'comment'
            and not message.is_internal
            and message.subtype_id == self.env.ref('mail.mt_comment')
            and message.author_id.partner_share
        ):
            self.sudo().action_reopen()
        return result

    # === BUSINESS METHODS - NEW TICKETS === #

    @api.model
    def _create_from_portal(
        self,
        customer,
        team,
        *,
        subject,
        text,
        files=(),
        order=None,
        product=None,
    ):
        """Open a ticket with what a customer wrote into a form, and return it, elevated.

        The caller has checked that order and product are the customer's.

        :param customer: the `res.partner` who asks.
        :param team: the `helpdesk.team` that is asked.
        :param str text: plain text.
        :param files: pairs of name and content (bytes).
        :param order: a `sale.order`; without one it is looked for in what was written.
        :param product: a `product.product`.
        """
        ticket_sudo = self.sudo().create(
            self._prepare_portal_ticket_vals(customer, team, subject, order, product)
        )
        ticket_sudo.message_post(
            author_id=customer.id,
            body=plaintext2html(text),
            attachments=list(files),
            message_type='comment',
            subtype_xmlid='mail.mt_comment',
        )
        ticket_sudo._match_orders([subject, text])
        return ticket_sudo

    @api.model
    def _prepare_portal_ticket_vals(self, customer, team, subject, order, product):
        """Return the values of a ticket that a customer opens; see `_create_from_portal`."""
        return {
            'name': subject,
            'team_id': team.id,
            'partner_id': customer.id,
            'user_id': False,
            **({'sale_order_id': order.id} if order else {}),
            **({'product_id': product.id} if product else {}),
        }

    @api.model
    def _get_portal_creation_limit(self):
        """Return how many tickets one customer may open in the portal per hour."""
        limit = (
            self.env['ir.config_parameter']
            .sudo()
            .get_param(
                'helpdesk_ecom.portal_tickets_per_hour',
                '',
            )
        )
        return int(limit) if limit.isdigit() else 10

    @api.model
    def _is_portal_creation_limited(self, partner):
        """Return whether the customer opened as many tickets within the hour as one may."""
        recent = (
            self.sudo()
            .with_context(active_test=False)
            .search_count(
                [
                    ('commercial_partner_id', '=', partner.commercial_partner_id.id),
                    ('create_uid', '=', self.env.uid),
                    ('create_date', '>', fields.Datetime.now() - timedelta(hours=1)),
                ]
            )
        )
        return recent >= self._get_portal_creation_limit()
