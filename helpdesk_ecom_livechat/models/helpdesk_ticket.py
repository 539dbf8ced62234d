from odoo import SUPERUSER_ID, Command, fields, models
from odoo.tools import html2plaintext, is_html_empty

from odoo.addons.mail.tools.discuss import Store

from ..tools.chat import AGENT, BOT, VISITOR


class HelpdeskTicket(models.Model):
    """The chats of a ticket: what is said in them stands in its conversation."""

    _inherit = 'helpdesk.ticket'

    livechat_session_ids = fields.One2many(
        'discuss.channel',
        'helpdesk_ticket_id',
        string='Chats',
        groups='im_livechat.im_livechat_group_user',
    )

    # === ACTION METHODS === #

    def action_open_livechat(self):
        """Open the last chat of the ticket in a chat window.

        :raise AccessError: for who may not read chats.
        """
        self.ensure_one()
        chat = self.livechat_session_ids.sorted('id')[-1:]
        chat.check_access('read')
        Store(bus_channel=self.env.user).add(
            chat, extra_fields={'open_chat_window': True}
        ).bus_send()

    # === BUSINESS METHODS === #

    def _add_chat_messages(self, chat, messages):
        """Put messages of a chat into the conversation, as they were said.

        They are records of their own, with their authors and dates, so that the clocks of the
        ticket see who wrote when. Nobody is notified: both sides have read them. What the chatbot
        says is said by nobody, as all that is automatic.

        :param chat: the `discuss.channel`, elevated.
        :param messages: its `mail.message` records, elevated, in their order.
        """
        self.ensure_one()
        # not as the visitor: what changes with it is logged, too
        ticket_sudo = self.with_user(SUPERUSER_ID)
        speakers = chat._get_helpdesk_speakers(messages)
        if VISITOR in speakers.values():
            ticket_sudo._hear_visitor(chat, messages)
        self.env['mail.message'].with_user(SUPERUSER_ID).create(
            [
                ticket_sudo._prepare_chat_message_vals(message, speakers[message])
                for message in messages
            ]
        )
        by_agents = messages.filtered(lambda message: speakers[message] == AGENT)
        if by_agents:
            ticket_sudo._take_up(by_agents[-1].author_id)
        # The rest of the request runs with the visitor's rights, and can't compute our fields.
        ticket_sudo.env.flush_all()

    def _prepare_chat_message_vals(self, message, speaker):
        """Return the values of the ticket's copy of a message of a chat."""
        files = message.attachment_ids
        copies = files.copy({'res_model': self._name, 'res_id': self.id, 'access_token': False})
        return {
            'model': self._name,
            'res_id': self.id,
            'author_id': message.author_id.id,
            'author_guest_id': message.author_guest_id.id,
            'email_from': message.author_id.email_formatted,
            'body': message.body,
            'date': message.date,
            'message_type': 'auto_comment' if speaker == BOT else 'comment',
            'subtype_id': self.env['ir.model.data']._xmlid_to_res_id('mail.mt_comment'),
            'attachment_ids': [Command.link(copy.id) for copy in copies],
        }

    def _find_chat_message(self, message):
        """Return the ticket's copy of a message of its chat: of the same moment and words."""
        self.ensure_one()
        copies = self.env['mail.message'].search(
            [
                ('model', '=', self._name),
                ('res_id', '=', self.id),
                ('date', '=', message.date),
                ('author_id', '=', message.author_id.id),
                ('author_guest_id', '=', message.author_guest_id.id),
            ],
            order='id',
        )
        return copies.filtered(lambda copy: copy.body == message.body)[:1]

    def _change_chat_message(self, copy, body):
        """Let the ticket's copy of a message say what its author says now, if anything.

        :param copy: the `mail.message` on the ticket.
        :param Markup body: the words in the chat.
        """
        copy = copy.with_user(SUPERUSER_ID)
        if is_html_empty(body):
            copy._erase_channel_content()
        else:
            copy._set_channel_body(body)
        copy.env.flush_all()

    def _hear_visitor(self, chat, messages):
        """Let the ticket have what it lacks and the visitor says, and reopen it."""
        if self.fold:
            self.write(self._prepare_reopen_vals())
        if not self.partner_id and not self.partner_email:
            vals = chat._prepare_helpdesk_customer_vals(self.company_id)
            vals = {**vals, 'company_id': self.company_id.id, 'team_id': self.team_id.id}
            self._identify_customers([vals])
            del vals['company_id'], vals['team_id']
            if vals := {name: value for name, value in vals.items() if value}:
                self.write(vals)
        if not self.sale_order_id:
            self._match_orders([html2plaintext(message.body) for message in messages])

    def _get_merge_documents(self, survivor):
        """Override: the chats go on in the ticket that survives."""
        return [
            *super()._get_merge_documents(survivor),
            (
                'discuss.channel',
                [('helpdesk_ticket_id', 'in', self.ids)],
                {'helpdesk_ticket_id': survivor.id},
            ),
        ]

    def _hand_to_operator(self, user):
        """Assign a ticket that nobody has to an operator, if they are an agent of its team."""
        ticket_sudo = self.with_user(SUPERUSER_ID)
        if not ticket_sudo.user_id and user in ticket_sudo.domain_user_ids:
            # they are told in the chat
            ticket_sudo.with_context(mail_auto_subscribe_no_notify=True).user_id = user
        ticket_sudo.env.flush_all()
