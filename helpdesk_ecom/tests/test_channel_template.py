import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from ..models.inbox.helpdesk_ticket_presence import PRESENCE
from ..tools.channel.template import find_variables, render, split, to_status
from .channel_common import HelpdeskChannelCommon


class HelpdeskTemplateCommon(HelpdeskChannelCommon):
    """A channel with a window of a day, two templates, and a customer who wrote."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Template = cls.env['helpdesk.channel.template']
        cls.template = cls.Template.create(
            {
                'channel_id': cls.channel.id,
                'name': 'news',
                'lang': 'en_US',
                'category': 'utility',
                'status': 'approved',
                'body': 'Hi {{1}}, about {{2}}: {{3}}',
            }
        )
        first, number, _free = cls.template.variable_ids
        first.fact, number.fact = 'customer_first_name', 'ticket_number'

    def setUp(self):
        super().setUp()
        self.patch(type(self.env['helpdesk.channel']), '_get_window_hours', lambda channel: 24)
        self.ticket = self._receive(self._event('Where is it?')).ticket_id
        self.ticket.user_id = self.agent
        self.program.messages.clear()

    def _close_window(self):
        self.ticket.channel_identity_id.window_until = fields.Datetime.now() - timedelta(hours=1)

    def _state(self, user=None):
        return self.ticket.with_user(user or self.agent).get_channel_state()


@tagged('post_install', '-at_install')
class TestChannelTemplate(HelpdeskTemplateCommon):
    """When the window is closed, an agent sends what the provider approved, and nothing else."""

    def test_pieces(self):
        self.assertEqual(find_variables('{{2}} {{ 1 }} {{2}}'), ['2', '1'])
        self.assertEqual(split('Hi {{1}}!', ['1']), ['Hi ', 0, '!'])
        self.assertEqual(split('{{x}} {{1}}', ['1']), ['{{x}} ', 0])
        names = ['header.1', '1']
        self.assertEqual(
            render('Order {{1}}\n\nHi {{1}}', names, ['S1', 'Emma']), 'Order S1\n\nHi Emma'
        )
        self.assertEqual(render('{{1}}', ['1'], ['{{1}}']), '{{1}}')
        self.assertEqual([to_status(s) for s in ('APPROVED', 'odd', None)][1:], ['disabled'] * 2)

    def test_send(self):
        self._close_window()
        ticket = self.ticket.with_user(self.agent)
        with self.assertRaises(UserError):
            self._answer(self.ticket)
        (offered,) = self._state()['templates']
        self.assertEqual(
            [variable['value'] for variable in offered['variables']],
            ['Emma', self.ticket.ticket_ref, ''],
        )
        self.assertEqual(offered['pieces'], ['Hi ', 0, ', about ', 1, ': ', 2])
        with self.assertRaises(UserError, msg='a variable is empty'):
            ticket.send_channel_template(self.template.id)
        message_id = ticket.send_channel_template(self.template.id, {'3': 'it is\n  on its   way'})
        message = self.env['mail.message'].browse(message_id)
        text = f'Hi Emma, about {self.ticket.ticket_ref}: it is on its way'
        self.assertEqual(message.body, f'<p>{text}</p>')
        self.assertEqual(message.author_id, self.agent.partner_id)
        self._run_outbox()
        (sent,) = self.program.messages
        self.assertEqual(
            sent['template'],
            {
                'name': 'news',
                'lang': 'en_US',
                'values': ['Emma', self.ticket.ticket_ref, 'it is on its way'],
                'names': ['1', '2', '3'],
            },
        )
        self.assertEqual(message.sudo()._get_delivery()['state'], 'sent')

    def test_markup_is_text(self):
        self._close_window()
        message_id = self.ticket.with_user(self.agent).send_channel_template(
            self.template.id, {'3': '<script>alert(1)</script>'}
        )
        self.assertIn('&lt;script&gt;', self.env['mail.message'].browse(message_id).body)

    def test_only_approved(self):
        self._close_window()
        ticket = self.ticket.with_user(self.agent)
        other = self.channel.copy({'name': 'Other'})
        for vals in (
            {'status': 'rejected'},
            {'status': 'paused'},
            {'status': 'pending'},
            {'status': 'disabled'},
            {'is_usable': False},
            {'active': False},
            {'channel_id': other.id},
        ):
            before = {name: self.template[name] for name in vals}
            with self.subTest(**vals):
                self.template.write(vals)
                self.assertFalse(self._state()['templates'])
                with self.assertRaises(UserError):
                    ticket.send_channel_template(self.template.id, {'3': 'x'})
            self.template.write(before)

    def test_who_posts_does_not_say_what_the_template_says(self):
        self._close_window()
        payload = {'name': 'news', 'lang': 'en_US', 'names': ['1', '2', '3'], 'values': list('abc')}
        message = self._answer(
            self.ticket.with_context(helpdesk_template=payload), '<p>Something else</p>'
        )
        self.assertEqual(message.body, '<p>Hi a, about b: c</p>')
        for forged in ({'name': 'free'}, {'values': ['a']}, {'names': ['1']}, {'lang': 'de'}):
            with self.subTest(**forged), self.assertRaises(UserError):
                self._answer(self.ticket.with_context(helpdesk_template={**payload, **forged}))

    def test_language_of_the_customer(self):
        self.Template.create(
            [
                {
                    'channel_id': self.channel.id,
                    'name': 'news',
                    'lang': lang,
                    'status': 'approved',
                    'body': 'Hola',
                }
                for lang in ('de', 'es', 'es_MX')
            ]
        )
        self.env['res.lang']._activate_lang('es_MX')
        self.env['res.lang']._activate_lang('de_DE')
        self.ticket.partner_id.lang = 'es_MX'
        found = [template['lang'] for template in self._state()['templates']]
        self.assertEqual(found, ['es_MX', 'es', 'en_US', 'de'])
        self.ticket.partner_id.lang = False
        self.ticket.lang_id = self.env['res.lang']._get_helpdesk_lang_id('fr_FR')
        self.ticket.company_id.partner_id.lang = 'de_DE'
        found = [template['lang'] for template in self._state()['templates']]
        self.assertEqual(found[:2], ['de', 'en_US'], 'that of the company, then English')

    def test_fetch(self):
        found = [
            {
                'name': 'news',
                'lang': 'en_US',
                'status': 'PAUSED',
                'body': 'Hi {{1}}, {{new}}',
                'names': ['1', 'new'],
            },
            {'name': 'late', 'lang': 'de', 'status': 'APPROVED', 'body': 'Hallo {{1}}'},
            {'name': '', 'lang': 'de', 'body': 'broken'},
        ]
        gone = self.template.copy({'name': 'gone'})
        self.patch(type(self.env['helpdesk.channel']), '_list_templates', lambda channel: found)
        with self.assertRaises(AccessError):
            self.channel.with_user(self.leader).action_fetch_templates()
        self.channel.with_user(self.admin).action_fetch_templates()
        self.assertEqual((self.template.status, gone.status), ('paused', 'disabled'))
        self.assertEqual(self.template.variable_ids.mapped('name'), ['1', 'new'])
        self.assertEqual(self.template.variable_ids[0].fact, 'customer_first_name', 'kept')
        late = self.Template.search([('name', '=', 'late')])
        self.assertEqual((late.status, late.variable_ids.mapped('name')), ('approved', ['1']))
        self.channel.with_user(self.admin).action_fetch_templates()
        self.assertEqual(self.Template.search_count([('channel_id', '=', self.channel.id)]), 3)
        self.patch(type(self.env['helpdesk.channel']), '_get_window_hours', lambda channel: None)
        with self.assertRaises(UserError, msg='what is written by hand is not disabled'):
            self.channel.with_user(self.admin).action_fetch_templates()

    def test_variables_of_a_new_text(self):
        self.template.body = 'Hi {{1}}, {{new}}'
        self.assertEqual(self.template.variable_ids.mapped('name'), ['1', '2', '3', 'new'])
        by_form = self.Template.create(
            {
                'channel_id': self.channel.id,
                'name': 'written',
                'lang': 'en',
                'body': '{{x}}',
                'variable_ids': [],
            }
        )
        self.assertEqual(by_form.variable_ids.mapped('name'), ['x'])

    def test_rights(self):
        template = self.template.with_user(self.agent)
        self.assertTrue(template.body)
        for user in (self.agent, self.leader):
            with self.assertRaises(AccessError):
                template.with_user(user).status = 'approved'
        template.with_user(self.admin).status = 'disabled'


@tagged('post_install', '-at_install')
class TestChannelComposer(HelpdeskTemplateCommon):
    """What the composer knows, and by which way an answer goes."""

    def test_state(self):
        state = self._state()
        self.assertTrue(state['is_open'])
        self.assertEqual((state['name'], state['provider']), ('Shop App', 'webhook'))
        self.assertEqual(
            state['until'],
            fields.Datetime.to_string(self.ticket.channel_identity_id.window_until),
        )
        self.assertEqual(state['ways'][:2], ['channel', 'email'])  # addons add theirs
        self._close_window()
        self.assertFalse(self._state()['is_open'])
        self.assertFalse(self._create_ticket().with_user(self.agent).get_channel_state())

    def test_state_costs_few_queries(self):
        self.template.copy({'name': 'second'})
        ticket = self.ticket.with_user(self.agent)
        ticket.get_channel_state()
        self.env.invalidate_all()
        with self.assertQueryCount(20):
            self.assertEqual(len(ticket.get_channel_state()['templates']), 2)

    def test_state_is_for_who_may_answer(self):
        portal = new_test_user(
            self.env, 'emma', groups='base.group_portal', partner_id=self.ticket.partner_id.id
        )
        for user in (portal, self.outsider):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._state(user)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.ticket.with_user(user).send_channel_template(self.template.id, {'3': 'x'})

    def test_ways(self):
        self.ticket.partner_id.phone = self.ticket.partner_phone = False
        ticket = self.ticket.with_user(self.agent)
        for way in ('sms', 'pigeon', 1):
            with self.subTest(way=way), self.assertRaises(UserError):
                self._answer(ticket.with_context(helpdesk_reply_by=way))
        self.ticket.partner_id.email = self.ticket.partner_email = False
        self.assertEqual(self._state()['ways'], ['channel'])
        with self.assertRaises(UserError):
            self._answer(ticket.with_context(helpdesk_reply_by='email'))

    def test_nobody_needs_an_address_on_a_channel(self):
        """The composer would send nothing to recipients without one."""
        self.ticket.partner_id.email = self.ticket.partner_email = False
        ticket = self.ticket.with_user(self.agent)
        for recipient in ticket._message_get_suggested_recipients(reply_discussion=True):
            self.assertTrue(recipient['email'])

    def test_dialog(self):
        """The dialog says the same, refuses the same, and sends by mail if told so."""
        self._close_window()
        context = {
            'default_model': 'helpdesk.ticket',
            'default_res_ids': self.ticket.ids,
            'default_composition_mode': 'comment',
            'default_body': '<p>Here it is</p>',
            'default_subtype_xmlid': 'mail.mt_comment',
            'default_partner_ids': self.ticket.partner_id.ids,
        }
        Composer = self.env['mail.compose.message'].with_user(self.agent).with_context(**context)
        form = Form(Composer)
        self.assertIn('too long ago', form.helpdesk_channel_note)
        with self.assertRaises(UserError):
            form.save().action_send_mail()
        form = Form(Composer)
        form.helpdesk_reply_by = 'email'
        self.assertIn(self.ticket.partner_id.email, form.helpdesk_channel_note)
        _mails, message = form.save()._action_send_mail()
        self.assertFalse(message.sudo().helpdesk_envelope_ids)
        self.assertIn(self.ticket.partner_id, message.notified_partner_ids)
        by_mail = Composer.with_context(helpdesk_reply_by='email').create({})
        self.assertEqual(by_mail.helpdesk_reply_by, 'email')
        note = Composer.with_context(default_subtype_xmlid='mail.mt_note').create({})
        self.assertFalse(note.helpdesk_reply_by)
        other = Composer.with_context(
            default_model='res.partner', default_res_ids=self.agent.partner_id.ids
        ).create({})
        self.assertFalse(other.helpdesk_channel_note)

    def test_live_update(self):
        """Author, assigned agent and who looks see what became of an answer at once."""
        self.ticket.user_id = self.agent_2
        message = self._answer(self.ticket)
        self.env['bus.bus'].search([]).unlink()
        self._run_outbox()
        self.env.cr.precommit.run()
        told = {
            json.loads(bus.channel)[-1]: values
            for bus in self.env['bus.bus'].search([('message', 'like', 'helpdesk_delivery')])
            for values in json.loads(bus.message)['payload']['mail.message']
            if 'helpdesk_delivery' in values
        }
        self.assertEqual({*told}, {self.agent.partner_id.id, self.agent_2.partner_id.id, PRESENCE})
        for values in told.values():
            self.assertEqual(values['id'], message.id)
            self.assertEqual(values['helpdesk_delivery']['state'], 'sent')
