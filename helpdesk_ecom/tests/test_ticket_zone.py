from datetime import datetime

from odoo.tests import Form, tagged

from .common import HelpdeskCommon
from .sla_common import SlaCommon


@tagged('post_install', '-at_install')
class TestTicketZone(HelpdeskCommon):
    """The zone of the customer on the ticket."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.resource_calendar_id = cls.team.resource_calendar_id.copy({'tz': 'Asia/Shanghai'})
        cls.agent.tz = 'Asia/Shanghai'

    def _create_contact(self, **vals):
        """Return a contact that an agent in Shenzhen entered in a form."""
        return (
            self.env['res.partner']
            .with_user(self.agent)
            .with_context(tz=self.agent.tz)
            .create({'name': 'Liam', **vals})
        )

    def test_address(self):
        self.assertEqual(self._create_ticket().customer_tz, 'America/New_York')

    def test_entered_by_an_agent(self):
        contact = self._create_contact(
            country_id=self.env.ref('base.us').id, state_id=self.env.ref('base.state_us_5').id
        )
        self.assertEqual(contact.tz, 'Asia/Shanghai', 'else this test tests nothing')
        ticket = self._create_ticket(partner_id=contact.id)
        self.assertEqual(ticket.customer_tz, 'America/Los_Angeles')
        contact.tz = 'America/Denver'
        self.assertEqual(ticket.customer_tz, 'America/Denver')

    def test_phone(self):
        ticket = self._create_ticket(partner_id=False, partner_phone='+81 3-1234-5678')
        self.assertEqual(ticket.customer_tz, 'Asia/Tokyo')
        contact = self._create_contact(phone='+44 20 7946 0958')
        self.assertEqual(self._create_ticket(partner_id=contact.id).customer_tz, 'Europe/London')

    def test_nobody_knows(self):
        """A ticket of an unknown customer runs by the hours of the team."""
        ticket = self._create_ticket(partner_id=False, partner_email='who@customer.example')
        self.assertEqual(ticket.customer_tz, 'Asia/Shanghai')
        self.team.resource_calendar_id = False
        self.company.resource_calendar_id.tz = 'Europe/Berlin'
        ticket = self._create_ticket(partner_id=False, partner_email='who@customer.example')
        self.assertEqual(ticket.customer_tz, 'Europe/Berlin')

    def test_country_of_the_ticket(self):
        ticket = self._create_ticket(partner_id=False, partner_email='who@customer.example')
        ticket.country_id = self.env.ref('base.jp')
        self.assertEqual(ticket.customer_tz, 'Asia/Tokyo')

    def test_country_that_somebody_chose(self):
        """The country of a ticket follows the customer's, unless an agent chose another one."""
        japan, france = self.env.ref('base.jp'), self.env.ref('base.fr')
        follows, chosen = self._create_ticket(), self._create_ticket()
        self.assertEqual(follows.country_id, self.customer.country_id)
        chosen.country_id = france
        self.customer.write({'country_id': japan.id, 'state_id': False})
        self.assertEqual((follows | chosen).mapped('country_id'), japan | france)
        self.assertEqual(follows.customer_tz, 'Asia/Tokyo')

    def test_company_speaks_for_its_people(self):
        company = self.env['res.partner'].create(
            {'name': 'Cups Ltd', 'is_company': True, 'country_id': self.env.ref('base.jp').id}
        )
        person = self.env['res.partner'].create(
            {'name': 'Aiko', 'parent_id': company.id, 'type': 'other', 'tz': False}
        )
        self.assertFalse(person.country_id)
        ticket = self._create_ticket(partner_id=person.id)
        self.assertEqual(ticket.customer_tz, 'Asia/Tokyo')
        company.country_id = self.env.ref('base.fr')
        self.assertEqual(ticket.customer_tz, 'Europe/Paris')

    def test_state_of_another_country(self):
        self.customer.write({'country_id': self.env.ref('base.jp').id})
        self.assertEqual(self.customer.state_id.code, 'NY')
        self.assertEqual(self._create_ticket().customer_tz, 'Asia/Tokyo')

    def test_other_customer(self):
        ticket = self._create_ticket()
        japanese = self.env['res.partner'].create(
            {'name': 'Aiko', 'country_id': self.env.ref('base.jp').id}
        )
        with Form(ticket.with_user(self.agent)) as form:
            form.partner_id = japanese
        self.assertEqual(ticket.customer_tz, 'Asia/Tokyo')

    def test_customer_moves(self):
        """Open tickets follow; what is closed keeps what held when it was worked on."""
        tickets = self._create_ticket() | self._create_ticket()
        closed = self._create_ticket(stage_id=self.stage_solved.id)
        other = self._create_ticket(partner_id=self.agent_2.partner_id.id)
        other_tz = other.customer_tz
        self.customer.state_id = self.env.ref('base.state_us_5')
        self.assertEqual(set(tickets.mapped('customer_tz')), {'America/Los_Angeles'})
        self.customer.write(
            {'state_id': False, 'country_id': False, 'phone': '+44 20 7946 0958', 'tz': False}
        )
        self.assertEqual(set(tickets.mapped('customer_tz')), {'Europe/London'})
        self.customer.tz = 'Asia/Dubai'  # is none of the country of the number
        self.assertEqual(set(tickets.mapped('customer_tz')), {'Europe/London'})
        self.assertEqual(closed.customer_tz, 'America/New_York')
        self.assertEqual(other.customer_tz, other_tz)

    def test_queries_grow_with_nothing(self):
        """A customer with many tickets moves as fast as one with a single ticket."""
        counts = []
        for number, state in ((1, 'base.state_us_5'), (20, 'base.state_us_27')):
            tickets = self.env['helpdesk.ticket'].concat(
                *(self._create_ticket() for _ticket in range(number))
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.customer.state_id = self.env.ref(state)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(set(tickets.mapped('customer_tz'))), 1)
        self.assertLessEqual(counts[1], counts[0])

    def test_costs_no_query(self):
        """Once the customer and the team were read, the zone is free."""
        somebody = self.env['res.partner'].create({'name': 'Somebody', 'tz': False})
        for partner in (self.customer, somebody):
            ticket = self._create_ticket(partner_id=partner.id)
            self.env.flush_all()
            self.env.invalidate_all()
            ticket.fetch(['country_id', 'partner_phone', 'team_id'])
            ticket.team_id.sudo().resource_calendar_id.id  # noqa: B018
            ticket.partner_id.sudo().fetch(
                ['commercial_partner_id', 'country_id', 'phone', 'state_id', 'tz']
            )
            self.env.add_to_compute(ticket._fields['customer_tz'], ticket)
            with self.assertQueryCount(0):
                self.assertTrue(ticket.sudo().customer_tz)

    def test_card_agrees(self):
        """The customer card shows the zone that the clocks run by."""
        for vals in (
            {},
            {'tz': 'Asia/Shanghai'},
            {'tz': 'America/Denver'},
            {'country_id': False, 'state_id': False, 'tz': False},
            {'country_id': False, 'state_id': False, 'tz': 'Asia/Shanghai'},
        ):
            with self.subTest(vals):
                self.customer.write(vals)
                card = self.customer.with_user(self.agent)._get_helpdesk_customer_card()
                self.assertEqual(card['tz'], self._create_ticket().customer_tz)

    def test_code_of_a_state(self):
        state = self.env['res.country.state'].create(
            {'name': 'Newest', 'code': 'NW', 'country_id': self.env.ref('base.us').id}
        )
        self.customer.state_id = state
        self.customer.phone = False
        self.assertEqual(self._create_ticket().customer_tz, 'Asia/Shanghai')
        self.env.ref('base.state_us_38').code = 'XR'  # which was OR
        state.code = 'OR'
        self.assertEqual(self._create_ticket().customer_tz, 'America/Los_Angeles')


@tagged('post_install', '-at_install')
class TestTicketZoneClock(SlaCommon):
    """The clocks in the customer's hours move along."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_policy(clock='customer')

    def test_customer_moves(self):
        """It is 04:00 in New York, where two hours are over at 10:00, and evening in Tokyo."""
        ticket = self._create_ticket()
        self.assertEqual(ticket.sla_deadline, datetime(2026, 1, 5, 15))
        self.customer.write(
            {'country_id': self.env.ref('base.jp').id, 'state_id': False, 'tz': False}
        )
        self.assertEqual(ticket.customer_tz, 'Asia/Tokyo')
        self.assertEqual(ticket.sla_deadline, datetime(2026, 1, 6, 1))

    def test_other_state_of_the_same_zone(self):
        """...has other holidays."""
        new_jersey = self.env.ref('base.state_us_31')
        self.env['helpdesk.holiday'].create(
            {
                'name': 'Of New Jersey',
                'date': '2026-01-05',
                'country_id': new_jersey.country_id.id,
                'state_ids': new_jersey.ids,
            }
        )
        ticket = self._create_ticket()
        self.assertEqual(ticket.sla_deadline, datetime(2026, 1, 5, 15))
        self.customer.state_id = new_jersey
        self.assertEqual(ticket.customer_tz, 'America/New_York')
        self.assertEqual(ticket.sla_deadline, datetime(2026, 1, 6, 15))

    def test_other_phone(self):
        """A number tells the zone of somebody who has no address."""
        somebody = self.env['res.partner'].create(
            {'name': 'Somebody', 'phone': '+12125550123', 'tz': False}
        )
        ticket = self._create_ticket(partner_id=somebody.id)
        self.assertEqual(ticket.sla_deadline, datetime(2026, 1, 5, 15))
        somebody.phone = '+81 3-1234-5678'
        self.assertEqual(ticket.customer_tz, 'Asia/Tokyo')
        self.assertEqual(ticket.sla_deadline, datetime(2026, 1, 6, 1))
        ticket.partner_phone = '+81 3-1234-5678'
        somebody.phone = False
        self.assertEqual(ticket.sla_deadline, datetime(2026, 1, 6, 1))
        ticket.partner_phone = '+12125550123'
        self.assertEqual(ticket.sla_deadline, datetime(2026, 1, 5, 15))
