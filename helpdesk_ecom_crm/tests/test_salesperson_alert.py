from odoo import Command
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.helpdesk_ecom.tests.common import HelpdeskOrderCommon


@tagged('post_install', '-at_install')
class TestSalespersonAlert(HelpdeskOrderCommon):
    """A salesperson hears of an important ticket from us, and once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env, 'seller', groups='sales_team.group_sale_salesman', name='Seller'
        )
        cls.customer.user_id = cls.seller
        cls.vip = cls.env['helpdesk.customer.tier'].create(
            {'name': 'VIP', 'alert_salesperson': True}
        )
        cls.company.helpdesk_salesperson_alert = 'bad'

    def _activities(self, user=None):
        return self.env['mail.activity'].search([('user_id', '=', (user or self.seller).id)])

    def test_high_priority_once(self):
        ticket = self._create_ticket()
        self.assertFalse(self._activities())
        ticket.priority = '1'
        self.assertFalse(self._activities())
        ticket.priority = '2'
        [activity] = self._activities()
        self.assertEqual(activity.res_model, 'res.partner', 'who may not read the ticket')
        self.assertEqual(activity.res_id, self.customer.id)
        self.assertIn(ticket.ticket_ref, activity.summary)
        self.assertEqual(ticket.alerted_user_id, self.seller)
        activity.with_user(self.seller).action_done()
        ticket.priority = '0'
        ticket.priority = '3'
        self.customer.helpdesk_tier_id = self.vip
        self.assertFalse(self._activities())

    def test_defaults_of_the_client(self):
        """The activity is made as superuser: it takes nothing from the context of a request."""
        attachment = self.env['ir.attachment'].create({'name': 'salary.txt', 'raw': b'Secret'})
        ticket = self._create_ticket().with_user(self.agent)
        ticket.with_context(
            default_attachment_ids=[Command.update(attachment.id, {'public': True})],
            default_note='Forged',
        ).priority = '3'
        [activity] = self._activities()
        self.assertFalse(activity.note)
        self.assertFalse(attachment.public)

    def test_new_ticket_of_a_vip(self):
        self.customer.helpdesk_tier_id = self.vip
        self._create_ticket()
        [activity] = self._activities()
        self.assertIn('VIP', activity.summary)

    def test_customer_becomes_a_vip(self):
        ticket, closed = self._create_ticket(), self._create_ticket()
        closed.action_solve()
        self.vip.min_order_count = 1
        self.env['helpdesk.customer.tier'].search([('id', '!=', self.vip.id)]).active = False
        self.env['helpdesk.customer.tier']._cron_update_tiers()
        self.assertEqual(ticket.customer_tier_id, self.vip)
        self.assertEqual(len(self._activities()), 1)
        self.assertFalse(closed.alerted_user_id)

    def test_on_the_ticket_for_who_may_read_it(self):
        self.customer.user_id = self.agent_2
        ticket = self._create_ticket(priority='3')
        [activity] = self._activities(self.agent_2)
        self.assertEqual((activity.res_model, activity.res_id), ('helpdesk.ticket', ticket.id))

    def test_settings(self):
        for setting, vip, count in (
            ('never', True, 0),
            ('tier', False, 0),
            ('tier', True, 1),
            ('bad', False, 1),
        ):
            with self.subTest(setting=setting, vip=vip):
                self._activities().unlink()
                self.company.helpdesk_salesperson_alert = setting
                self.customer.helpdesk_tier_id = vip and self.vip
                ticket = self._create_ticket(priority='3')
                self.assertEqual(len(self._activities()), count)
                ticket.action_solve()

    def test_nobody_to_tell(self):
        self.customer.user_id = False
        self.assertFalse(self._create_ticket(priority='3').alerted_user_id)
        self.assertFalse(self._create_ticket(priority='3', partner_id=False).alerted_user_id)
        self.customer.user_id = self.agent_2
        self.assertFalse(self._create_ticket(priority='3', user_id=self.agent_2.id).alerted_user_id)
        self.customer.user_id = self.seller
        self.seller.active = False
        self.assertFalse(self._create_ticket(priority='3').alerted_user_id)

    def test_salesperson_of_the_order(self):
        self.customer.user_id = False
        self.order.user_id = self.seller
        self._create_ticket(priority='3', sale_order_id=self.order.id)
        self.assertEqual(len(self._activities()), 1)

    def test_setting_is_kept(self):
        with Form(
            self.env['res.config.settings'].with_user(self.env.ref('base.user_admin'))
        ) as form:
            form.helpdesk_salesperson_alert = 'never'
        form.save().execute()
        self.assertEqual(self.company.helpdesk_salesperson_alert, 'never')
