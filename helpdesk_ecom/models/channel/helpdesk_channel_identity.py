from datetime import timedelta

from odoo import api, fields, models


class HelpdeskChannelIdentity(models.Model):
    """A person as one channel knows them, and the contact that we take them for.

    A person has as many of these as channels by which they write, all with the same contact.
    """

    _name = 'helpdesk.channel.identity'
    _description = 'Customer on a Channel'
    _order = 'id desc'

    channel_id = fields.Many2one(
        'helpdesk.channel', required=True, readonly=True, ondelete='cascade'
    )
    company_id = fields.Many2one(related='channel_id.company_id')
    external_id = fields.Char(string='Id at the Provider', required=True, readonly=True)
    alternate_id = fields.Char(
        string='Second Id',
        readonly=True,
        help='Another id of the same person, such as a number beside a user name.',
    )
    name = fields.Char(readonly=True)
    username = fields.Char(string='User Name', readonly=True)
    phone = fields.Char(readonly=True)
    lang = fields.Char(string='Language', readonly=True)
    partner_id = fields.Many2one(
        'res.partner', string='Contact', index='btree_not_null', ondelete='restrict'
    )
    ticket_ids = fields.One2many(
        'helpdesk.ticket',
        'channel_identity_id',
        string='Tickets',
        readonly=True,
        context={'active_test': False},
    )
    is_blocked = fields.Boolean(
        string='Blocked',
        help='What a blocked sender writes makes no ticket. It is kept for a while.',
    )
    last_inbound_date = fields.Datetime(string='Wrote Last On', readonly=True)
    window_until = fields.Datetime(
        string='Free Answers Until',
        readonly=True,
        help='Until then the provider lets us write freely; afterwards only templates.',
    )

    _external_uniq = models.UniqueIndex('(channel_id, external_id)')
    _alternate_uniq = models.UniqueIndex(
        '(channel_id, alternate_id) WHERE alternate_id IS NOT NULL'
    )

    # === COMPUTE METHODS === #

    @api.depends('name', 'username', 'phone', 'external_id')
    def _compute_display_name(self):
        for identity in self:
            identity.display_name = (
                identity.name or identity.username or identity.phone or identity.external_id
            )

    # === ACCESS === #

    def _has_field_access(self, field, operation):
        """Override of `base`: who somebody is on a channel is the provider's to say.

        Answers go there, for as long as the window says. People only block; a merge of contacts,
        which checks both sides, says whose it is.
        """
        if operation == 'write' and field.name != 'is_blocked' and not self.env.su:
            return False
        return super()._has_field_access(field, operation)

    # === BUSINESS METHODS === #

    @api.model
    def _find(self, channel, person):
        """Return the identity of a person, by either of their ids; empty if they are new.

        :param helpdesk.channel channel: where they wrote.
        :param Person person: as the provider knows them.
        """
        found = self._search_ids(channel, [person.external_id, person.alternate_id])
        return found.sorted(lambda identity: identity.external_id != person.external_id)[:1]

    @api.model
    def _search_ids(self, channel, ids):
        """Return who has one of these ids at the provider, be it the first or the second.

        :param helpdesk.channel channel: where they write.
        :param list[str] ids: empty ones are left out.
        """
        ids = [id_ for id_ in ids if id_]
        return self.search(
            [
                ('channel_id', '=', channel.id),
                '|',
                ('external_id', 'in', ids),
                ('alternate_id', 'in', ids),
            ]
        )

    @api.model
    def _recognise(self, channel, person):
        """Return the identity of who wrote, with a contact; both are made if they are new.

        :param helpdesk.channel channel: where they wrote.
        :param Person person: as the provider knows them.
        :return: the identity, and proposals of contacts (commands of the ticket's
            ``partner_suggestion_ids``) if somebody has to decide.
        """
        identity = self._find(channel, person)
        proposals = []
        if not identity:
            self.env['helpdesk.ticket']._lock_identities([f'{channel.id}:{person.external_id}'])
            partner, proposals = self._find_partner(channel, person)
            identity = self.create(
                {**self._prepare_vals(channel, person), 'partner_id': partner.id}
            )
        else:
            identity._learn(person)
            if not identity.partner_id:
                identity.partner_id, proposals = self._find_partner(channel, person)
        return identity, proposals

    @api.model
    def _prepare_vals(self, channel, person):
        """Return the values of a new identity."""
        return {
            'channel_id': channel.id,
            'external_id': person.external_id,
            'alternate_id': person.alternate_id or False,
            'name': person.name or False,
            'username': person.username or False,
            'phone': person.phone or False,
            'lang': person.lang or False,
        }

    @api.model
    def _find_partner(self, channel, person):
        """Return the contact behind a person, made if need be, and proposals of others.

        A number or address that the provider vouches for is evidence as in a mail. Where the
        evidence conflicts, the person gets a contact of their own until somebody decides.
        """
        Ticket = self.env['helpdesk.ticket']
        vals = {
            'team_id': channel.team_id.id,
            'partner_name': person.name or person.username,
            'partner_email': person.email,
            'partner_phone': person.phone,
        }
        Ticket._complete_team([vals])
        Ticket._identify_customers([vals])
        partner = self.env['res.partner'].browse(vals.get('partner_id') or ())
        if not partner:
            partner = self.env['res.partner'].create(
                {'name': person.name or person.username or person.phone or person.external_id}
            )
        return partner, vals.get('partner_suggestion_ids') or []

    def _learn(self, person):
        """Take over what the provider tells anew of a person: another name, a second id."""
        self.ensure_one()
        known = (
            self.search_count(
                [
                    ('channel_id', '=', self.channel_id.id),
                    ('alternate_id', '=', person.alternate_id),
                    ('id', '!=', self.id),
                ],
                limit=1,
            )
            if person.alternate_id and person.alternate_id != self.alternate_id
            else 0
        )
        news = {
            'name': person.name,
            'username': person.username,
            'phone': person.phone,
            'lang': person.lang,
            'alternate_id': person.alternate_id if not known else '',
        }
        if person.external_id != self.external_id and person.external_id == self.alternate_id:
            news.pop('alternate_id')  # the second id came alone
        vals = {name: value for name, value in news.items() if value and value != self[name]}
        if vals:
            self.write(vals)

    def _learn_sent(self, sent):
        """Call a person from now on as the provider does in its answer to a message.

        :param Sent sent: what the provider said.
        """
        keys = {sent.external_id, sent.alternate_id} - {''}
        if not self or not keys or keys <= {self.external_id, self.alternate_id}:
            return
        if self._search_ids(self.channel_id, keys) - self:
            return  # there are two of them until somebody decides
        external_id = sent.external_id or self.external_id
        if external_id == self.alternate_id:
            external_id = self.external_id
        others = (self.alternate_id, sent.alternate_id, self.external_id)
        self.write(
            {
                'external_id': external_id,
                'alternate_id': next((key for key in others if key and key != external_id), False),
            }
        )

    def _note_inbound(self, event):
        """Note when the customer wrote last, and until when we may answer freely.

        :param ChannelEvent event: their message.
        """
        self.ensure_one()
        moment = min(event.date or self.env.cr.now(), self.env.cr.now())
        vals = {'last_inbound_date': moment}
        hours = self.channel_id._get_window_hours()
        if hours is not None and event.opens_window and event.is_private:
            vals['window_until'] = moment + timedelta(hours=hours)
        # what happened first may come last
        later = {name: date for name, date in vals.items() if not self[name] or date > self[name]}
        if later:
            self.write(later)

    def _is_person(self, partner):
        """Tell whether a contact is who writes here, or a colleague of theirs."""
        self.ensure_one()
        return self.partner_id.commercial_partner_id == partner.commercial_partner_id

    def _is_window_open(self):
        """Tell whether we may write freely now."""
        self.ensure_one()
        if self.channel_id._get_window_hours() is None:
            return True
        return bool(self.window_until and self.window_until > fields.Datetime.now())
