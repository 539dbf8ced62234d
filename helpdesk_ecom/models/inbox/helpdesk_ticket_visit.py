from odoo import fields, models


class HelpdeskTicketVisit(models.Model):
    """What an agent has seen of a ticket: one row for each ticket and agent.

    What the customer wrote after that is unread. Rows are written by the ticket only, in SQL, so
    that two windows of one agent don't meet.
    """

    _name = 'helpdesk.ticket.visit'
    _description = 'Helpdesk Ticket Visit'
    _log_access = False
    _rec_name = 'ticket_id'

    ticket_id = fields.Many2one('helpdesk.ticket', required=True, ondelete='cascade')
    user_id = fields.Many2one('res.users', required=True, ondelete='cascade', index=True)
    date = fields.Datetime(required=True)
    seen_message_id = fields.Integer(
        string='Last Message Seen',
        aggregator=None,
        help='The last message of the customer at that time. An id, not a date: what arrives while '
        'somebody opens the ticket is not lost.',
    )

    _ticket_user_uniq = models.UniqueIndex('(ticket_id, user_id)')
