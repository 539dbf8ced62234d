"""What a customer gets through the API, with a login and nothing but it."""

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_common import HelpdeskPortalCommon


@tagged('post_install', '-at_install')
class TestPortalRules(HelpdeskPortalCommon):
    def _post(self, ticket, body, internal=False, **kwargs):
        return ticket.message_post(
            body=body,
            message_type='comment',
            subtype_xmlid='mail.mt_note' if internal else 'mail.mt_comment',
            **kwargs,
        )

    def _tickets_of(self, user):
        return self.env['helpdesk.ticket'].with_user(user).search([])

    def test_sees_the_tickets_of_the_own_company(self):
        mine = self._tickets_of(self.portal_user)
        self.assertEqual(mine, self.ticket.with_user(self.portal_user))
        self.assertEqual(self._tickets_of(self.colleague).ids, mine.ids)
        self.assertEqual(self._tickets_of(self.stranger).ids, self.foreign_ticket.ids)

    def test_following_a_ticket_does_not_open_it(self):
        self.foreign_ticket.message_subscribe(self.customer.ids)
        self.assertNotIn(self.foreign_ticket.id, self._tickets_of(self.portal_user).ids)

    @mute_logger('odoo.addons.base.models.ir_rule')
    def test_cannot_read_what_is_not_theirs(self):
        archived = self._create_ticket(name='Spam', active=False)
        other_company = self.env['res.company'].create({'name': 'Second Shop'})
        other_team = self.env['helpdesk.team'].create(
            {
                'name': 'Elsewhere',
                'company_id': other_company.id,
                'member_ids': False,
                'resource_calendar_id': False,
            }
        )
        elsewhere = self.env['helpdesk.ticket'].create(
            {
                'name': 'Elsewhere',
                'team_id': other_team.id,
                'partner_id': self.customer.id,
            }
        )
        nobodys = self._create_ticket(partner_id=False)
        for ticket in (
            self.foreign_ticket,
            self.private_ticket,
            archived,
            elsewhere,
            nobodys,
        ):
            with self.subTest(ticket=ticket.name), self.assertRaises(AccessError):
                ticket.with_user(self.portal_user).read(['name'])

    @mute_logger('odoo.addons.base.models.ir_rule', 'odoo.addons.base.models.ir_model')
    def test_cannot_change_anything(self):
        ticket = self.ticket.with_user(self.portal_user)
        with self.assertRaises(AccessError):
            ticket.write({'name': 'Mine'})
        with self.assertRaises(AccessError):
            ticket.create({'name': 'Mine', 'team_id': self.team.id})
        with self.assertRaises(AccessError):
            ticket.copy()
        with self.assertRaises(AccessError):
            ticket.unlink()
        for action in ('action_solve', 'action_reopen', 'action_assign_to_me'):
            with self.subTest(action=action), self.assertRaises(AccessError):
                # the ticket is open: reopening is tried on a closed one
                self.ticket.stage_id = (
                    self.stage_solved if action == 'action_reopen' else self.stage_new
                )
                getattr(ticket, action)()

    def test_reads_only_the_fields_named(self):
        ticket = self.ticket.with_user(self.portal_user)
        names = set(ticket.fields_get())
        self.assertEqual(names, set(ticket._get_portal_readable_fields()) & set(ticket._fields))
        values = ticket.read()[0]
        self.assertEqual(set(values), names)
        self.assertEqual(values['name'], 'Cup arrived broken')
        self.assertEqual(values['stage_id'], (self.stage_new.id, 'New'))
        self.assertEqual(values['display_name'], f'Cup arrived broken (#{self.ticket.ticket_ref})')
        found = ticket.search_read([('name', 'ilike', 'cup')], ['name'])
        self.assertEqual([values['id'] for values in found], ticket.ids)

    def test_internal_fields_are_no_oracle_either(self):
        """What cannot be read cannot be guessed by searching, sorting, grouping or exporting."""
        self.ticket.sale_order_id = self.foreign_order
        Ticket = self.env['helpdesk.ticket'].with_user(self.portal_user)
        for field in (
            'sale_order_id',
            'email_cc',
            'tag_ids',
            'kanban_state',
            'domain_user_ids',
            'properties',
            'access_token',
            'message_ids',
            'message_follower_ids',
            'order_match',
            'rating_ids',
            'partner_ticket_ids',
            'activity_ids',
            'campaign_id',
        ):
            with self.subTest(field=field):
                self.assertNotIn(field, Ticket._get_portal_readable_fields())
                with self.assertRaises(AccessError):
                    Ticket.browse(self.ticket.id).read([field])
                with self.assertRaises(AccessError):
                    Ticket.search([(field, '=', 'blocked' if field == 'kanban_state' else 1)])
        with self.assertRaises(AccessError):
            Ticket.search([('sale_order_id.name', '=', self.foreign_order.name)])
        with self.assertRaises(AccessError):
            Ticket.search([('message_ids.body', 'ilike', 'note')])
        with self.assertRaises(AccessError):
            Ticket.search([], order='kanban_state')
        with self.assertRaises(AccessError):
            Ticket.formatted_read_group([], ['tag_ids'], ['__count'])
        with self.assertRaises(AccessError):
            Ticket.formatted_read_group([], [], ['sale_order_id:count_distinct'])
        with self.assertRaises(AccessError):
            Ticket.search([('team_id.member_ids', 'in', self.agent.ids)])

    @mute_logger('odoo.addons.base.models.ir_model')
    def test_has_no_access_to_the_other_models(self):
        for model in ('helpdesk.team', 'helpdesk.stage', 'helpdesk.tag', 'helpdesk.ticket.type'):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(self.portal_user).search_read([], ['name'])

    @mute_logger('odoo.addons.base.models.ir_rule')
    def test_notes_stay_inside(self):
        note = self._post(self.ticket, 'He lies', internal=True)
        answer = self._post(self.ticket, 'We are sorry')
        Message = self.env['mail.message'].with_user(self.portal_user)
        found = Message.search([('model', '=', 'helpdesk.ticket'), ('res_id', '=', self.ticket.id)])
        self.assertIn(answer.id, found.ids)
        self.assertNotIn(note.id, found.ids)
        with self.assertRaises(AccessError):
            Message.browse(note.id).read(['body'])
        with self.assertRaises(AccessError):
            self.env['mail.message'].with_user(self.stranger).browse(answer.id).read(['body'])

    def test_attachments(self):
        """Files are read by the links that the conversation shows, and by no other way."""
        attachment = self.env['ir.attachment'].create(
            {
                'name': 'rack.txt',
                'raw': b'x',
                'res_model': 'helpdesk.ticket',
                'res_id': self.ticket.id,
            }
        )
        self._post(self.ticket, 'Photo of the rack', internal=True, attachment_ids=attachment.ids)
        Attachment = self.env['ir.attachment'].with_user(self.portal_user)
        with self.assertRaises(AccessError):
            Attachment.search([('res_model', '=', 'helpdesk.ticket')])
        with self.assertRaises(AccessError):
            Attachment.browse(attachment.id).read(['raw', 'access_token'])

    @mute_logger('odoo.addons.base.models.ir_rule')
    def test_posts_on_own_tickets_only(self):
        message = self.ticket.with_user(self.portal_user).message_post(
            body='Any news?',
            message_type='comment',
            subtype_xmlid='mail.mt_comment',
        )
        self.assertEqual(message.sudo().author_id, self.customer)
        with self.assertRaises(AccessError):
            self.foreign_ticket.with_user(self.portal_user).message_post(body='Hello')
        with self.assertRaises(AccessError):
            self.env['mail.message'].with_user(self.portal_user).create(
                {
                    'model': 'helpdesk.ticket',
                    'res_id': self.private_ticket.id,
                    'body': 'Hello',
                }
            )

    def test_search_finds_messages_but_no_notes(self):
        self._post(self.ticket, 'The courier was late')
        self._post(self.ticket, 'Fraud suspected', internal=True)
        self._post(self.foreign_ticket, 'The courier came')
        Ticket = self.env['helpdesk.ticket'].with_user(self.portal_user)

        def find(text, search_in='all'):
            return Ticket.search(Ticket._get_portal_search_domain(text, search_in)).ids

        self.assertEqual(find('courier'), self.ticket.ids)
        self.assertEqual(find('courier', 'content'), self.ticket.ids)
        self.assertEqual(find('courier', 'name'), [])
        self.assertEqual(find('fraud'), [])
        self.assertEqual(find('broken', 'name'), self.ticket.ids)
        self.assertEqual(find(f'#{self.ticket.ticket_ref}', 'reference'), self.ticket.ids)
