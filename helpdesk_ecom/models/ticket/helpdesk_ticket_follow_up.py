from datetime import timedelta

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.tools.mail import email_normalize


class HelpdeskTicket(models.Model):
    """What a customer writes long after a ticket was closed opens a new one: its follow-up.

    The follow-up goes on for the old ticket: whoever answers to the old one arrives in the
    follow-up, and in the follow-up's own follow-up once that is closed for good. So a ticket has
    one, unless it was archived.
    """

    _inherit = 'helpdesk.ticket'

    follow_up_of_id = fields.Many2one(
        'helpdesk.ticket',
        index='btree_not_null',
        readonly=True,
        copy=False,
        help='The closed ticket to which the customer answered.',
        system_written=True,
    )
    follow_up_ids = fields.One2many(
        'helpdesk.ticket',
        'follow_up_of_id',
        string='Follow-ups',
        readonly=True,
        context={'active_test': False},
    )
    follow_up_of_ref = fields.Char(
        string='Number of the Closed Ticket',
        related='follow_up_of_id.ticket_ref',
    )
    # Written on the old ticket with each new one, so that of two answers that arrive at once the
    # second conflicts, is tried again, and finds the follow-up of the first.
    follow_up_date = fields.Datetime(
        string='Followed Up On',
        readonly=True,
        copy=False,
        system_written=True,
    )

    # === ACTION METHODS === #

    def action_open_follow_up_of(self):
        """Open the closed ticket that this one follows up."""
        self.ensure_one()
        return self.follow_up_of_id._get_records_action()

    def action_open_follow_ups(self):
        """Open the tickets that follow this one up."""
        self.ensure_one()
        return self.follow_up_ids._get_records_action()

    # === MAIL GATEWAY === #

    def _continue_route(self, incoming, route):
        """Extend: lead a customer's mail to the follow-up, or to a new one."""
        message_dict = incoming.message_dict
        if not self._is_customer_mail(message_dict):
            return super()._continue_route(incoming, route)
        ticket_sudo = self.sudo()._get_latest_follow_up()
        author = self.env['res.partner'].browse(message_dict.get('author_id') or ())
        if not ticket_sudo._is_closed_for_good() or not ticket_sudo._is_participant(
            message_dict.get('email_from'), author
        ):
            return super(HelpdeskTicket, ticket_sudo)._continue_route(incoming, route)
        model, _ticket_id, custom_values, user_id, alias = route
        others = ticket_sudo._get_other_recipients(message_dict)
        copies = ticket_sudo._mail_cc_sanitized_raw_dict(others)
        copies.update(ticket_sudo._mail_cc_sanitized_raw_dict(ticket_sudo.email_cc))
        values = {
            **(custom_values or {}),
            **ticket_sudo._prepare_follow_up_vals(),
            'email_cc': ', '.join(copies.values()) or False,
        }
        return (model, False, values, user_id, alias)

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Override of `mail`: tell the old ticket of its follow-up.

        Who answers need not be the customer: an unknown address in copy stays unknown.
        """
        author_id = msg_dict.get('author_id')
        ticket = super().message_new(msg_dict, custom_values)
        if ticket.follow_up_of_id:
            if not author_id and email_normalize(msg_dict.get('email_from')) != (
                ticket.email_normalized
            ):
                msg_dict['author_id'] = False
            ticket._log_follow_up()
        return ticket

    # === MAIL.THREAD === #

    def message_post(self, **kwargs):
        """Override of `mail`: what a customer writes in the portal goes to the follow-up, too."""
        if not self._is_customer_comment_to_post(kwargs):
            return super().message_post(**kwargs)
        ticket_sudo = self.sudo()._get_latest_follow_up()
        if ticket_sudo._is_closed_for_good():
            ticket_sudo = ticket_sudo._create_follow_up()
        ticket = ticket_sudo.with_env(self.env)
        return super(HelpdeskTicket, ticket).message_post(**kwargs)

    # === BUSINESS METHODS === #

    def _is_closed_for_good(self):
        """Tell whether an answer of the customer opens a new ticket instead of this one."""
        self.ensure_one()
        team_sudo = self.team_id.sudo()
        return bool(
            self.fold
            and team_sudo.use_follow_up
            and self.close_date
            and self.close_date + timedelta(days=team_sudo.follow_up_day) <= self.env.cr.now()
        )

    def _is_customer_mail(self, message_dict):
        """Tell whether a mail to this ticket is an answer from the customer's side to all."""
        if not self.sudo()._is_closed_for_good():
            return False  # the usual case: nothing else is asked
        author_sudo = self.env['res.partner'].sudo().browse(message_dict.get('author_id') or ())
        return (not author_sudo or author_sudo.partner_share) and not (
            message_dict.get('is_internal') and not self._answers_unverified_note(message_dict)
        )

    def _is_customer_comment_to_post(self, post_values):
        """Tell whether these arguments of `message_post` make a late comment of a customer."""
        return (
            len(self) == 1
            and post_values.get('message_type') == 'comment'
            and self._is_public_subtype(post_values)
            and self._get_author_to_post(post_values).partner_share
            and self.sudo()._is_closed_for_good()
        )

    def _get_latest_follow_up(self):
        """Return the ticket where the conversation of this one goes on.

        That is the ticket itself unless it is closed for good and has a follow-up. Chains of
        follow-ups are followed to their end, one query for each link.
        """
        self.ensure_one()
        ticket = seen = self
        while ticket._is_closed_for_good() and ticket.follow_up_date:
            follow_up = ticket.follow_up_ids.sorted('id', reverse=True).filtered(
                lambda follow_up: follow_up.active or follow_up.merged_into_id
            )[:1]
            target = follow_up._get_merge_target()
            if not target or target in seen:
                break
            ticket = target
            seen |= target
        return ticket

    def _create_follow_up(self):
        """Return a new follow-up of this ticket. To be called with elevated rights.

        :rtype: helpdesk.ticket
        """
        self.ensure_one()
        follow_up = self.create({**self._prepare_follow_up_vals(), 'user_id': False})
        follow_up._log_follow_up()
        return follow_up

    def _prepare_follow_up_vals(self):
        """Return the values of a follow-up: the same customer, order and subject, in the same team.

        Nobody is assigned: it is handed out as each new ticket is.
        """
        self.ensure_one()
        return {
            'follow_up_of_id': self.id,
            'name': self.name,
            'team_id': self.team_id.id,
            'ticket_type_id': self.ticket_type_id.id,
            'tag_ids': [Command.set(self.tag_ids.ids)],
            'partner_id': self.partner_id.id,
            'partner_name': self.partner_name,
            'partner_email': self.partner_email,
            'partner_phone': self.partner_phone,
            'email_cc': self.email_cc,
            'sale_order_id': self.sale_order_id.id,
            'product_id': self.product_id.id,
        }

    def _log_follow_up(self):
        """Leave a note on both sides, and mark the old ticket as followed up."""
        self.ensure_one()
        old_sudo = self.sudo().follow_up_of_id
        old_sudo.follow_up_date = self.env.cr.now()
        old_sudo._message_log(
            body=Markup('<p>%s</p>')
            % self.env._(
                'The customer wrote again. It goes on in %(ticket)s.', ticket=self._get_html_link()
            )
        )
        self.sudo()._message_log(
            body=Markup('<p>%s</p>')
            % self.env._('Follow-up of %(ticket)s.', ticket=old_sudo._get_html_link())
        )

    def _get_portal_relatives(self):
        """Return the tickets that the page of this one links to, for its customer.

        Only those of the same customer that customers may see at all.

        :return: pair of the ticket that this one follows up and the one where it goes on, both
            elevated and maybe empty.
        """
        self.ensure_one()
        ticket_sudo = self.sudo()

        def published(tickets_sudo):
            return tickets_sudo.filtered(
                lambda other: (
                    ticket_sudo.commercial_partner_id
                    and other.commercial_partner_id == ticket_sudo.commercial_partner_id
                    and other._is_portal_published()
                )
            )

        goes_on_sudo = ticket_sudo._get_latest_follow_up() - ticket_sudo
        return published(ticket_sudo.follow_up_of_id), published(goes_on_sudo)
