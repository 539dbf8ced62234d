from odoo import models


class ResPartner(models.Model):
    _inherit = 'res.partner'

    # Every mail that comes in looks its sender up three times; core scans the table each time.
    _helpdesk_email_idx = models.Index('(email_normalized) WHERE email_normalized IS NOT NULL')
    _helpdesk_phone_idx = models.Index('(phone_sanitized) WHERE phone_sanitized IS NOT NULL')
