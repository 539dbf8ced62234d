from odoo import api, fields, models


class HelpdeskTicketSplit(models.TransientModel):
    """Make a ticket of one message.

    What it shows of the message is read with the rights of the user, who names the message.
    """

    _name = 'helpdesk.ticket.split'
    _description = 'Split a Message into a New Ticket'

    message_id = fields.Many2one('mail.message', required=True, ondelete='cascade')
    ticket_id = fields.Many2one('helpdesk.ticket', compute='_compute_ticket_id')
    body = fields.Html(string='Message', compute='_compute_body')
    name = fields.Char(
        string='Subject',
        compute='_compute_name',
        compute_sudo=False,
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    team_id = fields.Many2one(
        'helpdesk.team',
        compute='_compute_team_id',
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
    )
    is_move = fields.Boolean(
        string='Move the Message',
        help='Otherwise the old ticket keeps it, and the new one gets a copy. What the customer '
        'answers to a message arrives where the message is.',
    )

    # === COMPUTE METHODS === #

    @api.depends('message_id')
    def _compute_ticket_id(self):
        for wizard in self:
            message = wizard.message_id
            wizard.ticket_id = message.model == 'helpdesk.ticket' and message.res_id

    @api.depends('message_id')
    def _compute_body(self):
        for wizard in self:
            wizard.message_id.check_access('read')  # it may be in the cache already
            wizard.body = wizard.message_id.body

    @api.depends('message_id')
    def _compute_name(self):
        for wizard in self:
            wizard.name = wizard.ticket_id._prepare_split_vals(wizard.message_id)['name']

    @api.depends('message_id')
    def _compute_team_id(self):
        for wizard in self:
            wizard.team_id = wizard.ticket_id.team_id

    # === ACTION METHODS === #

    def action_split(self):
        """Create the ticket and open it.

        :raise AccessError: if the user may not write the message's ticket.
        :raise UserError: if the message is not part of a ticket's conversation.
        """
        self.ensure_one()
        ticket = self.ticket_id._split_message(
            self.message_id,
            vals={'name': self.name, 'team_id': self.team_id.id},
            move=self.is_move,
        )
        return ticket._get_records_action()
