from odoo import api, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    @api.model_create_multi
    def create(self, vals_list):
        """Give every new company its own ticket numbers."""
        companies = super().create(vals_list)
        companies._create_helpdesk_sequence()
        return companies

    def write(self, vals):
        """Forget the opening hours: those of flexible calendars hang on the company's calendar."""
        result = super().write(vals)
        if 'resource_calendar_id' in vals:
            self.env.registry.clear_cache()
        return result

    def _create_helpdesk_sequence(self):
        """Create the ticket sequence of the companies that have none yet."""
        Sequence_sudo = self.env['ir.sequence'].sudo()
        known = Sequence_sudo.search(
            [
                ('code', '=', 'helpdesk.ticket'),
                ('company_id', 'in', self.ids),
            ]
        ).company_id
        Sequence_sudo.create(
            [company._prepare_helpdesk_sequence_vals() for company in self - known]
        )

    def _prepare_helpdesk_sequence_vals(self):
        """Return the values of the company's ticket sequence."""
        self.ensure_one()
        return {
            'name': self.env._('Helpdesk ticket (%(company)s)', company=self.name),
            'code': 'helpdesk.ticket',
            'prefix': 'TK',
            'padding': 5,
            'company_id': self.id,
        }
