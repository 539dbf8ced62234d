"""A live chat channel of a team, with an operator who has no right in the helpdesk."""

from odoo import Command, fields
from odoo.tests import new_test_user

from odoo.addons.bus.tests.common import BusCase
from odoo.addons.helpdesk_ecom.tests.common import HelpdeskOrderCommon


class LivechatCommon(HelpdeskOrderCommon, BusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = cls._new_operator('operator', 'im_livechat.im_livechat_group_user')
        cls.chat_agent = cls._new_operator(
            'chat_agent',
            'im_livechat.im_livechat_group_user,helpdesk_ecom.group_helpdesk_user',
        )
        cls.team.member_ids = [Command.link(cls.chat_agent.id)]
        cls.public_user = cls.env.ref('base.public_user')
        cls.livechat = cls.env['im_livechat.channel'].create(
            {
                'name': 'Shop',
                'user_ids': [Command.set((cls.operator | cls.chat_agent).ids)],
                'helpdesk_team_id': cls.team.id,
            }
        )

    @classmethod
    def _new_operator(cls, login, groups):
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            name=login.replace('_', ' ').title(),
            email=f'{login}@shop.example',
        )

    @classmethod
    def _create_guest(cls, **vals):
        return cls.env['mail.guest'].create({'name': 'Visitor', 'lang': 'en_US', **vals})

    @classmethod
    def _start_chat(cls, visitor=None, operator=None, **vals):
        """Return a chat of a guest, or of a contact who is logged in, with an operator."""
        visitor = visitor if visitor is not None else cls._create_guest()
        operator = operator or cls.operator
        persona = 'guest_id' if visitor._name == 'mail.guest' else 'partner_id'
        # as the route does it: whoever creates a channel is a member, unless it is the public
        Chat = cls.env['discuss.channel'].with_user(cls.public_user).sudo()
        chat = Chat.create(
            {
                'name': f'{visitor.name} {operator.name}',
                'channel_type': 'livechat',
                'livechat_channel_id': cls.livechat.id,
                'livechat_operator_id': operator.partner_id.id,
                'livechat_failure': 'no_answer',
                'livechat_status': 'in_progress',
                'last_interest_dt': fields.Datetime.now(),
                'channel_member_ids': [
                    Command.create(
                        {
                            'partner_id': operator.partner_id.id,
                            'livechat_member_type': 'agent',
                        }
                    ),
                    Command.create({persona: visitor.id, 'livechat_member_type': 'visitor'}),
                ],
                **vals,
            }
        )
        return chat.with_env(cls.env)

    def _as_visitor(self, chat):
        """Return the chat as the browser of its visitor handles it."""
        guest = chat.livechat_customer_guest_ids
        if guest:
            return chat.with_user(self.public_user).with_context(guest=guest.sudo(False))
        return chat.with_user(chat.livechat_customer_partner_ids.user_ids[:1])

    def _say(self, chat, text, user=None, **kwargs):
        """Post as a user, or as the visitor of the chat."""
        chat = chat.with_user(user) if user else self._as_visitor(chat)
        chat.check_access('read')
        return chat.sudo().message_post(  # as the route does it
            body=text,
            message_type='comment',
            subtype_xmlid='mail.mt_comment',
            **kwargs,
        )

    def _run_job(self):
        with self.enter_registry_test_mode():
            self.env.ref('helpdesk_ecom_livechat.ir_cron_make_tickets').method_direct_trigger()

    def _command(self, chat, user, body):
        """Type a command as a user, and return what they alone read."""
        name = body.split()[0].removeprefix('/')
        self._reset_bus()
        getattr(chat.with_user(user), f'execute_command_{name}')(body=body)
        self.env.cr.precommit.run()  # sends what is on the bus
        told = [
            notification.message
            for notification in self.env['bus.bus'].sudo().search([])
            if 'discuss.channel/transient_message' in notification.message
        ]
        self.assertEqual(len(told), 1, 'one answer, to one person')
        return told[0]

    def _conversation(self, ticket):
        """Return the conversation of a ticket, oldest first."""
        return ticket.message_ids.filtered(
            lambda message: message.message_type in ('comment', 'auto_comment')
        ).sorted('id')

    def _texts(self, ticket):
        return [str(message.preview) for message in self._conversation(ticket)]
