from odoo import api, fields, models

from ...tools.phone_country import country_code_of


class HelpdeskTicket(models.Model):
    """What is known of the request besides its words: language, country, intent, mood.

    Rules and policies ask for it. It is filled from the customer, by a person, or by whatever
    understands the message.
    """

    _inherit = 'helpdesk.ticket'

    lang_id = fields.Many2one(
        'res.lang',
        string='Language',
        compute='_compute_lang_id',
        store=True,
        precompute=True,
        readonly=False,
        context={'active_test': False},
    )
    country_id = fields.Many2one(
        'res.country',
        compute='_compute_country_id',
        store=True,
        precompute=True,
        readonly=False,
    )
    intent = fields.Selection(
        [
            ('order_status', 'Where is my order'),
            ('order_change', 'Change of an order'),
            ('order_cancel', 'Cancellation'),
            ('address_change', 'Change of address'),
            ('return', 'Return'),
            ('refund', 'Refund'),
            ('exchange', 'Exchange'),
            ('damaged', 'Damaged or defective'),
            ('wrong_item', 'Wrong or missing item'),
            ('product_question', 'Question about a product'),
            ('invoice', 'Invoice or payment'),
            ('feedback', 'Feedback'),
            ('other', 'Something else'),
        ],
        help='What the customer wants.',
    )
    mood = fields.Selection(
        [
            ('angry', 'Angry'),
            ('unhappy', 'Unhappy'),
            ('neutral', 'Neutral'),
            ('happy', 'Happy'),
        ],
        help='How the customer sounds.',
    )

    product_categ_id = fields.Many2one(
        related='product_id.categ_id',
        string='Product Category',
    )

    # === COMPUTE METHODS === #

    @api.depends('partner_id')
    def _compute_lang_id(self):
        """Take the customer's language when the customer changes, and leave it to people then."""
        for ticket in self:
            if code := ticket.partner_id.lang:
                ticket.lang_id = self.env['res.lang']._get_helpdesk_lang_id(code)

    @api.depends('partner_id')
    def _compute_country_id(self):
        """Take the customer's country, else that of their number, when the customer changes."""
        for ticket in self:
            partner = ticket.partner_id
            if country := partner.country_id or partner.commercial_partner_id.country_id:
                ticket.country_id = country
            elif code := country_code_of(ticket.partner_phone or partner.phone):
                ticket.country_id = self.env['res.country']._get_helpdesk_country_id(code)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Fill in what a form sent empty because the customer was not found yet."""
        for vals in vals_list:
            for name in ('lang_id', 'country_id'):
                if name in vals and not vals[name]:
                    del vals[name]
        return super().create(vals_list)
