from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .routing_common import HelpdeskRoutingCommon

MATCH = 'odoo.addons.helpdesk_ecom.models.routing.helpdesk_routing_rule_match'


@tagged('post_install', '-at_install')
class TestRoutingConditions(HelpdeskRoutingCommon):
    """What a rule can ask for."""

    def _assert_takes(self, rule, **vals):
        self.assertEqual(self._create_ticket(**vals).routing_rule_id, rule)

    def _assert_leaves(self, **vals):
        ticket = self._create_ticket(**vals)
        self.assertFalse(ticket.routing_rule_id)
        self.assertFalse(ticket.tag_ids)
        self.assertFalse(self._get_log(ticket))

    def _tagging(self, **vals):
        return self._rule(tag_ids=self.tag, **vals)

    def test_no_condition(self):
        self._assert_takes(self._tagging())

    def test_language(self):
        rule = self._tagging(lang_ids=self.lang_fr)
        self._assert_takes(rule, partner_id=self.hans.id)
        self._assert_takes(rule, lang_id=self.lang_fr.id)
        self._assert_leaves()

    def test_country_or_group(self):
        rule = self._tagging(country_ids=self.germany)
        self._assert_takes(rule, partner_id=self.hans.id)
        self._assert_leaves()
        rule.country_ids = self.env.ref('base.jp')
        self._assert_leaves(partner_id=self.hans.id)
        rule.country_group_ids = self.env.ref('base.europe')
        self._assert_takes(rule, partner_id=self.hans.id)
        self._assert_takes(rule, country_id=self.env.ref('base.jp').id)
        self._assert_leaves()
        rule.country_ids = False
        self._assert_takes(rule, partner_id=self.hans.id)
        self._assert_leaves()

    def test_tier(self):
        gold = self.env['helpdesk.customer.tier'].create({'name': 'Gold'})
        rule = self._tagging(tier_ids=gold)
        self._assert_leaves()
        self.customer.with_user(self.leader).write(
            {'helpdesk_tier_id': gold.id, 'helpdesk_tier_manual': True}
        )
        self._assert_takes(rule)

    def test_channel(self):
        phone = self.env.ref('helpdesk_ecom.channel_phone')
        rule = self._tagging(channel_ids=phone)
        self._assert_takes(rule, channel_id=phone.id)
        self._assert_leaves()

    def test_product_category_and_its_parts(self):
        parent, other = self.env['product.category'].create([{'name': 'China'}, {'name': 'Else'}])
        child = self.env['product.category'].create({'name': 'Cups', 'parent_id': parent.id})
        self.cup.categ_id, self.plate.categ_id = child, other
        rule = self._tagging(product_categ_ids=parent)
        self._assert_takes(rule, product_id=self.cup.id)
        self._assert_leaves(product_id=self.plate.id)
        self._assert_leaves()

    def test_order(self):
        quotation = self._create_order(confirm=False)
        cancelled = self._create_order(confirm=False)
        cancelled.action_cancel()
        orders = {
            'none': self.env['sale.order'],
            'quotation': quotation,
            'sale': self.order,
            'cancel': cancelled,
        }
        rule = self._tagging()
        for asked in orders:
            rule.order_state = asked
            for state, order in orders.items():
                if state == asked:
                    self._assert_takes(rule, sale_order_id=order.id)
                else:
                    self._assert_leaves(sale_order_id=order.id)

    def test_order_that_was_found_by_its_number(self):
        rule = self._tagging(order_state='sale')
        self._assert_takes(rule, name=f'Where is {self.order.name}?')

    def test_mood_and_intent(self):
        rule = self._tagging(mood='angry', intent='refund')
        self._assert_takes(rule, mood='angry', intent='refund')
        self._assert_leaves(mood='angry')
        self._assert_leaves(mood='happy', intent='refund')

    def test_team(self):
        rule = self._tagging(team_ids=self.team_2)
        self._assert_takes(rule, team_id=self.team_2.id)
        self._assert_leaves()

    def test_team_as_it_was_before(self):
        """Rules look at the ticket as it came, not as the rules before them left it."""
        self._rule('First', team_id=self.team_2.id, stop=False)
        rule = self._tagging(team_ids=self.team, name='Second')
        self._assert_takes(rule)

    def test_words(self):
        rule = self._tagging(words='refund, money back')
        self._assert_takes(rule, name='REFUND please')
        self._assert_takes(rule, description='<p>I want my <b>money</b> back</p>')
        self._assert_leaves(name='Refunded?')
        self._assert_leaves(description='<p class="refund">Hello</p>')

    def test_domain(self):
        rule = self._tagging(domain="[('sale_order_id.amount_total', '>', 100)]")
        self._assert_takes(rule, sale_order_id=self.order.id)
        self.order.order_line[0].product_uom_qty = 1
        self._assert_leaves(sale_order_id=self.order.id)
        self._assert_leaves()

    def test_all_conditions_have_to_be_met(self):
        rule = self._tagging(
            lang_ids=self.lang_fr, country_ids=self.germany, domain="[('priority', '=', '2')]"
        )
        self._assert_takes(rule, partner_id=self.hans.id, priority='2')
        self._assert_leaves(partner_id=self.hans.id)
        self._assert_leaves(lang_id=self.lang_fr.id, priority='2')

    def test_archived_rule(self):
        rule = self._tagging()
        rule.active = False
        self._assert_leaves()
        rule.active = True
        self._assert_takes(rule)
        rule.unlink()
        self._assert_leaves()

    def test_what_a_rule_asks_for_stays(self):
        """Without it, the rule would take every ticket."""
        channel = self.env['helpdesk.channel'].create({'name': 'Marketplace'})
        self._tagging(channel_ids=channel)
        with self.assertRaises(IntegrityError), mute_logger('odoo.sql_db'):
            channel.unlink()
            self.env.flush_all()
        self._assert_leaves()

    # === CONDITIONS THAT CAN'T BE ASKED === #

    def test_wrong_domain_is_refused(self):
        for domain in (
            "[('no_such_field', '=', 1)]",
            "[('name', '=', ",
            "[('user_id', '=', uid)]",
            '[1]',
            "[('partner_id.no_such_field', '=', 1)]",
            '{}',
        ):
            with self.assertRaisesRegex(ValidationError, 'other conditions'):
                self._rule('Wrong', domain=domain)

    def test_secrets_are_no_conditions(self):
        """Rules are asked with all rights: leaders must not learn by them what they can't read."""
        with self.assertRaises(ValidationError):
            self._rule('Curious', domain="[('partner_id.signup_type', '!=', False)]")

    def test_broken_domain_blocks_nothing(self):
        broken = self._tagging(name='Broken')
        good = self._tagging(name='Good')
        self.env.flush_all()
        self.env.cr.execute(
            'UPDATE helpdesk_routing_rule SET domain = %s WHERE id = %s',
            ["[('field_of_a_removed_addon', '=', 1)]", broken.id],
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        with self.assertLogs(MATCH, 'WARNING') as logs:
            self._assert_takes(good)
        self.assertIn('Broken', logs.output[0])
        self.assertIn('field_of_a_removed_addon', broken.problem)
        self.assertFalse(good.problem)
