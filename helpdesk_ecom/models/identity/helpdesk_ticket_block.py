from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class HelpdeskTicket(models.Model):
    """Leaders block who only makes trouble, and unblock them again."""

    _inherit = 'helpdesk.ticket'

    is_sender_blocked = fields.Boolean(
        string='Sender Is Blocked',
        compute='_compute_is_sender_blocked',
        compute_sudo=True,
    )

    # === COMPUTE METHODS === #

    @api.depends('channel_identity_id.is_blocked', 'email_normalized', 'company_id')
    def _compute_is_sender_blocked(self):
        blocked = self.env['helpdesk.blocked.sender']._get_blocked()
        for ticket in self:
            ticket.is_sender_blocked = (
                ticket.channel_identity_id.is_blocked
                if ticket.channel_identity_id
                else ticket.company_id.id in blocked.get(ticket.email_normalized, ())
            )

    # === ACTION METHODS === #

    def action_block(self):
        """Block the senders: on the channel by which they write, or their address; and close.

        The customer hears nothing of it, and is not asked how they liked it.

        :raise AccessError: if the user is no leader.
        :raise UserError: if there is nothing to block, or a colleague is behind it.
        """
        self._ensure_may_block()
        Sender = self.env['helpdesk.blocked.sender']
        for ticket in self.filtered(lambda ticket: not ticket.is_sender_blocked):
            if ticket.channel_identity_id:
                ticket.channel_identity_id.is_blocked = True
            elif ticket.email_normalized:
                Sender.create(
                    {
                        'email': ticket.email_normalized,
                        'company_id': ticket.company_id.id,
                        'ticket_id': ticket.id,
                        'reason': ticket.name,
                    }
                )
                ticket.invalidate_recordset(['is_sender_blocked'])
            else:
                raise UserError(
                    self.env._(
                        'Ticket "%s" has neither a messenger nor an email address that could be '
                        'blocked.',
                        ticket.display_name,
                    )
                )
            ticket._log_block(
                self.env._(
                    '%s is blocked: what they write makes no ticket any more.',
                    ticket._get_sender_name(),
                )
            )
        quiet = self.with_context(mail_notrack=True, helpdesk_skip_rating=True)
        quiet.action_solve()
        self.sudo().acknowledgement_due_date = False
        return True

    def action_unblock(self):
        """Let what the senders write make tickets again. These tickets stay as they are.

        :raise AccessError: if the user is no leader.
        """
        self._ensure_may_block()
        for ticket in self.filtered('is_sender_blocked'):
            if ticket.channel_identity_id:
                ticket.channel_identity_id.is_blocked = False
            else:
                self.env['helpdesk.blocked.sender'].search(
                    [
                        ('email_normalized', '=', ticket.email_normalized),
                        ('company_id', '=', ticket.company_id.id),
                    ]
                ).unlink()
                ticket.invalidate_recordset(['is_sender_blocked'])
            ticket._log_unblocked()
        return True

    # === BUSINESS METHODS === #

    def _ensure_may_block(self):
        """Let leaders decide who is heard, on tickets that they may change.

        :raise AccessError: for everybody else.
        """
        self.check_access('write')
        if not self.env.user.has_group('helpdesk_ecom.group_helpdesk_manager'):
            raise AccessError(self.env._('Only team leaders block senders. Ask yours.'))

    def _get_sender_name(self):
        """Return who is blocked, in words."""
        self.ensure_one()
        identity_sudo = self.channel_identity_id.sudo()
        if identity_sudo:
            return f'{identity_sudo.display_name} ({identity_sudo.channel_id.name})'
        return self.email_normalized

    def _log_unblocked(self):
        """Note on the tickets that their senders are heard again."""
        for ticket in self:
            ticket._log_block(self.env._('%s is not blocked any more.', ticket._get_sender_name()))

    def _log_block(self, text):
        """Leave a note that tells nobody."""
        self.ensure_one()
        self._message_log(body=Markup('<p>%s</p>') % text)
