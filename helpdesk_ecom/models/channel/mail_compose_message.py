from odoo import api, fields, models


class MailComposeMessage(models.TransientModel):
    """The dialog in which agents write says by which way the answer goes, as the ticket does."""

    _inherit = 'mail.compose.message'

    helpdesk_reply_by = fields.Selection(
        [('channel', 'Channel'), ('email', 'Email')],
        string='Answer by',
        compute='_compute_helpdesk_reply_by',
        readonly=False,
        store=True,
        help='Empty where there is no choice.',
    )
    helpdesk_channel_note = fields.Char(compute='_compute_helpdesk_channel_note')
    helpdesk_channel_blocked = fields.Boolean(compute='_compute_helpdesk_channel_note')

    # === COMPUTE METHODS === #

    @api.depends('model', 'res_ids', 'subtype_is_log', 'composition_mode')
    def _compute_helpdesk_reply_by(self):
        for composer in self:
            way = self.env.context.get('helpdesk_reply_by')
            composer.helpdesk_reply_by = composer._get_helpdesk_channel_ticket() and (
                'email' if way == 'email' else 'channel'
            )

    @api.depends('helpdesk_reply_by')
    def _compute_helpdesk_channel_note(self):
        for composer in self:
            note, blocked = False, False
            if composer.helpdesk_reply_by:
                ticket = composer._get_helpdesk_channel_ticket()
                note, blocked = ticket._describe_reply_way(composer.helpdesk_reply_by)
            composer.helpdesk_channel_note = note
            composer.helpdesk_channel_blocked = blocked

    # === BUSINESS METHODS === #

    def _get_helpdesk_channel_ticket(self):
        """Return the ticket to whose customer the dialog writes by a channel; empty if none."""
        ticket = self._get_helpdesk_ticket()
        return ticket if ticket.channel_identity_id else ticket.browse()

    def _action_send_mail_comment(self, res_ids):
        """Override of `mail`: send the answer by the way that the dialog says."""
        if self.helpdesk_reply_by and not self.env.context.get('helpdesk_template'):
            self = self.with_context(helpdesk_reply_by=self.helpdesk_reply_by)
        return super()._action_send_mail_comment(res_ids)

    def _prepare_schedule_message_post_values(self, post_values):
        """Override of `mail`: what is sent later goes by the same way."""
        if self.helpdesk_reply_by:
            self = self.with_context(helpdesk_reply_by=self.helpdesk_reply_by)
        return super()._prepare_schedule_message_post_values(post_values)
