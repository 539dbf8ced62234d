from collections import defaultdict

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
        system_written=True,
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
    phone_sanitized = fields.Char(
        compute='_compute_phone_sanitized', compute_sudo=True, store=True, precompute=True
    )
    email_normalized = fields.Char(
        string='Normalized Email',
        compute='_compute_email_normalized',
        store=True,
        precompute=True,
        index='btree_not_null',
        help='Technical: the address in lower case without a name, to compare by.',
    )
    # Not tracked as the name of a contact is: each change of a ticket would read the contact.
    partner_company_name = fields.Char(
        related='commercial_partner_id.name', string='Company Name', tracking=False
    )
    partner_ticket_ids = fields.Many2many(
        'helpdesk.ticket',
        string='Other Tickets',
        compute='_compute_partner_ticket_ids',
        help='The latest tickets of the same customer company.',
    )
    partner_ticket_count = fields.Integer(
        string='Tickets of the Customer',
        compute='_compute_partner_ticket_count',
    )
    partner_open_ticket_count = fields.Integer(
        string='Open Tickets of the Customer',
        compute='_compute_partner_ticket_count',
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
        ids_by_partner = {}
        if self.commercial_partner_id:
            ids_by_partner = dict(
                self._read_group(
                    [('commercial_partner_id', 'in', self.commercial_partner_id.ids)],
                    ['commercial_partner_id'],
                    ['id:array_agg'],
                )
            )
        for ticket in self:
            other_ids = {*ids_by_partner.get(ticket.commercial_partner_id, ())}
            other_ids.discard(ticket._origin.id)
            ticket.partner_ticket_ids = self.browse(
                sorted(other_ids, reverse=True)[:MAX_PARTNER_TICKETS]
            )
        # The record rules are about to be checked in memory: read what they ask for at once.
        self.partner_ticket_ids.sudo().fetch(['company_id', 'team_id', 'user_id'])

    @api.depends('commercial_partner_id')
    def _compute_partner_ticket_count(self):
        total_by_partner, open_by_partner = defaultdict(int), defaultdict(int)
        if self.commercial_partner_id:
            rows = self._read_group(
                [('commercial_partner_id', 'in', self.commercial_partner_id.ids)],
                ['commercial_partner_id', 'fold'],
                ['__count'],
            )
            for partner, fold, count in rows:
                total_by_partner[partner] += count
                open_by_partner[partner] += 0 if fold else count
        for ticket in self:
            ticket.partner_ticket_count = total_by_partner[ticket.commercial_partner_id]
            ticket.partner_open_ticket_count = open_by_partner[ticket.commercial_partner_id]

    # === MAIL.THREAD.PHONE === #

    @api.depends('partner_id')
    def _compute_phone_sanitized(self):
        """Override of `phone_validation`: the contact's own number needs no second formatting."""
        same = self.filtered(
            lambda ticket: ticket.partner_id and ticket.partner_phone == ticket.partner_id.phone
        )
        for ticket in same:
            ticket.phone_sanitized = ticket.partner_id.phone_sanitized
        super(HelpdeskTicket, self - same)._compute_phone_sanitized()

    def _phone_get_number_fields(self):
        return ['partner_phone']
