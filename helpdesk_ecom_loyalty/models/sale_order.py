from odoo import fields, models


class SaleOrder(models.Model):
    """What the form of an order says about its cards.

    Who may read an order may know it; cards themselves stay hidden from agents, as the code of a
    gift card is as good as money.
    """

    _inherit = 'sale.order'

    gift_card_count = fields.Integer(compute_sudo=True)
    loyalty_data = fields.Json(compute_sudo=True)
