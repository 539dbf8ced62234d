from odoo.tests import new_test_user, tagged

from .common import LivechatCommon


@tagged('post_install', '-at_install')
class TestOrderCommand(LivechatCommon):
    """What an operator learns of orders, and nobody else."""

    def test_own_order(self):
        user = new_test_user(self.env, 'emma', groups='base.group_portal')
        order = self._create_order(user.partner_id)
        chat = self._start_chat(user.partner_id)
        before = len(chat.message_ids)
        for number in (order.name, order.name.lower(), f'#{order.name}', order.picking_ids.name):
            with self.subTest(number=number):
                told = self._command(chat, self.chat_agent, f'/order {number}')
                self.assertIn(order.name, told)
                self.assertIn('own order', told)
                self.assertIn('Not paid', told)
                self.assertIn(order.picking_ids.name, told)
        self.assertEqual(len(chat.message_ids), before, 'nothing of it is said in the chat')
        self.assertIn(order.name, self._command(chat, self.chat_agent, '/order'))

    def test_order_of_somebody_else(self):
        """Whoever asks for a stranger's order is not told about it by mistake."""
        chat = self._start_chat()
        told = self._command(chat, self.chat_agent, f'/order {self.order.name}')
        self.assertIn('tell them nothing', told)
        self._say(chat, f'I am {self.customer.email}')
        told = self._command(chat, self.chat_agent, f'/order {self.order.name}')
        self.assertIn('make sure', told)
        self.assertNotIn('own order', told)

    def test_open_tickets(self):
        ticket = self._create_ticket(sale_order_id=self.order.id)
        told = self._command(self._start_chat(), self.chat_agent, f'/order {self.order.name}')
        self.assertIn(f"data-oe-id='{ticket.id}'", told)

    def test_without_rights(self):
        chat = self._start_chat()
        told = self._command(chat, self.operator, f'/order {self.order.name}')
        self.assertIn('no right', told)
        self.assertNotIn('140', told)

    def test_salesperson(self):
        """Who has no right in the helpdesk sees no more of an order than in Sales."""
        seller = self._new_operator(
            'seller', 'im_livechat.im_livechat_group_user,sales_team.group_sale_salesman'
        )
        chat = self._start_chat(operator=seller)
        self.assertIn('No order', self._command(chat, seller, f'/order {self.order.name}'))
        self.order.user_id = seller
        told = self._command(chat, seller, f'/order {self.order.name}')
        self.assertIn('Sales Order', told)
        self.assertNotIn('Not paid', told)

    def test_unknown(self):
        chat = self._start_chat()
        self.assertIn('No order S9', self._command(chat, self.chat_agent, '/order S99999'))
        self.assertIn('is known', self._command(chat, self.chat_agent, '/order'))
        told = self._command(chat, self.chat_agent, '/order <img src=x onerror=alert(1)>')
        self.assertNotIn('<img', told)


@tagged('post_install', '-at_install')
class TestPanel(LivechatCommon):
    """What an operator sees beside the chat."""

    def _get_panel(self, chat, user):
        return chat.with_user(user)._get_helpdesk_panel()

    def test_known_visitor(self):
        user = new_test_user(self.env, 'emma', groups='base.group_portal')
        orders = self._create_order(user.partner_id) | self._create_order(user.partner_id)
        other = self._create_ticket(partner_id=user.partner_id.id, name='Plate missing')
        self._create_ticket(partner_id=user.partner_id.id).action_solve()
        chat = self._start_chat(user.partner_id)
        self._say(chat, 'My cup arrived broken')
        panel = self._get_panel(chat, self.chat_agent)
        self.assertTrue(panel['is_logged_in'])
        self.assertIs(panel['ticket'], False)
        self.assertEqual({order['id'] for order in panel['orders']}, set(orders.ids))
        self.assertIn('140.00', panel['orders'][0]['info'])
        self.assertEqual([ticket['id'] for ticket in panel['tickets']], other.ids)

        self._command(chat, self.chat_agent, '/ticket')
        panel = self._get_panel(chat, self.chat_agent)
        self.assertEqual(panel['ticket']['id'], chat.helpdesk_ticket_id.id)
        self.assertEqual([ticket['id'] for ticket in panel['tickets']], other.ids)

        panel = self._get_panel(chat, self.operator)
        self.assertEqual((panel['orders'], panel['tickets']), ([], []))
        self.assertEqual(panel['ticket']['info'], '')
        self.assertIs(panel['ticket']['id'], False)

    def test_guest(self):
        chat = self._start_chat()
        panel = self._get_panel(chat, self.chat_agent)
        self.assertEqual((panel['customer'], panel['orders']), ('', []))
        self._say(chat, f'I am {self.customer.email}')
        panel = self._get_panel(chat, self.chat_agent)
        self.assertEqual((panel['customer'], panel['is_logged_in']), ('Emma Clark', False))
        self.assertEqual([order['id'] for order in panel['orders']], self.order.ids)

    def test_not_for_visitors(self):
        """The visitor's browser gets nothing of it, whatever it asks for."""
        chat = self._start_chat()
        self._say(chat, f'I am {self.customer.email}')
        self._command(chat, self.chat_agent, '/ticket')
        sent = self.env['bus.bus'].sudo().search([])
        panels = sent.filtered(lambda notification: 'helpdesk_panel' in notification.message)
        self.assertTrue(panels)
        for notification in panels:
            self.assertIn('"res.partner"', notification.channel)
            self.assertIn(str(self.chat_agent.partner_id.id), notification.channel)
