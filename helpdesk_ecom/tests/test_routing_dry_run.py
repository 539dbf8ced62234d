from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .routing_common import HelpdeskRoutingCommon


@tagged('post_install', '-at_install')
class TestRoutingDryRun(HelpdeskRoutingCommon):
    """The dry run says what would happen, and nothing happens."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket(name='Cup', partner_id=cls.hans.id, mood='happy')

    def _try(self, ticket=None, user=None):
        """Return what the wizard would show: its values, and the page as text."""
        ticket = (ticket or self.ticket).with_user(user or self.leader)
        Wizard = self.env['helpdesk.routing.test'].with_user(user or self.leader)
        form = Form(Wizard.with_context(active_model=ticket._name, active_id=ticket.id))
        self.assertEqual(form.ticket_id.id, ticket.id)
        return Wizard._prepare_result_values(ticket), str(form.result)

    def _explain(self, **vals):
        """Return what is said of one rule."""
        rule = self._rule('Asks for it', **vals)
        values, page = self._try()
        rule.unlink()
        [line] = values['lines']
        self.assertIn('Asks for it', page)
        return line['state'], line['explanation']

    def test_first_condition_that_is_not_met(self):
        gold = self.env['helpdesk.customer.tier'].create({'name': 'Gold'})
        phone = self.env.ref('helpdesk_ecom.channel_phone')
        category = self.env['product.category'].create({'name': 'Porcelain'})
        for vals, *texts in (
            ({'country_ids': self.usa | self.env.ref('base.fr')}, 'States or France', 'Germany'),
            ({'country_group_ids': self.env.ref('base.south_america')}, 'South America', 'Germany'),
            ({'lang_ids': self.lang_en}, 'English', 'French'),
            ({'tier_ids': gold}, 'Gold', 'none'),
            ({'channel_ids': phone}, 'Phone', 'none'),
            ({'team_ids': self.team_2}, 'Second Level', 'Customer Care'),
            ({'order_state': 'sale'}, 'Confirmed order', 'No order'),
            ({'mood': 'angry'}, 'Angry', 'Happy'),
            ({'intent': 'refund'}, 'Refund', 'none'),
            ({'product_categ_ids': category}, 'Porcelain', 'none'),
            ({'words': 'plate, dish'}, 'plate', 'dish'),
            ({'domain': "[('priority', '=', '3')]"}, 'not met'),
        ):
            state, explanation = self._explain(**vals)
            self.assertEqual(state, 'refused', vals)
            for text in texts:
                self.assertIn(text, explanation)

    def test_order_of_the_rules(self):
        self._rule('Angry', mood='angry', priority='3', sequence=1)
        self._rule('Tag', tag_ids=self.tag, stop=False, sequence=2)
        self._rule('German', country_ids=self.germany, team_id=self.team_2.id, sequence=3)
        self._rule('Rest', priority='2', sequence=4)
        values, page = self._try()
        self.assertEqual(
            [line['state'] for line in values['lines']],
            ['refused', 'taken', 'taken', 'unasked'],
        )
        self.assertEqual(values['outcome'], ['Tags: Fragile test', 'Team: Second Level'])
        self.assertIn('German', values['lines'][3]['explanation'])
        self.assertEqual(values['taken_by'], 'Tag and German')
        for text in ('takes it', 'not this one', 'not asked', 'Second Level'):
            self.assertIn(text, page)

    def test_nothing_is_written(self):
        self._rule('All', team_id=self.team_2.id, tag_ids=self.tag, priority='3')
        before = self.ticket.read(['write_date', 'message_ids', 'team_id', 'tag_ids', 'priority'])
        self.env.flush_all()
        self._try()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(
            self.ticket.read(['write_date', 'message_ids', 'team_id', 'tag_ids', 'priority']),
            before,
        )
        self.assertFalse(self.ticket.routing_rule_id)

    def test_it_says_what_would_happen(self):
        """The same rules, asked in earnest."""
        self._rule('German', country_ids=self.germany, team_id=self.team_2.id)
        values, _page = self._try()
        copy = self._create_ticket(partner_id=self.hans.id)
        self.assertEqual(values['taken_by'], copy.routing_rule_id.name)

    def test_routed_ticket(self):
        """Asked again, in earnest or not, a rule finds the ticket where it arrived."""
        rule = self._rule('Intake', team_ids=self.team, team_id=self.team_2.id)
        back = self._rule('Back', team_ids=self.team_2, team_id=self.team.id, sequence=1)
        ticket = self._create_ticket()
        self.assertEqual((ticket.team_id, ticket.routing_rule_id), (self.team_2, rule))
        values, _page = self._try(ticket)
        self.assertEqual(values['taken_by'], 'Intake')
        self.assertIn('Customer Care', values['lines'][0]['explanation'])
        self.assertEqual(values['outcome'], ['Team: Second Level'])
        ticket.with_user(self.leader).action_reroute()
        self.assertEqual((ticket.team_id, ticket.routing_rule_id), (self.team_2, rule))
        self.assertFalse(back.ticket_count)

    def test_what_was_set_by_hand(self):
        """It stays, and the dry run says so."""
        self._rule('All', priority='1', team_id=self.team_2.id, tag_ids=self.tag)
        by_hand = self._create_ticket(priority='3')
        self.assertEqual(by_hand.priority, '3')
        values, _page = self._try(by_hand)
        self.assertEqual(values['outcome'], ['Team: Second Level', 'Tags: Fragile test'])
        values, _page = self._try(self._create_ticket())
        self.assertIn('Priority: Medium', values['outcome'])

    def test_broken_domain(self):
        rule = self._rule('Broken', priority='3')
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_routing_rule SET domain = '[(''gone'', ''='', 1)]' WHERE id = %s",
            [rule.id],
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        with self.assertLogs('odoo.addons.helpdesk_ecom', 'WARNING'):
            values, _page = self._try()
        self.assertIn('no longer valid', values['lines'][0]['explanation'])

    def test_no_rule(self):
        values, page = self._try()
        self.assertEqual(values['lines'], [])
        self.assertIn('no routing rule yet', page)

    def test_page_is_escaped(self):
        self._rule('<script>alert(1)</script>', words='<img src=x>')
        _values, page = self._try()
        self.assertNotIn('<script>', page)
        self.assertNotIn('<img', page)

    def test_rights(self):
        """Agents may ask about tickets that they may read, and about no others."""
        self._rule('All', priority='3')
        values, _page = self._try(user=self.agent)
        self.assertEqual(values['lines'][0]['state'], 'taken')
        self.team_2.privacy_visibility = 'invited_internal'
        secret = self.env['helpdesk.ticket'].create({'name': 'Cup', 'team_id': self.team_2.id})
        self.env.invalidate_all()
        Wizard = self.env['helpdesk.routing.test']
        with self.assertRaises(AccessError):
            Wizard.with_user(self.agent).create({'ticket_id': secret.id}).result  # noqa: B018
        with self.assertRaises(AccessError):
            Wizard.with_user(self.outsider).create({'ticket_id': self.ticket.id})
