from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.helpdesk_ecom.tests.common import HelpdeskOrderCommon

from .whatsapp_channel_common import WhatsappWebhookCommon

EMMA = '12125550123'
TEMPLATE = {
    'name': 'order_update',
    'language': 'en_US',
    'category': 'UTILITY',
    'status': 'APPROVED',
    'components': [
        {'type': 'HEADER', 'format': 'TEXT', 'text': 'Order {{1}}'},
        {'type': 'BODY', 'text': 'Hello {{1}}, your parcel {{2}}.'},
    ],
}


@tagged('post_install', '-at_install', 'browser')
class TestWhatsappTour(WhatsappWebhookCommon, HelpdeskOrderCommon):
    """A customer writes on WhatsApp, and an agent with no other rights answers in the browser.

    What Meta does comes by the webhook; what Meta gets is what the fake of its API took.
    """

    def _tell(self, *bodies):
        """Post webhooks as Meta does, and process them."""
        for body in bodies:
            self.assertEqual(self._post(body).status_code, 200)
        self._run_job('ir_cron_process_inbox')

    def _write(self, text, hours_ago=0):
        """Let the customer write, and return the ticket."""
        moment = self.env.cr.now() - timedelta(hours=hours_ago)
        self._tell(self.fake.write(text, wa_id=EMMA, timestamp=str(int(moment.timestamp()))))
        return self.Envelope.search([('channel_id', '=', self.channel.id)], limit=1).ticket_id

    def _look(self, ticket, tour):
        self.start_tour(f'/odoo/helpdesk.ticket/{ticket.id}', tour, login='agent')

    def test_answer(self):
        ticket = self._write(f'Where is my parcel? It is order {self.order.name}')
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertFalse(ticket.user_id)
        self.start_tour('/odoo/helpdesk-inbox', 'helpdesk_whatsapp_answer_tour', login='agent')
        self.assertFalse(self.fake.sent, 'nothing is sent before the job runs')
        self._run_job('ir_cron_process_outbox')
        (sent,) = self.fake.sent
        self.assertEqual(
            (sent['to'], sent['type'], sent['text']['body']), (EMMA, 'text', 'It is on its way.')
        )
        self._tell(self.fake.tell('sent'))
        self._look(ticket, 'helpdesk_whatsapp_sent_tour')
        self._tell(self.fake.tell('delivered'))
        self._look(ticket, 'helpdesk_whatsapp_delivered_tour')
        # the last one is late
        self._tell(self.fake.tell('read'), self.fake.tell('delivered'))
        self._look(ticket, 'helpdesk_whatsapp_read_tour')
        self.assertEqual(len(self.fake.sent), 1)

    def test_template_when_the_window_is_closed(self):
        self.fake.templates = [TEMPLATE]
        self.fake.is_window_open = False
        self.channel.with_user(self.admin).action_fetch_templates()
        template = self.env['helpdesk.channel.template'].search(
            [('channel_id', '=', self.channel.id)]
        )
        order_number, first_name, _free = template.variable_ids
        order_number.fact, first_name.fact = 'order_number', 'customer_first_name'

        ticket = self._write(f'Still no parcel of {self.order.name}', hours_ago=25)
        self.assertEqual(ticket.sale_order_id, self.order)
        self._look(ticket, 'helpdesk_whatsapp_template_tour')
        self._run_job('ir_cron_process_outbox')
        (sent,) = self.fake.sent
        self.assertEqual((sent['to'], sent['type']), (EMMA, 'template'))
        self.assertEqual(
            sent['template'],
            {
                'name': 'order_update',
                'language': {'code': 'en_US'},
                'components': [
                    {
                        'type': 'header',
                        'parameters': [{'type': 'text', 'text': self.order.name}],
                    },
                    {
                        'type': 'body',
                        'parameters': [
                            {'type': 'text', 'text': 'Emma'},
                            {'type': 'text', 'text': 'is at the post office'},
                        ],
                    },
                ],
            },
        )
        self._tell(*map(self.fake.tell, ('sent', 'delivered', 'read')))
        self._look(ticket, 'helpdesk_whatsapp_template_read_tour')
