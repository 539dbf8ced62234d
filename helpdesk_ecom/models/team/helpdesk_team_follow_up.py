from odoo import fields, models


class HelpdeskTeam(models.Model):
    """Whether a late answer opens a closed ticket again, or a new one."""

    _inherit = 'helpdesk.team'

    use_follow_up = fields.Boolean(
        string='Follow-up Tickets',
        help='What a customer writes long after a ticket was closed opens a new ticket that is '
        'linked to the old one, instead of opening the old one again.',
    )
    follow_up_day = fields.Integer(
        string='Days to Reopen',
        default=14,
        help='Days after closing within which an answer of the customer opens the ticket again. '
        '0: never, each late answer opens a new ticket.',
    )

    _check_follow_up_day = models.Constraint(
        'CHECK(follow_up_day >= 0)',
        'The days within which a ticket is reopened cannot be negative.',
    )
