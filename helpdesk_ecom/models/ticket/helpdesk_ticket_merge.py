from datetime import datetime

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, is_html_empty


class HelpdeskTicket(models.Model):
    """Two tickets about one thing become one: the survivor."""

    _inherit = 'helpdesk.ticket'

    merged_into_id = fields.Many2one(
        'helpdesk.ticket',
        index='btree_not_null',
        readonly=True,
        copy=False,
        help='The ticket where the conversation goes on. What a customer answers to this ticket '
        'arrives there.',
        system_written=True,
    )
    merged_ticket_ids = fields.One2many(
        'helpdesk.ticket',
        'merged_into_id',
        string='Merged Tickets',
        readonly=True,
        context={'active_test': False},
    )

    # === CONSTRAINT METHODS === #

    @api.constrains('merged_into_id')
    def _check_merged_into_id(self):
        if self._has_cycle('merged_into_id'):
            raise ValidationError(
                self.env._('A ticket cannot be merged into one that was merged into it before.')
            )

    # === BUSINESS METHODS === #

    def _get_merge_target(self):
        """Return the tickets where the conversations of these go on.

        A ticket that was not merged is its own target; chains are followed to their end, one query
        for each link. The result has no duplicates, so it may be shorter than ``self``.

        Note: rights are not checked here: the caller decides what its user may see of the target.

        :rtype: helpdesk.ticket
        """
        links_sudo, targets_sudo = self.sudo(), self.sudo().browse()
        seen_sudo = links_sudo
        while links_sudo:
            targets_sudo |= links_sudo.filtered(lambda ticket: not ticket.merged_into_id)
            links_sudo = links_sudo.merged_into_id - seen_sudo
            seen_sudo |= links_sudo
        return targets_sudo.sudo(self.env.su)

    def _merge_into(self, survivor, confirmed=False):
        """Move what belongs to these tickets to another one, and close them.

        Messages, attachments, activities, ratings, followers and what other tables hold of the
        tickets move; gaps of the survivor are filled (customer, order ...). Change logs stay where
        they are. Nothing is mailed.

        :param helpdesk.ticket survivor: where the conversation goes on. If it was merged itself,
            the end of its chain is taken.
        :param bool confirmed: whether a person was warned that customers or companies differ.
        :return: the survivor.
        :raise AccessError: if the user may not write one of the tickets.
        :raise UserError: if the tickets cannot be merged, or not without a confirmation.
        """
        survivor = survivor._get_merge_target()
        sources = self - survivor
        sources._ensure_mergeable_into(survivor, confirmed)
        sources_sudo, survivor_sudo = sources.sudo(), survivor.sudo()
        (sources_sudo | survivor_sudo).lock_for_update(allow_referencing=True)

        was_open = any(not ticket.fold for ticket in sources_sudo)
        sources_sudo._merge_move_documents(survivor_sudo)
        sources_sudo._merge_add_followers(survivor_sudo)
        survivor_sudo.write(sources_sudo._prepare_merge_vals(survivor_sudo))
        sources_sudo._close_as_merged(survivor_sudo)
        if was_open and survivor_sudo.fold:
            # An open question must not disappear in a ticket that nobody looks at any more.
            survivor_sudo.action_reopen()
        survivor_sudo.action_unarchive()
        sources._log_merge(survivor)
        # Rows changed hands by the id of their record: no inverse field knows of it.
        self.env.invalidate_all()
        (sources_sudo | survivor_sudo).modified(['message_ids', 'rating_ids'])
        return survivor

    def _ensure_mergeable_into(self, survivor, confirmed):
        """Raise unless the current user may merge these tickets into the survivor."""
        survivor.ensure_one()
        if not self:
            raise UserError(self.env._('Choose at least two tickets to merge.'))
        (self | survivor).check_access('write')
        if merged := self.filtered('merged_into_id'):
            raise UserError(
                self.env._(
                    'These tickets were merged before: %(tickets)s',
                    tickets=', '.join(merged.mapped('display_name')),
                )
            )
        tickets = self | survivor
        if not confirmed and (tickets._has_several_customers() or len(tickets.company_id) > 1):
            raise UserError(
                self.env._(
                    'The tickets belong to different customers or companies. Confirm that you '
                    'want to merge them all the same.'
                )
            )

    def _has_several_customers(self):
        """Return whether more than one customer stands behind the tickets.

        People of one company count as one customer, and so does an address without a contact that
        is the address of another ticket's contact.
        """
        identified = self.filtered('commercial_partner_id')
        known_emails = set(identified.mapped('email_normalized'))
        other_emails = set((self - identified).mapped('email_normalized')) - known_emails - {False}
        return len(identified.commercial_partner_id) + len(other_emails) > 1

    def _merge_move_documents(self, survivor):
        """Hand the rows that point at these tickets over to the survivor, a statement per table."""
        for model_name, domain, vals in self._get_merge_documents(survivor):
            self.env[model_name].with_context(active_test=False).search(domain).write(vals)
        # The ORM refuses to re-target what waits to be sent: it means people, not us.
        self.env['mail.scheduled.message'].flush_model(['model', 'res_id'])
        self.env.cr.execute(
            SQL(
                'UPDATE mail_scheduled_message SET res_id = %s '
                'WHERE model = %s AND res_id = ANY(%s)',
                survivor.id,
                self._name,
                self.ids,
            )
        )

    def _get_merge_documents(self, survivor):
        """Return what moves in a merge: for each model a domain, and the values to write.

        To be extended by whatever keeps rows of its own for a ticket.

        :rtype: list[tuple[str, list, dict]]
        """
        of_tickets = [('res_model', '=', self._name), ('res_id', 'in', self.ids)]
        return [
            (
                'mail.message',
                [
                    ('model', '=', self._name),
                    ('res_id', 'in', self.ids),
                    # Logs of changes tell the story of the ticket that was changed.
                    ('tracking_value_ids', '=', False),
                    ('message_type', '!=', 'user_notification'),
                ],
                {'res_id': survivor.id},
            ),
            ('ir.attachment', of_tickets + [('res_field', '=', False)], {'res_id': survivor.id}),
            ('mail.activity', of_tickets + [('active', '=', True)], {'res_id': survivor.id}),
            (
                'rating.rating',
                of_tickets,
                # With its model, a rating looks up the team that it counts for.
                {'res_model_id': self.env['ir.model']._get_id(self._name), 'res_id': survivor.id},
            ),
            (
                'helpdesk.order.action',
                [('ticket_id', 'in', self.ids), ('company_id', '=', survivor.company_id.id)],
                {'ticket_id': survivor.id},
            ),
        ]

    def _merge_add_followers(self, survivor):
        """Let those who follow one of these tickets follow the survivor as well."""
        known = survivor.message_partner_ids
        vals_by_partner = {
            follower.partner_id: {
                'res_model': survivor._name,
                'res_id': survivor.id,
                'partner_id': follower.partner_id.id,
                'subtype_ids': [Command.set(follower.subtype_ids.ids)],
            }
            for follower in self.message_follower_ids
            if follower.partner_id not in known
        }
        self.env['mail.followers'].create(list(vals_by_partner.values()))

    def _prepare_merge_vals(self, survivor):
        """Return what the survivor takes over: what it lacks itself, and what adds up."""
        vals = {
            'priority': max((self | survivor).mapped('priority')),
            'tag_ids': [Command.link(tag.id) for tag in self.tag_ids - survivor.tag_ids],
        }
        if waiting_since := (self | survivor)._get_common_waiting_date():
            vals['oldest_unanswered_customer_message_date'] = waiting_since
        copies = {}
        for ticket in survivor | self:
            copies.update(self._mail_cc_sanitized_raw_dict(ticket.email_cc))
        if copies:
            vals['email_cc'] = ', '.join(copies.values())
        for source in self.filtered(lambda ticket: ticket.company_id == survivor.company_id):
            for names in self._get_merge_fill_fields():
                if not any(survivor[name] or vals.get(name) for name in names):
                    vals.update(
                        {
                            name: self._fields[name].convert_to_write(source[name], source)
                            for name in names
                            if source[name]
                        }
                    )
        return vals

    def _get_common_waiting_date(self):
        """Return since when the customer of these tickets has waited for an answer to any of them.

        Somebody who was answered on one ticket meanwhile does not wait on the other.
        """
        waits = self.mapped('oldest_unanswered_customer_message_date')
        rows = self.env['mail.message']._read_group(
            [
                ('model', '=', self._name),
                ('res_id', 'in', self.ids),
                ('message_type', 'in', ('email', 'comment')),
                ('subtype_id', '=', self.env['ir.model.data']._xmlid_to_res_id('mail.mt_comment')),
                ('author_id.partner_share', '=', False),
                (
                    'author_id',
                    '!=',
                    self.env['ir.model.data']._xmlid_to_res_id('base.partner_root'),
                ),
            ],
            [],
            ['date:max'],
        )
        answered = rows[0][0] or datetime.min
        return min((wait for wait in waits if wait and wait > answered), default=False)

    @api.model
    def _get_merge_fill_fields(self):
        """Return the fields that a survivor takes from a merged ticket if its own are empty.

        :return: groups of names; a group is taken as a whole from one ticket, or not at all.
        :rtype: list[tuple[str]]
        """
        return [
            ('partner_id', 'partner_name', 'partner_email', 'partner_phone'),
            ('sale_order_id',),
            ('product_id', 'lot_id'),
            ('ticket_type_id',),
            ('user_id',),
        ]

    def _close_as_merged(self, survivor):
        """Archive the tickets in a closing stage, without telling customers about it."""
        for stage, tickets in self.grouped(
            lambda ticket: ticket.stage_id if ticket.fold else ticket.team_id._get_closing_stage()
        ).items():
            tickets.with_context(mail_notrack=True).write(
                {'merged_into_id': survivor.id, 'stage_id': stage.id, 'active': False}
            )

    def _log_merge(self, survivor):
        """Leave a note on both sides: what came from where, and where it went."""
        items = Markup().join(
            Markup('<li>%s%s</li>')
            % (
                ticket._get_html_link(),
                # The text of a ticket that was written by hand is in no message.
                Markup('<blockquote>%s</blockquote>') % ticket.description
                if not is_html_empty(ticket.description)
                else '',
            )
            for ticket in self
        )
        survivor._message_log(
            body=Markup('<p>%s</p><ul>%s</ul>') % (self.env._('Merged into this ticket:'), items)
        )
        body = Markup('<p>%s</p>') % self.env._(
            'Merged into %(ticket)s: answers of the customer arrive there.',
            ticket=survivor._get_html_link(),
        )
        self._message_log_batch(bodies=dict.fromkeys(self.ids, body))
