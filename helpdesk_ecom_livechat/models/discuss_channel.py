from odoo import fields, models

# What is said in a chat, unlike what happens in it.
SPOKEN_TYPES = ('comment', 'email')


class DiscussChannel(models.Model):
    """A chat and its ticket: one for each chat, whoever asks for it first.

    Whatever is said in the chat afterwards goes onto the same ticket. Core notes on the chat when
    something was said last, and its ticket is noted there, too: whoever makes the ticket while
    somebody writes changes the same row. The second one starts over, and sees what the first did.
    """

    _inherit = 'discuss.channel'

    helpdesk_ticket_id = fields.Many2one(
        'helpdesk.ticket',
        string='Ticket',
        readonly=True,
        copy=False,
        index='btree_not_null',
        ondelete='set null',
        groups='base.group_user',
    )
    helpdesk_ticket_due = fields.Boolean(
        readonly=True,
        copy=False,
        groups='base.group_user',
        help='Technical: the chat ended, and is to be looked at by the job that makes tickets.',
    )

    _helpdesk_ticket_due_idx = models.Index('(id) WHERE helpdesk_ticket_due IS TRUE')

    # === CRUD METHODS === #

    def write(self, vals):
        """Have the chats that end become tickets, where their channels say so."""
        ending = self.browse()
        if vals.get('livechat_end_dt'):
            ending = self.filtered(
                lambda chat: chat.channel_type == 'livechat' and not chat.livechat_end_dt
            )
        result = super().write(vals)
        if ending:
            ending.sudo()._schedule_helpdesk_ticket()
        return result

    # === MAIL.THREAD === #

    def _message_post_after_hook(self, message, msg_vals):
        """Override of `mail`: what is said in a chat that has a ticket goes onto the ticket."""
        result = super()._message_post_after_hook(message, msg_vals)
        if self.channel_type == 'livechat' and message.message_type in SPOKEN_TYPES:
            chat_sudo = self.sudo()
            if chat_sudo.helpdesk_ticket_id:
                chat_sudo.helpdesk_ticket_id._add_chat_messages(chat_sudo, message.sudo())
        return result

    def _message_update_content(self, message, /, *, body, **kwargs):
        """Override of `mail`: what is changed in a chat, or taken back, changes on its ticket."""
        ticket_sudo = self.sudo().helpdesk_ticket_id
        copy_sudo = ticket_sudo and ticket_sudo._find_chat_message(message.sudo())
        result = super()._message_update_content(message, body=body, **kwargs)
        if copy_sudo and body is not None:
            ticket_sudo._change_chat_message(copy_sudo, message.sudo().body)
        return result
