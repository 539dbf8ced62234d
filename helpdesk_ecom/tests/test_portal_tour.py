"""The customer's way through the portal, in a browser."""

from odoo.tests import tagged

from .portal_common import HelpdeskPortalHttpCommon


@tagged('post_install', '-at_install')
class TestPortalTour(HelpdeskPortalHttpCommon):
    def test_answer_and_close(self):
        for subtype, body in (
            ('mail.mt_comment', 'Please send a picture'),
            ('mail.mt_note', 'sounds like fraud'),
        ):
            self.ticket.with_user(self.agent).message_post(
                body=body,
                message_type='comment',
                subtype_xmlid=subtype,
            )
        self.start_tour('/my', 'helpdesk_portal_tour', login='emma')
        self.assertTrue(self.ticket.closed_by_partner)
        answer = self.ticket.message_ids.filtered(lambda message: 'Here it is' in message.body)
        self.assertEqual(answer.author_id, self.customer)
        self.assertEqual(answer.attachment_ids.name, 'cup.txt')
        self.assertEqual(answer.attachment_ids.res_id, self.ticket.id)

    def test_new_ticket_from_an_order(self):
        self.start_tour('/my/orders', 'helpdesk_portal_new_ticket_tour', login='emma')
        ticket = self.env['helpdesk.ticket'].search([('name', '=', 'Plate has a crack')])
        self.assertEqual(ticket.sale_order_id, self.order)
        self.assertEqual(ticket.product_id, self.plate)
        self.assertEqual(ticket.message_ids.attachment_ids.mapped('name'), ['two.txt'])
