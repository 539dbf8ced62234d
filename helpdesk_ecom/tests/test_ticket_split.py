from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import HelpdeskCommon


@tagged('post_install', '-at_install')
class TestTicketSplit(HelpdeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket()
        cls.message = cls.ticket.sudo().message_post(
            body='By the way: my  invoice is wrong',
            author_id=cls.customer.id,
            message_type='email',
            subtype_xmlid='mail.mt_comment',
            attachments=[('invoice.pdf', b'%PDF')],
        )

    def test_copy(self):
        """The new ticket has a copy with files of its own, the old one keeps the original."""
        ticket = self.ticket._split_message(self.message.with_user(self.agent))
        self.assertEqual(ticket.name, 'By the way: my invoice is wrong')
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(self.message.res_id, self.ticket.id)
        copy = ticket.message_ids.filtered(lambda message: message.message_type == 'email')
        self.assertEqual(copy.body, self.message.body)
        self.assertEqual(copy.author_id, self.customer)
        self.assertEqual(copy.date, self.message.date)
        self.assertNotEqual(copy.message_id, self.message.message_id)
        self.assertEqual(copy.attachment_ids.raw, b'%PDF')
        self.assertEqual(copy.attachment_ids.res_id, ticket.id)
        self.assertEqual(self.message.attachment_ids.res_id, self.ticket.id)
        self.assertIn(ticket.ticket_ref, ''.join(self.ticket.message_ids.mapped('body')))
        self.assertIn(self.ticket.ticket_ref, ''.join(ticket.message_ids.mapped('body')))

    def test_move(self):
        """The message goes, so that answers to it reach the new ticket."""
        ticket = self.ticket._split_message(self.message.with_user(self.agent), move=True)
        self.assertEqual(self.message.res_id, ticket.id)
        self.assertEqual(self.message.attachment_ids.res_id, ticket.id)

    def test_picture_in_the_text(self):
        attachment = self.message.attachment_ids
        self.message.body = f'<p>See <img src="/web/image/{attachment.id}"></p>'
        ticket = self.ticket._split_message(self.message.with_user(self.agent))
        copy = ticket.message_ids.filtered(lambda message: message.message_type == 'email')
        self.assertIn(f'/web/image/{copy.attachment_ids.id}"', copy.body)

    def test_only_messages_of_the_ticket(self):
        other = self._create_ticket()
        with self.assertRaises(UserError):
            other._split_message(self.message.with_user(self.agent))

    def test_rights(self):
        """Reading is not enough, and a private team's messages are out of reach."""
        self.team.write({'privacy_visibility': 'invited_internal'})
        stranger = self._new_user('stranger', 'group_helpdesk_user')
        with self.assertRaises(AccessError):
            self.ticket.with_user(stranger)._split_message(self.message.with_user(stranger))
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.outsider)._split_message(
                self.message.with_user(self.outsider)
            )

    def test_wizard_rights(self):
        """The dialog tells nothing of a message that its user may not read."""
        self.team.write({'privacy_visibility': 'invited_internal'})
        stranger = self._new_user('stranger', 'group_helpdesk_user')
        Wizard = self.env['helpdesk.ticket.split'].with_user(stranger)
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            Wizard.create({'message_id': self.message.id})
        named = Wizard.create({'message_id': self.message.id, 'name': 'Mine', 'team_id': False})
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            _ = named.body

    def test_nothing_is_mailed(self):
        before = self.env['mail.mail'].search_count([])
        self.ticket._split_message(self.message.with_user(self.agent))
        self.env.cr.flush()
        self.assertEqual(self.env['mail.mail'].search_count([]), before)

    def test_wizard(self):
        Wizard = self.env['helpdesk.ticket.split'].with_user(self.agent)
        with Form(Wizard.with_context(default_message_id=self.message.id)) as form:
            self.assertEqual(form.name, 'By the way: my invoice is wrong')
            self.assertEqual(form.team_id, self.team)
            form.name = 'Wrong invoice'
            form.is_move = True
        action = form.save().action_split()
        ticket = self.env['helpdesk.ticket'].browse(action['res_id'])
        self.assertEqual(ticket.name, 'Wrong invoice')
        self.assertEqual(self.message.res_id, ticket.id)
