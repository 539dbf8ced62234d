from odoo import fields, models

FORWARDING = 'create_ticket_and_forward'


class ChatbotScriptStep(models.Model):
    """Steps of a chatbot that make a ticket of the chat, by themselves or with an operator."""

    _inherit = 'chatbot.script.step'

    step_type = fields.Selection(
        selection_add=[
            ('create_ticket', 'Create Ticket'),
            (FORWARDING, 'Create Ticket & Forward'),
        ],
        ondelete={'create_ticket': 'cascade', FORWARDING: 'cascade'},
    )
    helpdesk_team_id = fields.Many2one(
        'helpdesk.team',
        index='btree_not_null',
        ondelete='set null',
        help='The team that gets the ticket; if empty, that of the live chat channel.',
    )

    # === COMPUTE METHODS === #

    def _compute_is_forward_operator(self):
        """Override of `im_livechat`: one of the steps forwards."""
        super()._compute_is_forward_operator()
        self.filtered(lambda step: step.step_type == FORWARDING).is_forward_operator = True

    # === BUSINESS METHODS === #

    def _process_step(self, discuss_channel):
        """Override of `im_livechat`: make the ticket, whatever the visitor may do."""
        self.ensure_one()
        if self.step_type == FORWARDING:
            return self._process_step_create_ticket_and_forward(discuss_channel)
        posted_message = super()._process_step(discuss_channel)
        if self.step_type == 'create_ticket':
            self._process_step_create_ticket(discuss_channel)
        return posted_message

    def _process_step_create_ticket(self, discuss_channel):
        """Return the ticket of the chat, elevated: for the customer that the answers tell.

        Logged-in visitors are their contacts; for guests the answers to the questions for address
        and phone count, and what else they said.
        """
        return discuss_channel._make_helpdesk_ticket(team=self.sudo().helpdesk_team_id)

    def _process_step_create_ticket_and_forward(self, discuss_channel):
        """Make the ticket and hand the chat over to an operator, if one is there.

        An operator who works for the team of the ticket has the ticket, too.

        :return: what the chatbot said, empty if no operator was there: the script goes on then.
        """
        ticket_sudo = self._process_step_create_ticket(discuss_channel)
        chat_sudo = discuss_channel.sudo()
        previous_sudo = chat_sudo.livechat_operator_id
        posted_message = discuss_channel._forward_human_operator(chatbot_script_step=self)
        operator_sudo = chat_sudo.livechat_operator_id
        if operator_sudo != previous_sudo:
            user_sudo = operator_sudo.user_ids.filtered(lambda user: not user.share)[:1]
            ticket_sudo._hand_to_operator(user_sudo)
            link = chat_sudo.with_user(user_sudo)._get_helpdesk_ticket_link(
                ticket_sudo.with_user(user_sudo).sudo()
            )
            user_sudo._bus_send_transient_message(
                chat_sudo,
                self.env._('The chatbot created ticket %(ticket)s.', ticket=link),
            )
        return posted_message
