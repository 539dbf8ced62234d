import logging
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.public_holidays import (
    LibraryMissing,
    UnknownCountry,
    match_subdivision,
    read_holidays,
)

_logger = logging.getLogger(__name__)


class HelpdeskHoliday(models.Model):
    """Public holidays need not be typed in: those of most countries are known.

    What was filled in once is known again by its date and by what its country calls it. So filling
    in twice adds nothing, and leaves alone what people renamed, archived or gave to other states.
    """

    _inherit = 'helpdesk.holiday'

    # === CRON METHODS === #

    @api.model
    def _cron_fill_next_year(self):
        """Add the holidays up to the end of next year, for countries that had some filled in."""
        next_year = fields.Date.today().year + 1
        due = [
            (country, lang, last.year + 1)
            for country, lang, last in self._read_group(
                [('source_name', '!=', False)],
                ['country_id', 'source_lang'],
                ['date:max'],
            )
        ]
        first_year_by_country, lang_by_country = {}, {}
        for country, lang, year in due:
            if year > first_year_by_country.get(country, 0):
                first_year_by_country[country], lang_by_country[country] = year, lang
        commit = self.env['ir.cron']._commit_progress
        commit(remaining=len(first_year_by_country))
        for country, first_year in first_year_by_country.items():
            years = range(max(first_year, next_year - 1), next_year + 1)
            try:
                self._fill(country, years, lang_by_country[country])
            except UserError as error:  # one country must not stop the rest
                _logger.warning(
                    'No public holidays for %s in %s: %s', country.code, list(years), error
                )
            if not commit(1):
                break

    # === BUSINESS METHODS === #

    @api.model
    def _fill(self, countries, years, lang):
        """Add the public holidays that are missing.

        :param res.country countries: the countries.
        :param years: the years, as integers.
        :param str lang: code of the language of the names; where there is no translation they are
            in English, or in a language of the country.
        :return: the holidays that were added.
        :raise UserError: if nobody knows the holidays of a country, or if the library is not
            installed; then nothing is added.
        """
        years = list(years)
        if not years:
            return self.browse()
        states = self.env['res.country.state'].search_fetch(
            [('country_id', 'in', countries.ids)], ['code', 'country_id', 'name']
        )
        known = self._get_known(countries, years)
        vals_list, unknown = [], []
        for country in countries:
            try:
                vals_list += self._prepare_fill_vals_list(
                    country,
                    states.filtered(lambda state, country=country: state.country_id == country),
                    years,
                    lang,
                    known[country],
                )
            except UnknownCountry:
                unknown.append(country.name)
            except LibraryMissing as error:
                raise UserError(
                    self.env._(
                        'Public holidays are not known here. Install the Python package holidays, '
                        'or import a file.'
                    )
                ) from error
        if unknown:
            raise UserError(
                self.env._(
                    'The public holidays of %(countries)s are not known. Enter them by hand, or '
                    'import them from a file.',
                    countries=', '.join(unknown),
                )
            )
        return self.create(vals_list)

    def _get_known(self, countries, years):
        """Return by country what is there: pairs of a date and of a name, or of an original one."""
        known = defaultdict(set)
        for holiday in self.with_context(active_test=False).search_fetch(
            [
                ('country_id', 'in', countries.ids),
                ('date', '>=', f'{min(years)}-01-01'),
                ('date', '<=', f'{max(years)}-12-31'),
            ],
            ['country_id', 'date', 'name', 'source_name'],
        ):
            known[holiday.country_id].add((holiday.date, holiday.name))
            known[holiday.country_id].add((holiday.date, holiday.source_name))
        return known

    def _prepare_fill_vals_list(self, country, states, years, lang, known):
        """Return the values of the holidays of a country that are missing.

        :param res.country country: one country.
        :param res.country.state states: all of its states.
        :param set known: pairs of a date and of a name that need not be added.
        """
        part_by_state = {
            state: match_subdivision(country.code, state.code, state.name) for state in states
        }
        parts = filter(None, part_by_state.values())
        vals_list = []
        for holiday in read_holidays(country.code, years, lang, parts):
            if {(holiday.date, holiday.name), (holiday.date, holiday.source_name)} & known:
                continue
            vals = {
                'name': holiday.name,
                'date': holiday.date,
                'country_id': country.id,
                'source_name': holiday.source_name,
                'source_lang': lang,
            }
            if holiday.subdivisions is not None:
                # States that are no parts of their own do as the country does.
                having = {*holiday.subdivisions, *([None] if holiday.is_national else [])}
                vals['state_ids'] = [state.id for state in states if part_by_state[state] in having]
                if not vals['state_ids']:
                    continue
            vals_list.append(vals)
        return vals_list
