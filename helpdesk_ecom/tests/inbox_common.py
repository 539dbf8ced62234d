"""What customers and agents say, for tests of the inbox."""

from odoo import Command

from .common import HelpdeskCommon


class InboxCommon(HelpdeskCommon):
    """...and a private team that only the second agent is in, with a ticket."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.private_team = cls.env['helpdesk.team'].create(
            {
                'name': 'Second Level',
                'privacy_visibility': 'invited_internal',
                'member_ids': [Command.set(cls.agent_2.ids)],
            }
        )
        cls.ticket = cls._create_ticket(user_id=cls.agent.id)
        cls.private_ticket = cls.env['helpdesk.ticket'].create(
            {'name': 'Hidden', 'team_id': cls.private_team.id, 'user_id': cls.agent_2.id}
        )

    @classmethod
    def _hear(cls, ticket, body, author=None):
        """Let a customer write by mail."""
        return ticket.sudo().message_post(
            body=body,
            author_id=(author or cls.customer).id,
            message_type='email',
            subtype_xmlid='mail.mt_comment',
        )

    @classmethod
    def _answer(cls, ticket, body, user=None):
        """Let an agent answer."""
        return ticket.with_user(user or cls.agent).message_post(
            body=body,
            message_type='comment',
            subtype_xmlid='mail.mt_comment',
        )

    def _get_inbox(self, user=None, **kwargs):
        """Return the inbox of a user, and its entries by ticket."""
        inbox = (
            self.env['helpdesk.ticket'].with_user(user or self.agent).get_inbox(tab='all', **kwargs)
        )
        return inbox, {entry['id']: entry for entry in inbox['tickets']}
