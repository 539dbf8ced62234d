from odoo import api, fields, models
from odoo.tools import ormcache

# More states than these are counted in lists, not named.
MAX_NAMED_STATES = 4


class HelpdeskHoliday(models.Model):
    """A day on which the customers of a country, or of some of its states, don't work.

    Clocks in the customer's hours stand still on it.
    """

    _name = 'helpdesk.holiday'
    _description = 'Public Holiday'
    _inherit = ['helpdesk.cached.mixin']
    _order = 'date, country_id, id'
    _cached_fields = frozenset({'active', 'country_id', 'date', 'state_ids'})

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    date = fields.Date(required=True)
    country_id = fields.Many2one('res.country', required=True, ondelete='cascade')
    state_ids = fields.Many2many(
        'res.country.state',
        string='States',
        domain="[('country_id', '=', country_id)]",
        help='Empty: the whole country.',
    )
    place = fields.Char(string='Where', compute='_compute_place')
    source_lang = fields.Char(
        copy=False,
        readonly=True,
        help='Technical: the language in which the holiday was filled in, for the years to come.',
    )
    source_name = fields.Char(
        copy=False,
        readonly=True,
        help='Technical: what the source of a holiday that was filled in calls it. By that it is '
        'known again, also after somebody renamed it.',
    )

    _country_date_name_uniq = models.UniqueIndex(
        '(country_id, date, name)',
        'There is a holiday of that name on that day in that country already; it may be archived.',
    )

    # === COMPUTE METHODS === #

    @api.depends('state_ids')
    def _compute_place(self):
        for holiday in self:
            states = holiday.state_ids
            if not states:
                holiday.place = self.env._('The whole country')
            elif len(states) > MAX_NAMED_STATES:
                holiday.place = self.env._('%(count)s states', count=len(states))
            else:
                holiday.place = ', '.join(states.mapped('name'))

    # === BUSINESS METHODS === #

    @api.model
    @ormcache('country_id', 'state_id')
    def _get_dates(self, country_id, state_id):
        """Return the public holidays of a place.

        :param int country_id: may be empty: no holidays.
        :param int state_id: empty: only what the whole country celebrates.
        :rtype: frozenset
        """
        if not country_id:
            return frozenset()
        holidays_sudo = self.sudo().search_fetch(
            [
                ('active', '=', True),  # whatever the context of the first one who asks says
                ('country_id', '=', country_id),
                ('state_ids', 'in', [state_id, False] if state_id else [False]),
            ],
            ['date'],
        )
        return frozenset(holidays_sudo.mapped('date'))
