from odoo import api, fields, models
from odoo.exceptions import ValidationError

MAX_YEARS = 10


class HelpdeskHolidayImport(models.TransientModel):
    """Fill in the public holidays of countries for some years."""

    _name = 'helpdesk.holiday.import'
    _description = 'Fill in Public Holidays'

    country_ids = fields.Many2many(
        'res.country',
        string='Countries',
        required=True,
        default=lambda self: self.env.company.country_id,
    )
    year_from = fields.Integer(
        string='From Year', required=True, default=lambda self: fields.Date.today().year
    )
    year_to = fields.Integer(
        string='To Year', required=True, default=lambda self: fields.Date.today().year + 1
    )
    lang = fields.Selection(
        selection='_get_languages',
        string='Language of the Names',
        required=True,
        default=lambda self: self.env.lang or self._get_languages()[0][0],
        help='Where there is no translation, the names are in English.',
    )

    # === CONSTRAINT METHODS === #

    @api.constrains('year_from', 'year_to')
    def _check_years(self):
        for wizard in self:
            if not 1900 <= wizard.year_from <= wizard.year_to <= 2100:
                raise ValidationError(
                    self.env._(
                        'Choose years between 1900 and 2100, the first one not after the last.'
                    )
                )
            if wizard.year_to - wizard.year_from >= MAX_YEARS:
                raise ValidationError(
                    self.env._('Fill in %(count)s years at a time at most.', count=MAX_YEARS)
                )

    # === ACTION METHODS === #

    def action_fill(self):
        """Add the holidays that are missing, and say how many those were.

        :raise UserError: if the holidays of a country are not known; then nothing is added.
        """
        self.ensure_one()
        added = self.env['helpdesk.holiday']._fill(
            self.country_ids, range(self.year_from, self.year_to + 1), self.lang
        )
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'success' if added else 'info',
                'message': self.env._('Public holidays added: %(count)s', count=len(added))
                if added
                else self.env._('All of these public holidays were there already.'),
                'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
            },
        }

    # === BUSINESS METHODS === #

    @api.model
    def _get_languages(self):
        """Return the languages of the database."""
        return self.env['res.lang'].get_installed()
