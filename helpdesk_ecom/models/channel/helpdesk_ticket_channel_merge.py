from odoo import api, models


class HelpdeskTicket(models.Model):
    """What a merge of tickets means for their channels.

    A ticket may have several customers, or one on several channels, after a merge. It is the one's
    who wrote last, and answers go there.
    """

    _inherit = 'helpdesk.ticket'

    # === MAIL GATEWAY === #

    def message_update(self, msg_dict, update_vals=None):
        """Override of `mail`: somebody else's channel is no way to answer the customer's mail.

        Customers who go on by mail themselves keep their channel: the agent chooses the way.
        """
        ticket_sudo = self.sudo()
        author_sudo = ticket_sudo.env['res.partner'].browse(msg_dict.get('author_id') or ())
        if (
            author_sudo
            and ticket_sudo.channel_identity_id
            and author_sudo.commercial_partner_id == ticket_sudo.commercial_partner_id
            and not ticket_sudo.channel_identity_id._is_person(author_sudo)
        ):
            ticket_sudo.write({'channel_identity_id': False, 'channel_thread': False})
        return super().message_update(msg_dict, update_vals)

    # === BUSINESS METHODS === #

    def _has_several_customers(self):
        """Override: two people on channels are two customers, whoever the tickets are for."""
        people_sudo = self.sudo().channel_identity_id.partner_id.commercial_partner_id
        return len(people_sudo) > 1 or super()._has_several_customers()

    def _get_merge_documents(self, survivor):
        """Override: what came and goes by channels belongs to the ticket that is left."""
        return [
            *super()._get_merge_documents(survivor),
            (
                'helpdesk.channel.envelope',
                [
                    ('ticket_id', 'in', self.ids),
                    ('channel_id.company_id', 'in', [survivor.company_id.id, False]),
                ],
                {'ticket_id': survivor.id},
            ),
        ]

    @api.model
    def _get_merge_fill_fields(self):
        """Override: answers go by the customer's channel at once."""
        return [*super()._get_merge_fill_fields(), ('channel_identity_id', 'channel_thread')]

    def _prepare_merge_vals(self, survivor):
        """Override: who is the customer of the survivor is not answered on another's channel."""
        vals = super()._prepare_merge_vals(survivor)
        if identity_id := vals.get('channel_identity_id'):
            customer = survivor.partner_id.browse(vals.get('partner_id')) or survivor.partner_id
            identity = survivor.channel_identity_id.browse(identity_id)
            if customer and not identity._is_person(customer):
                vals.pop('channel_identity_id')
                vals.pop('channel_thread', None)
        return vals

    @api.model
    def _find_shared_channel_ticket(self, identity):
        """Return the open ticket where an identity wrote last, if it is somebody else's now."""
        last = self.env['helpdesk.channel.envelope'].search(
            [
                ('identity_id', '=', identity.id),
                ('direction', '=', 'in'),
                ('kind', '=', 'message'),
                ('ticket_id', '!=', False),
            ],
            order='id desc',
            limit=1,
        )
        ticket = last.ticket_id._get_merge_target()
        return ticket.filtered(lambda t: not t.fold and t.channel_identity_id != identity)

    def _find_merged_channel_tickets(self, identity):
        """Return the tickets of an identity that were merged into this one."""
        self.ensure_one()
        merged = self.with_context(active_test=False).search(
            [('channel_identity_id', '=', identity.id), ('merged_into_id', '!=', False)]
        )
        return merged.filtered(lambda ticket: ticket._get_merge_target() == self)
