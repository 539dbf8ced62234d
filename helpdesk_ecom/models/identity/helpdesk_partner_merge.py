from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

# What a ticket says of its customer, beside who it is.
CONTACT_FIELDS = ('partner_name', 'partner_email', 'partner_phone')


class HelpdeskPartnerMerge(models.Model):
    """Two contacts that a leader took for one person, with the evidence; and the way back.

    What was moved is written down, so that exactly this is moved back. What somebody has changed
    since then stays as it is now.
    """

    _name = 'helpdesk.partner.merge'
    _description = 'Merged Contact'
    _order = 'id desc'
    _rec_name = 'source_id'

    source_id = fields.Many2one(
        'res.partner',
        string='Merged Contact',
        required=True,
        readonly=True,
        index=True,
        ondelete='cascade',
        context={'active_test': False},
    )
    target_id = fields.Many2one(
        'res.partner',
        string='Into',
        required=True,
        readonly=True,
        index=True,
        ondelete='cascade',
    )
    company_id = fields.Many2one(
        'res.company',
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    evidence = fields.Text(readonly=True, help='How one knew that it is the same person.')
    state = fields.Selection(
        [('merged', 'Merged'), ('undone', 'Undone')],
        required=True,
        readonly=True,
        default='merged',
    )
    moved = fields.Json(
        readonly=True,
        groups='helpdesk_ecom.group_helpdesk_admin',
        help='Technical: tickets with what they said of their customer before and after, '
        'identities, and contacts that were merged into the source before.',
    )
    identity_count = fields.Integer(string='Channels', compute='_compute_counts', compute_sudo=True)
    ticket_count = fields.Integer(string='Tickets', compute='_compute_counts', compute_sudo=True)
    undone_by_id = fields.Many2one('res.users', string='Undone by', readonly=True)
    undone_date = fields.Datetime(string='Undone On', readonly=True)

    _merged_uniq = models.UniqueIndex(
        "(source_id) WHERE state = 'merged'", 'This contact is merged already.'
    )

    # === COMPUTE METHODS === #

    @api.depends('moved')
    def _compute_counts(self):
        for merge in self:
            moved = merge.moved or {}
            merge.identity_count = len(moved.get('identities', ()))
            merge.ticket_count = len(moved.get('tickets', ()))

    # === ACTION METHODS === #

    def action_undo(self):
        """Move back what was moved, and bring the contact back.

        :return: a notice of what stays where it is, if anything does.
        :raise AccessError: if the user is no leader.
        :raise UserError: if it was undone before, or a later merge comes first.
        """
        self.ensure_one()
        self.check_access('read')
        self.env['res.partner']._ensure_may_helpdesk_merge()
        merge_sudo = self.sudo()
        (merge_sudo.source_id | merge_sudo.target_id).with_env(self.env).check_access('write')
        merge_sudo.lock_for_update()
        if merge_sudo.state != 'merged':
            raise UserError(self.env._('This was undone already.'))
        if merge_sudo.target_id.helpdesk_merged_into_id:
            raise UserError(
                self.env._(
                    '%(contact)s was merged into %(other)s later on: undo that first.',
                    contact=merge_sudo.target_id.display_name,
                    other=merge_sudo.target_id.helpdesk_merged_into_id.display_name,
                )
            )
        self._ensure_companies(merge_sudo.source_id, merge_sudo.moved)
        return merge_sudo._undo()

    # === BUSINESS METHODS === #

    @api.model
    def _ensure_companies(self, partners, moved=None):
        """Refuse to touch what belongs to a company for which the user doesn't work.

        :param res.partner partners: whose tickets and identities move.
        :param dict moved: what moves instead.
        :raise UserError: without a name: they need not know it.
        """
        tickets_sudo, identities_sudo = self.sudo()._find_moving(partners)
        if moved:
            tickets_sudo = tickets_sudo.browse(map(int, moved['tickets'])).exists()
            identities_sudo = identities_sudo.browse(moved['identities']).exists()
        companies = partners.company_id | tickets_sudo.company_id | identities_sudo.company_id
        if not self.env.su and companies - self.env.companies:
            raise UserError(
                self.env._(
                    'The contact has tickets or channels in a company that you have not chosen '
                    "or don't work for. Choose all companies, or ask an administrator."
                )
            )

    @api.model
    def _find_moving(self, partners):
        """Return the tickets and identities of contacts: what the desk owns."""
        domain = [('partner_id', 'in', partners.ids)]
        return (
            self.env['helpdesk.ticket'].with_context(active_test=False).search(domain),
            self.env['helpdesk.channel.identity'].search(domain),
        )

    def _merge(self):
        """Move identities and tickets to the target, and archive the source. As superuser."""
        self.ensure_one()
        source, target = self.source_id, self.target_id
        (source | target).lock_for_update(allow_referencing=True)
        tickets, identities = self._find_moving(source)
        before = {ticket.id: self._read_contact(ticket) for ticket in tickets}
        earlier = source.with_context(active_test=False).search(
            [('helpdesk_merged_into_id', '=', source.id)]
        )
        # the link comes first: the orders of the source are the target's own from now on
        source.write({'helpdesk_merged_into_id': target.id, 'active': False})
        earlier.helpdesk_merged_into_id = target
        identities.partner_id = target
        self.env['helpdesk.customer.tier']._update_partner_tiers(source | target)
        self._give(tickets, target)
        self.moved = {
            'tickets': {
                str(ticket.id): [before[ticket.id], self._read_contact(ticket)]
                for ticket in tickets
            },
            'identities': identities.ids,
            'merged': earlier.ids,
        }
        self._log(
            tickets,
            self.env._(
                '%(contact)s and %(other)s are the same person.',
                contact=source.name,
                other=target.name,
            ),
        )

    def _undo(self):
        """Move back what was moved and is still as the merge left it. As superuser."""
        self.ensure_one()
        source, target, moved = self.source_id, self.target_id, self.moved or {}
        contacts = moved.get('tickets', {})
        all_tickets = self.env['helpdesk.ticket'].browse(map(int, contacts)).exists()
        all_identities = self.env['helpdesk.channel.identity'].browse(moved.get('identities'))
        all_identities = all_identities.exists()
        tickets = all_tickets.filtered(lambda ticket: ticket.partner_id == target)
        identities = all_identities.filtered(lambda identity: identity.partner_id == target)
        untouched = {
            ticket.id: {
                name: before[name]
                for name in CONTACT_FIELDS
                if ticket[name] == (after[name] or False)
            }
            for ticket in tickets
            for before, after in [contacts[str(ticket.id)]]
        }
        kept = {
            ticket.id: {
                name: ticket[name] for name in CONTACT_FIELDS if name not in untouched[ticket.id]
            }
            for ticket in tickets
        }
        source.write({'helpdesk_merged_into_id': False, 'active': True})
        earlier = self.env['res.partner'].browse(moved.get('merged', ())).exists()
        earlier.filtered(
            lambda partner: partner.helpdesk_merged_into_id == target
        ).helpdesk_merged_into_id = source
        identities.partner_id = source
        self.env['helpdesk.customer.tier']._update_partner_tiers(source | target)
        self._give(tickets, source)
        for ticket in tickets:
            values = untouched[ticket.id] | kept[ticket.id]
            changed = {name: value for name, value in values.items() if ticket[name] != value}
            if changed:
                ticket.with_context(mail_notrack=True).write(changed)
        self._log(
            tickets,
            self.env._(
                '%(contact)s and %(other)s are two different people after all.',
                contact=source.name,
                other=target.name,
            ),
        )
        self.write(
            {
                'state': 'undone',
                'undone_by_id': self.env.uid,
                'undone_date': fields.Datetime.now(),
            }
        )
        self.flush_recordset()  # the contact may be merged again, with the same index
        return self._prepare_undo_notice(
            len(all_tickets - tickets), len(all_identities - identities)
        )

    def _prepare_undo_notice(self, tickets, identities):
        """Return an action that says what stays where somebody has put it since."""
        message = self.env._('Everything was moved back.')
        if tickets or identities:
            message = self.env._(
                'Changed since the merge, and left as they are: %(tickets)s tickets and '
                '%(identities)s channels.',
                tickets=tickets,
                identities=identities,
            )
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'message': message,
                'type': 'warning' if tickets or identities else 'success',
                'sticky': bool(tickets or identities),
                'next': {'type': 'ir.actions.act_window_close'},
            },
        }

    @api.model
    def _give(self, tickets, partner):
        """Let tickets be a contact's; what an agent confirmed of their orders stays so."""
        confirmed = tickets.filtered(lambda ticket: ticket.order_match == 'manual')
        tickets.with_context(mail_notrack=True).write({'partner_id': partner.id})
        tickets.flush_recordset(['order_match'])
        confirmed.with_context(mail_notrack=True).order_match = 'manual'

    @api.model
    def _read_contact(self, ticket):
        """Return what a ticket says of its customer."""
        return {name: ticket[name] or False for name in CONTACT_FIELDS}

    def _log(self, tickets, text):
        """Leave a note on the tickets that moved, and on both contacts."""
        body = Markup('<p>%s</p>') % text
        if self.evidence:
            body += Markup('<p>%s</p>') % self.evidence
        for records in (tickets, self.source_id | self.target_id):
            records._message_log_batch(bodies=dict.fromkeys(records.ids, body))
