from odoo import api, models
from odoo.exceptions import ValidationError

from ..ticket.helpdesk_ticket_response import CONVERSATION_TYPES

STATES = ('looking', 'writing', 'gone')
PRESENCE = 'presence'


class HelpdeskTicket(models.Model):
    """Who else is looking at a ticket or answers it, and what is new, live.

    All of it goes over the bus and is forgotten. Who looks at a ticket subscribes to a channel of
    its own, if they may read it. That a conversation went on is told to all agents by the ticket's
    id alone: what was said they ask for, with their own rights.
    """

    _inherit = 'helpdesk.ticket'

    # === ACTION METHODS === #

    def action_announce(self, state, is_new=False):
        """Tell the others at this ticket what the current user does.

        :param str state: ``looking``, ``writing`` or ``gone``.
        :param bool is_new: whether the others should say that they are there, too.
        :raises AccessError: if the user is no agent, or may not read the ticket.
        :raises ValidationError: if there is no such state.
        """
        self.ensure_one()
        self._check_inbox_access()
        self.check_access('read')
        if state not in STATES:
            raise ValidationError(self.env._('There is no such state.'))
        self.env['bus.bus']._sendone(
            (self, PRESENCE),
            'helpdesk_ecom.presence',
            {
                'ticket_id': self.id,
                'user_id': self.env.uid,
                'name': self.env.user.name,
                'state': state,
                'is_new': bool(is_new),
            },
        )

    # === BUSINESS METHODS === #

    @api.model
    def _update_response_clocks(self, messages):
        """Extend to have the lists and forms of the agents refreshed, once for a transaction."""
        super()._update_response_clocks(messages)
        ids = {
            message.res_id
            for message in messages.sudo()
            if message.message_type in CONVERSATION_TYPES and not message.is_internal
        }
        if ids:
            group_id = self.env['ir.model.data']._xmlid_to_res_id(
                'helpdesk_ecom.group_helpdesk_user'
            )
            self.env['bus.bus']._sendone(
                self.env['res.groups'].browse(group_id),
                'helpdesk_ecom.conversation',
                {'ticket_ids': sorted(ids)},
            )
