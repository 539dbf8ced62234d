from odoo import api, fields, models
from odoo.tools.mail import (
    email_normalize,
    email_split_and_format_normalize,
    email_split_tuples,
)


class HelpdeskTicket(models.Model):
    """What a mail does to a ticket: opens it, reopens it, or waits for somebody to vouch for it."""

    _inherit = 'helpdesk.ticket'

    unverified_email = fields.Char(
        string='Unknown Senders',
        readonly=True,
        copy=False,
        help='Addresses of people who take no part in this ticket but answered to one of its '
        'mails. What they wrote is kept as a note and was not passed on.',
    )
    has_unverified_message = fields.Boolean(
        string='Has Mail of Unknown Senders',
        compute='_compute_has_unverified_message',
        store=True,
        precompute=True,
    )
    bounced_email = fields.Char(
        string='Undeliverable Address',
        readonly=True,
        copy=False,
        help='Mail to this address came back. It clears itself when the customer writes again.',
        system_written=True,
    )

    # === COMPUTE METHODS === #

    @api.depends('unverified_email')
    def _compute_has_unverified_message(self):
        for ticket in self:
            ticket.has_unverified_message = bool(ticket.unverified_email)

    # === ACTION METHODS === #

    def action_trust_senders(self):
        """Let the unknown senders take part: they are in copy from now on.

        What they wrote so far stays a note.
        """
        for ticket in self.filtered('unverified_email'):
            known = email_split_and_format_normalize(ticket.email_cc or '')
            new = email_split_and_format_normalize(ticket.unverified_email)
            ticket.write(
                {
                    'email_cc': ', '.join(dict.fromkeys(known + new)),
                    'unverified_email': False,
                }
            )

    def action_dismiss_senders(self):
        """Leave the unknown senders out; their notes stay."""
        self.unverified_email = False

    # === MAIL GATEWAY === #

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Override of `mail`: open a ticket with its customer and order."""
        # The gateway's user is nobody's agent.
        self = self.with_context(default_user_id=False)
        values = self._prepare_ticket_vals(msg_dict, custom_values)
        copied = dict(
            msg_dict,
            email_from=values['partner_email'],
            cc=self._get_other_recipients(msg_dict),
        )
        incoming = self.env.context.get('helpdesk_incoming_mail')
        if incoming:
            incoming.opens_ticket = True
        ticket = super().message_new(copied, values)
        if incoming:
            incoming.opens_ticket = False
        # False, not None: core takes the gateway's user for the author of what has none
        msg_dict['author_id'] = msg_dict.get('author_id') or ticket.partner_id.id
        ticket._schedule_acknowledgement()
        return ticket.with_context(helpdesk_first_message=True)

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        """Override of `base`: describe one field where core asks for all, once for each new mail.

        All that it wants to know is whether there is a name.
        """
        incoming = self.env.context.get('helpdesk_incoming_mail')
        if incoming and incoming.opens_ticket and not allfields and attributes is None:
            incoming.opens_ticket = False
            allfields, attributes = [self._rec_name], ['type']
        return super().fields_get(allfields, attributes)

    def message_update(self, msg_dict, update_vals=None):
        """Override of `mail`: reopen for a customer, flag a stranger, keep those in copy."""
        author = self.env['res.partner'].browse(msg_dict.get('author_id') or ())
        msg_dict['author_id'] = author.id  # False, not None: see `message_new`
        update_vals = dict(update_vals or {})
        if not self._is_participant(msg_dict.get('email_from'), author):
            update_vals.update(self._prepare_unverified_vals(msg_dict))
            msg_dict.update(self._prepare_unverified_message(msg_dict))
            msg_dict = dict(msg_dict, cc='')  # they don't bring their friends
        else:
            if self._answers_unverified_note(msg_dict):
                msg_dict['is_internal'] = False
            msg_dict = dict(msg_dict, cc=self._get_other_recipients(msg_dict))
            if self.bounced_email and self.bounced_email == email_normalize(msg_dict['email_from']):
                update_vals['bounced_email'] = False
        if self.fold and (not author or author.partner_share):
            update_vals.update(self._prepare_reopen_vals())
        return super().message_update(msg_dict, update_vals)

    def _message_compute_parent_id(self, parent_id):
        """Override of `mail`: don't look for an earlier message in a ticket that was just made."""
        if self.env.context.get('helpdesk_first_message') and not parent_id:
            return False
        return super()._message_compute_parent_id(parent_id)

    def _message_receive_bounce(self, email, partner):
        """Override of `mail`: show on the ticket that the customer doesn't get our mail."""
        super()._message_receive_bounce(email, partner)
        self.sudo().bounced_email = email

    # === BUSINESS METHODS === #

    @api.model
    def _prepare_ticket_vals(self, msg_dict, custom_values):
        """Return the values of a ticket that a mail opens.

        Customer and order are looked up before it is made: written to it afterwards, they would be
        logged as changes.
        """
        name, address = self._split_sender(msg_dict.get('email_from'))
        values = {
            'name': msg_dict.get('subject') or self.env._('No Subject'),
            'partner_name': name,
            'partner_email': address,
            **(custom_values or {}),
        }
        self._complete_team([values])
        self._identify_customers([values])
        self._assign_order_of_message(values, msg_dict.get('body'))
        return values

    @api.model
    def _split_sender(self, email_from):
        """Return ``(name, address)`` of a sender; the address as it is if it is none."""
        name, address = next(iter(email_split_tuples(email_from or '')), ('', ''))
        return name, email_normalize(address) or email_from or False

    @api.model
    def _get_other_recipients(self, msg_dict):
        """Return who else got the mail, comma separated: neither its sender nor our own addresses.

        Without an alias among the recipients nobody can tell which of them is our mailbox, so
        that only those in copy count.
        """
        fetching = bool(self.env.context.get('default_fetchmail_server_id'))
        sender = email_normalize(msg_dict.get('email_from'))
        everybody = [msg_dict.get('cc_filtered') or '']
        if not fetching or msg_dict.get('to_filtered') != msg_dict.get('to'):
            everybody.append(msg_dict.get('to_filtered') or '')
        return ','.join(
            address
            for address in email_split_and_format_normalize(','.join(everybody))
            if email_normalize(address) != sender
        )

    def _prepare_unverified_vals(self, msg_dict):
        """Return what to write on a ticket to which a stranger answered."""
        known = email_split_and_format_normalize(self.unverified_email or '')
        new = email_split_and_format_normalize(msg_dict.get('email_from') or '')
        return {
            'unverified_email': ', '.join(dict.fromkeys(known + new))
            or self.env._('unknown sender'),
        }

    def _prepare_unverified_message(self, msg_dict):
        """Return what makes a stranger's answer a note that leaves the house to nobody."""
        parent_sudo = self.env['mail.message'].sudo().browse(msg_dict.get('parent_id') or ())
        internal = parent_sudo.author_id and not parent_sudo.author_id.partner_share
        return {
            'is_internal': True,
            # Core tells the author of the message that was answered: fine for a colleague.
            'parent_id': parent_sudo.id if internal else False,
        }

    def _answers_unverified_note(self, msg_dict):
        """Tell whether a mail answers one that became a note only because of its unknown sender."""
        if not msg_dict.get('is_internal'):
            return False
        parent_sudo = self.env['mail.message'].sudo().browse(msg_dict['parent_id'])
        return parent_sudo.message_type == 'email' and (
            not parent_sudo.author_id or parent_sudo.author_id.partner_share
        )

    def _prepare_reopen_vals(self):
        """Return what to write to reopen a closed ticket."""
        stage = self.team_id._get_opening_stage() or self.stage_id
        return {'stage_id': stage.id, 'closed_by_partner': False}
