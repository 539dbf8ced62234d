from odoo import Command
from odoo.tests import tagged

from ..models.sla.attempt import attempt
from .common import HelpdeskCommon


@tagged('post_install', '-at_install')
class TestTicketCached(HelpdeskCommon):
    """What each new ticket would ask the database for is kept, and changes count at once."""

    def setUp(self):
        super().setUp()
        self._create_ticket()  # fills the caches
        self.sequence = (
            self.env['ir.sequence']
            .sudo()
            .search([('code', '=', 'helpdesk.ticket'), ('company_id', '=', self.company.id)])
        )

    # === NUMBERS === #

    def test_other_prefix(self):
        self.sequence.write({'prefix': 'CARE/', 'suffix': '/S', 'padding': 8})
        self.assertRegex(self._create_ticket().ticket_ref, r'^CARE/\d{8}/S$')

    def test_other_way_of_counting(self):
        self.sequence.write({'implementation': 'no_gap', 'number_next': 77, 'padding': 0})
        self.assertEqual(self._create_ticket().ticket_ref, 'TK77')
        self.assertEqual(self._create_ticket().ticket_ref, 'TK78')

    def test_year_in_prefix(self):
        self.sequence.prefix = '%(year)s-'
        self.assertRegex(self._create_ticket().ticket_ref, r'^20\d\d-\d+$')

    def test_other_sequence(self):
        self.sequence.active = False
        self.env['ir.sequence'].create(
            {
                'name': 'Other',
                'code': 'helpdesk.ticket',
                'prefix': 'O',
                'company_id': self.company.id,
            }
        )
        self.env.registry.clear_cache()
        archived_too = self.env['helpdesk.ticket'].with_context(active_test=False)
        self.assertRegex(archived_too.create({'name': 'Hello'}).ticket_ref, r'^O\d+$')
        self.assertRegex(self._create_ticket().ticket_ref, r'^O\d+$')

    def test_sequence_of_another_code(self):
        """One that is for tickets no more gives no numbers."""
        self.sequence.code = 'something.else'
        number = self.sequence.number_next_actual
        self.assertTrue(self._create_ticket().ticket_ref)
        self.assertEqual(self.sequence.number_next_actual, number)

    def test_deleted_sequence(self):
        """The company gets another one."""
        self.sequence.unlink()
        self.assertEqual(self._create_ticket().ticket_ref, 'TK00001')

    def test_undone_sequence(self):
        """What was made and undone with a part of a transaction gives no numbers."""
        self.sequence.unlink()
        with attempt(self.env) as outcome:
            self._create_ticket()
            self._create_ticket()
            raise ValueError('Undo it')
        self.assertTrue(outcome.error)
        self.assertEqual(self._create_ticket().ticket_ref, 'TK00001')

    # === STAGES === #

    def _assert_start(self, stage):
        """Check in which stage tickets of the team start."""
        self.assertEqual(self._create_ticket().stage_id, stage)

    def test_stages_of_the_team(self):
        self.team.stage_ids = [Command.unlink(self.stage_new.id)]
        self._assert_start(self.stage_open)

    def test_teams_of_the_stage(self):
        self.stage_new.team_ids = [Command.unlink(self.team.id)]
        self._assert_start(self.stage_open)

    def test_order_of_stages(self):
        self.stage_new.sequence = self.stage_open.sequence + 1
        self._assert_start(self.stage_open)

    def test_archived_stage(self):
        self.stage_new.active = False
        self._assert_start(self.stage_open)

    def test_new_and_deleted_stage(self):
        first = self.env['helpdesk.stage'].create(
            {'name': 'First', 'sequence': -1, 'team_ids': [Command.link(self.team.id)]}
        )
        ticket = self._create_ticket()
        self.assertEqual(ticket.stage_id, first)
        ticket.sudo().unlink()
        first.unlink()
        self._assert_start(self.stage_new)
