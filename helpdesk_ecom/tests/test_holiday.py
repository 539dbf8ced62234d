from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import BaseCase, Form, freeze_time, tagged
from odoo.tools import mute_logger

from ..tools.public_holidays import UnknownCountry, match_subdivision, read_holidays
from .common import HelpdeskCommon


@tagged('post_install', '-at_install')
class TestPublicHolidays(BaseCase):
    """What is made of the library."""

    def _read(self, *args, **kwargs):
        return {holiday.source_name: holiday for holiday in read_holidays(*args, **kwargs)}

    def test_match(self):
        for country, code, name, expected in (
            ('US', 'NY', 'New York', 'NY'),
            ('DE', 'DE-BY', 'Bayern', 'BY'),
            ('CH', 'BE-FR', 'Berne', 'BE'),
            ('PL', 'KP', 'kujawsko-pomorskie', '04'),
            ('GB', 'A1', 'Aberdeenshire', None),
        ):
            with self.subTest(country=country, code=code):
                self.assertEqual(match_subdivision(country, code, name), expected)

    def test_parts(self):
        german = self._read('DE', [2026], 'de_DE', ['BY', 'BE'])
        self.assertEqual(
            german['Karfreitag'], (date(2026, 4, 3), 'Karfreitag', 'Karfreitag', None, True)
        )
        self.assertEqual(german['Frauentag'].subdivisions, {'BE'})
        self.assertFalse(german['Frauentag'].is_national)
        self.assertEqual(german['Fronleichnam'].subdivisions, {'BY'})
        american = self._read('US', [2026], 'en_US', ['NY', 'CA'])
        self.assertIsNone(american['Thanksgiving Day'].subdivisions)
        columbus = american['Columbus Day']  # of the country, but not in California
        self.assertEqual((columbus.subdivisions, columbus.is_national), ({'NY'}, True))

    def test_without_parts(self):
        holidays = read_holidays('DE', [2026, 2027], 'de_DE')
        self.assertEqual({holiday.subdivisions for holiday in holidays}, {None})
        self.assertEqual([holiday.date.year for holiday in holidays].count(2027), 9)

    def test_language(self):
        for language, name in (
            ('de_DE', 'Neujahr'),
            ('en_US', "New Year's Day"),
            ('es_MX', "New Year's Day"),
        ):
            first = read_holidays('DE', [2026], language)[0]
            self.assertEqual((first.name, first.source_name), (name, 'Neujahr'))

    def test_unknown_country(self):
        with self.assertRaises(UnknownCountry):
            read_holidays('XX', [2026], 'en_US')
        with self.assertRaises(UnknownCountry):
            match_subdivision('XX', 'A', 'B')


@tagged('post_install', '-at_install')
class TestHoliday(HelpdeskCommon):
    """Public holidays that are filled in, and what people make of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['helpdesk.holiday'].with_context(active_test=False).search([]).unlink()
        cls.Holiday = cls.env['helpdesk.holiday'].with_user(cls.leader)
        cls.us, cls.germany = cls.env.ref('base.us'), cls.env.ref('base.de')
        cls.states = cls.env['res.country.state'].search([('country_id', '=', cls.us.id)])

    def _fill(self, countries, year_from=2026, year_to=2026, lang='en_US'):
        """Fill in holidays as a leader does, and return what the dialog says."""
        wizard = self.env['helpdesk.holiday.import'].with_user(self.leader)
        with Form(wizard) as form:
            form.country_ids.clear()
            for country in countries:
                form.country_ids.add(country)
            form.year_from, form.year_to, form.lang = year_from, year_to, lang
        return form.record.action_fill()['params']['message']

    def _get(self, name, **context):
        return self.Holiday.with_context(**context).search([('name', '=', name)])

    def test_fill(self):
        message = self._fill(self.us | self.germany)
        holidays = self.Holiday.search([])
        self.assertIn(str(len(holidays)), message)
        self.assertEqual(holidays.country_id, self.us | self.germany)
        thanksgiving = self._get('Thanksgiving Day')
        self.assertEqual((thanksgiving.date, len(thanksgiving.state_ids)), (date(2026, 11, 26), 0))
        self.assertEqual(
            self._get('Corpus Christi').state_ids.mapped('code'),
            ['DE-BW', 'DE-BY', 'DE-HE', 'DE-NW', 'DE-RP', 'DE-SL'],
        )
        self.assertEqual(thanksgiving.place, 'The whole country')
        self.assertEqual(self._get('Corpus Christi').place, '6 states')
        self.assertEqual(self._get('Assumption Day').place, 'Saarland')
        columbus = self._get('Columbus Day').state_ids
        self.assertIn(self.env.ref('base.state_us_27'), columbus)
        self.assertNotIn(self.env.ref('base.state_us_5'), columbus, 'California works')

    def test_clock_stands_still(self):
        self._fill(self.us)
        calendar = self.company.resource_calendar_id

        def get_holidays(state):
            return calendar._get_customer_opening_hours(
                'America/New_York', self.us.id, self.env.ref(state).id
            ).holidays

        new_york, california = get_holidays('base.state_us_27'), get_holidays('base.state_us_5')
        self.assertIn(date(2026, 11, 26), new_york & california)
        self.assertIn(date(2026, 10, 12), new_york - california)

    def test_twice(self):
        """Nothing doubles, in no other language either, and what people did stays."""
        self._fill(self.us | self.germany)
        count = self.Holiday.search_count([])
        self._get('Columbus Day').active = False
        self._get('Juneteenth National Independence Day').name = 'Juneteenth'
        self._get('Thanksgiving Day').state_ids = self.states[:1]
        self._get('Labor Day').filtered(lambda day: day.country_id == self.us).unlink()
        self.assertEqual(self._fill(self.us, lang='en_US'), 'Public holidays added: 1')
        self.env['res.lang']._activate_lang('de_DE')
        self.assertEqual(
            self._fill(self.us | self.germany, lang='de_DE'),
            'All of these public holidays were there already.',
        )
        self.assertEqual(self.Holiday.search_count([]), count - 1)
        self.assertFalse(self._get('Columbus Day'))
        self.assertEqual(len(self._get('Columbus Day', active_test=False)), 1)
        self.assertFalse(self._get('Juneteenth National Independence Day'))
        self.assertEqual(self._get('Thanksgiving Day').state_ids, self.states[:1])

    def test_by_hand_before(self):
        """A holiday that somebody entered before is the same as the one that is known."""
        mine = self.Holiday.create(
            {'name': 'Thanksgiving Day', 'date': '2026-11-26', 'country_id': self.us.id}
        )
        self._fill(self.us)
        self.assertEqual(self._get('Thanksgiving Day'), mine)

    def test_language(self):
        self.env['res.lang']._activate_lang('de_DE')
        self._fill(self.germany, lang='de_DE')
        self.assertTrue(self._get('Karfreitag'))
        self.assertFalse(self._get('Good Friday'))

    def test_unknown_country(self):
        nowhere = self.env['res.country'].create({'name': 'Nowhere', 'code': 'QQ'})
        with self.assertRaisesRegex(UserError, 'Nowhere'):
            self._fill(self.us | nowhere)
        self.assertFalse(self.Holiday.search([]))

    def test_years(self):
        for year_from, year_to in ((2027, 2026), (2026, 2036), (1500, 1501), (0, 0)):
            with self.subTest(year_from), self.assertRaises(ValidationError):
                self._fill(self.us, year_from, year_to)

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref('helpdesk_ecom.ir_cron_fill_holidays').method_direct_trigger()

    def _get_years(self, country, **context):
        holidays = self.Holiday.with_context(**context).search([('country_id', '=', country.id)])
        return sorted({day.year for day in holidays.mapped('date')})

    def test_next_year(self):
        """What was filled in goes on by itself, in its language; what was not wanted does not."""
        self.env['res.lang']._activate_lang('de_DE')
        france = self.env.ref('base.fr')
        self._fill(self.us, 2026, 2027)
        self._fill(self.germany, lang='de_DE')
        self._fill(france)
        self.Holiday.search([('country_id', '=', france.id)]).active = False
        self.Holiday.create(
            {'name': 'By hand', 'date': '2026-05-05', 'country_id': self.env.ref('base.be').id}
        )
        with freeze_time('2026-06-01'):
            self._run_cron()
        self.assertEqual(self._get_years(self.us), [2026, 2027])
        self.assertEqual(self._get_years(self.germany), [2026, 2027])
        self.assertEqual(len(self._get('Karfreitag')), 2)
        self.assertEqual(self._get_years(france, active_test=False), [2026])
        self.assertEqual(self._get_years(self.env.ref('base.be')), [2026])
        count = self.Holiday.search_count([])
        with freeze_time('2026-07-01'):
            self._run_cron()
        self.assertEqual(self.Holiday.search_count([]), count)
        with freeze_time('2029-01-15'):  # nobody was there for a while
            self._run_cron()
        self.assertEqual(self._get_years(self.us), [2026, 2027, 2029, 2030])

    @mute_logger('odoo.addons.helpdesk_ecom.models.sla.helpdesk_holiday_fill')
    def test_next_year_without_one(self):
        """A country that is no longer known does not hold up the others."""
        self._fill(self.us | self.germany)
        self.us.code = 'QQ'
        with freeze_time('2026-06-01'):
            self._run_cron()
        self.assertEqual(self._get_years(self.us), [2026])
        self.assertEqual(self._get_years(self.germany), [2026, 2027])

    @mute_logger('odoo.sql_db')
    def test_unique(self):
        vals = {'name': 'Carnival', 'date': '2026-02-16', 'country_id': self.germany.id}
        self.Holiday.create([vals, {**vals, 'country_id': self.us.id}])
        with self.assertRaises(IntegrityError):
            self.Holiday.create(vals)

    def test_import_of_a_file(self):
        result = self.Holiday.load(
            ['name', 'date', 'country_id', 'state_ids/id'],
            [
                ['Foundation Day', '2026-06-29', 'United States', ''],
                ['Mardi Gras', '2026-02-17', 'United States', 'base.state_us_19,base.state_us_1'],
            ],
        )
        self.assertFalse(result['messages'])
        self.assertEqual(len(self._get('Mardi Gras').state_ids), 2)

    def test_rights(self):
        holiday = self.Holiday.create(
            {'name': 'Carnival', 'date': '2026-02-16', 'country_id': self.germany.id}
        )
        self.assertEqual(holiday.with_user(self.agent).name, 'Carnival')
        with self.assertRaises(AccessError):
            holiday.with_user(self.agent).name = 'Ash Wednesday'
        with self.assertRaises(AccessError):
            self.env['helpdesk.holiday.import'].with_user(self.agent).create({})
        with self.assertRaises(AccessError):
            holiday.with_user(self.outsider).read(['name'])
