from odoo import api, fields, models
from odoo.tools import email_normalize


# How many of a customer's other tickets a ticket lists. A marketplace account has thousands.
MAX_PARTNER_TICKETS = 80


class HelpdeskTicket(models.Model):
    """Who asks: the contact behind the ticket, and what is known while there is none."""

    _inherit = 'helpdesk.ticket'

    partner_id = fields.Many2one(
        'res.partner',
        string='Customer',
        index='btree_not_null',
        tracking=True,
        check_company=True,
    )
    commercial_partner_id = fields.Many2one(
        'res.partner',
        string='Customer Company',
        related='partner_id.commercial_partner_id',
        store=True,
        precompute=True,
        index='btree_not_null',
    )
    partner_name = fields.Char(
        string='Customer Name',
        compute='_compute_partner_name',
        store=True,
        precompute=True,
        readonly=False,
    )
    partner_email = fields.Char(
        string='Customer Email',
        compute='_compute_partner_email',
        store=True,
        precompute=True,
        readonly=False,
        index='trigram',
    )
    partner_phone = fields.Char(
        string='Customer Phone',
        compute='_compute_partner_phone',
        store=True,
        precompute=True,
        readonly=False,
    )
    email_normalized = fields.Char(
        string='Normalized Email',
        compute='_compute_email_normalized',
        store=True,
        precompute=True,
        index='btree_not_null',
        help='Technical: the address in lower case without a name, to compare by.',
    )
    partner_company_name = fields.Char(related='commercial_partner_id.name', string='Company Name')
    partner_ticket_ids = fields.Many2many(
        'helpdesk.ticket',
        string='Other Tickets',
        compute='_compute_partner_ticket_ids',
        help='The latest tickets of the same customer company.',
    )
    partner_ticket_count = fields.Integer(
        string='Tickets of the Customer', compute='_compute_partner_ticket_counts',
    )
    partner_open_ticket_count = fields.Integer(
        string='Open Tickets of the Customer', compute='_compute_partner_ticket_counts',
    )

    # === COMPUTE METHODS === #

    @api.depends('partner_id')
    def _compute_partner_name(self):
        for ticket in self.filtered('partner_id'):
            ticket.partner_name = ticket.partner_id.name

    @api.depends('partner_id')
    def _compute_partner_email(self):
        for ticket in self.filtered('partner_id.email'):
            ticket.partner_email = ticket.partner_id.email

    @api.depends('partner_id')
    def _compute_partner_phone(self):
        for ticket in self.filtered('partner_id.phone'):
            ticket.partner_phone = ticket.partner_id.phone

    @api.depends('partner_email')
    def _compute_email_normalized(self):
        for ticket in self:
            ticket.email_normalized = email_normalize(ticket.partner_email)

    @api.depends('commercial_partner_id')
    def _compute_partner_ticket_ids(self):
        tickets_by_partner = {}
        if self.commercial_partner_id:
            tickets_by_partner = dict(self._read_group(
                [('commercial_partner_id', 'in', self.commercial_partner_id.ids)],
                ['commercial_partner_id'],
                ['id:array_agg'],
            ))
        for ticket in self:
            ticket_ids = set(tickets_by_partner.get(ticket.commercial_partner_id, ()))
            ticket_ids.discard(ticket._origin.id)
            ticket.partner_ticket_ids = self.browse(
                sorted(ticket_ids, reverse=True)[:MAX_PARTNER_TICKETS]
            )
        # The record rules are about to be checked in memory: read what they ask for at once.
        self.partner_ticket_ids.sudo().fetch(['company_id', 'team_id', 'user_id'])

    @api.depends('commercial_partner_id')
    def _compute_partner_ticket_counts(self):
        counts = {}
        if self.commercial_partner_id:
            rows = self._read_group(
                [('commercial_partner_id', 'in', self.commercial_partner_id.ids)],
                ['commercial_partner_id', 'fold'],
                ['__count'],
            )
            for partner, fold, count in rows:
                counts[partner, bool(fold)] = count
        for ticket in self:
            partner = ticket.commercial_partner_id
            open_count = counts.get((partner, False), 0)
            ticket.partner_open_ticket_count = open_count
            ticket.partner_ticket_count = open_count + counts.get((partner, True), 0)

    # === MAIL.THREAD.PHONE === #

    def _phone_get_number_fields(self):
        return ['partner_phone']
