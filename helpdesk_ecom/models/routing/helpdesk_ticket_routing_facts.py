from odoo import api, models
from odoo.fields import Domain
from odoo.tools import plaintext2html

from ...tools.routing_words import plain_text

ORDER_STATES = {'draft': 'quotation', 'sent': 'quotation'}
# Condition of a rule -> the field of the ticket that is looked at
ROUTING_FIELDS = {
    'channel_ids': 'channel_id',
    'lang_ids': 'lang_id',
    'country_ids': 'country_id',
    'tier_ids': 'customer_tier_id',
    'product_categ_ids': 'product_categ_id',
}


class HelpdeskTicket(models.Model):
    """What routing rules may ask of a ticket."""

    _inherit = 'helpdesk.ticket'

    # === MAIL GATEWAY, PORTAL === #

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Override of `mail`: show the rules the text, which is posted after they were asked."""
        Ticket = self.with_context(helpdesk_routing_text=msg_dict.get('body') or '')
        ticket = super(HelpdeskTicket, Ticket).message_new(msg_dict, custom_values)
        return ticket.with_context(helpdesk_routing_text=None)

    @api.model
    def _create_from_portal(self, customer, team, *, subject, text, **kwargs):
        """Override: show the rules the text, which is posted after they were asked."""
        Ticket = self.with_context(helpdesk_routing_text=plaintext2html(text))
        ticket_sudo = super(HelpdeskTicket, Ticket)._create_from_portal(
            customer, team, subject=subject, text=text, **kwargs
        )
        return ticket_sudo.with_context(helpdesk_routing_text=None)

    # === BUSINESS METHODS === #

    def _get_routing_facts(self, names):
        """Return the values that the tickets have, for the conditions of these names.

        :param names: names of conditions of `helpdesk.routing.rule`.
        :return: ticket -> name -> set of values; empty where nothing is known.
        :rtype: dict
        """
        return {
            ticket: {
                name: {value for value in ticket._get_routing_values(name) if value}
                for name in names
            }
            for ticket in self
        }

    def _get_routing_values(self, name):
        """Return the values of a ticket for one condition."""
        match name:
            case 'team_ids':
                return self._get_arrival_team().ids
            case 'channel_ids':
                return self.channel_id.ids
            case 'lang_ids':
                return self.lang_id.ids
            case 'country_ids':
                return [('country', id_) for id_ in self.country_id.ids] + [
                    ('group', id_) for id_ in self.country_id.country_group_ids.ids
                ]
            case 'tier_ids':
                return self.customer_tier_id.ids
            case 'product_categ_ids':
                path = self.product_id.categ_id.parent_path or ''
                return [int(id_) for id_ in path.split('/') if id_]
            case 'order_state':
                state = self.sale_order_id.state or 'none'
                return [ORDER_STATES.get(state, state)]
            case _:
                return [self[name]]

    def _get_arrival_team(self):
        """Return the team before routing; the present one if the ticket came from elsewhere."""
        team = self.arrival_team_id
        return team if team.company_id == self.company_id else self.team_id

    def _get_routing_value_text(self, name):
        """Return in words what a ticket has, where a rule asks for the condition of this name."""
        match name:
            case 'order_state':
                [state] = self._get_routing_values(name)
                field = self.env['helpdesk.routing.rule']._fields[name]
                return dict(field._description_selection(self.env))[state]
            case 'team_ids':
                return self._get_arrival_team().display_name or ''
            case 'mood' | 'intent':
                return dict(self._fields[name]._description_selection(self.env)).get(self[name], '')
            case _:
                return self[ROUTING_FIELDS[name]].display_name or ''

    def _get_routing_texts(self):
        """Return what the customer wrote, subject and message, as plain text.

        :return: ticket -> text. Of a ticket that is being made the message comes along in the
            context, of an old one it is the first of the conversation.
        :rtype: dict
        """
        coming = self.env.context.get('helpdesk_routing_text')
        bodies = {} if coming is not None else self._get_first_message_bodies()
        return {
            ticket: '\n'.join(
                [
                    ticket.name or '',
                    plain_text(ticket.description or ''),
                    plain_text(coming or bodies.get(ticket.id) or ''),
                ]
            )
            for ticket in self
        }

    def _get_first_message_bodies(self):
        """Return each customer's first message: ticket id -> HTML, in two queries for all."""
        Message_sudo = self.env['mail.message'].sudo()
        comment_id = self.env['ir.model.data']._xmlid_to_res_id('mail.mt_comment')
        first = Message_sudo._read_group(
            Domain('model', '=', self._name)
            & Domain('res_id', 'in', self.ids)
            & Domain('message_type', 'in', ['email', 'comment'])
            & Domain('subtype_id', '=', comment_id)
            & Domain('is_internal', '=', False)
            & (Domain('author_id', '=', False) | Domain('author_id.partner_share', '=', True)),
            ['res_id'],
            ['id:min'],
        )
        messages_sudo = Message_sudo.browse(message_id for _res_id, message_id in first)
        return {message_sudo.res_id: message_sudo.body for message_sudo in messages_sudo}
