import secrets

from odoo import api, fields, models, tools


class HelpdeskChannel(models.Model):
    """A way by which customers reach the desk: a mailbox, the portal, a number, a page, a shop.

    Policies, routing rules and reports ask for it. Its ``provider`` says what kind of way it is;
    addons that connect a messenger add theirs (see ``helpdesk_channel_provider.py``). A channel
    that speaks to a provider is an account there: one number, one page, one bot.
    """

    _name = 'helpdesk.channel'
    _description = 'Helpdesk Channel'
    _inherit = ['helpdesk.cached.mixin', 'mail.thread', 'mail.activity.mixin']
    _order = 'sequence, id'
    _check_company_auto = True
    _cached_fields = frozenset({'active', 'company_id', 'provider', 'state', 'webhook_token'})

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    provider = fields.Selection(
        [
            ('email', 'Email'),
            ('portal', 'Customer Portal'),
            ('phone', 'Phone'),
            ('webhook', 'Your Own Program (webhook)'),
            ('other', 'Other'),
        ],
        required=True,
        default='other',
    )
    company_id = fields.Many2one(
        'res.company',
        compute='_compute_company_id',
        store=True,
        precompute=True,
        readonly=False,
        index='btree_not_null',
    )
    state = fields.Selection(
        [('draft', 'Off'), ('on', 'On'), ('stopped', 'Stopped')],
        default='draft',
        required=True,
        copy=False,
        tracking=True,
        help='Off: nothing comes in or goes out. Stopped: the provider refuses us; what is to be '
        'sent waits until an administrator has mended it.',
    )
    team_id = fields.Many2one(
        'helpdesk.team',
        check_company=True,
        ondelete='restrict',
        help='The team that gets the tickets of this channel. Routing rules may send them on.',
    )
    user_id = fields.Many2one(
        'res.users',
        string='Responsible',
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        help='Hears of it when the channel breaks, and signs what was answered elsewhere, such as '
        'in the app on a phone, if nobody is assigned to the ticket.',
    )
    new_ticket_hours = fields.Float(
        string='New Ticket After',
        default=72,
        help='A messenger has one endless conversation with each customer. What they write up to '
        'so many hours after their ticket was closed reopens it; later it is a new ticket.',
    )

    # === THE ACCOUNT === #

    account_id = fields.Char(
        copy=False,
        help='What the provider calls the account: the id of a number, of a page, of a bot.',
    )
    api_url = fields.Char(
        string='API Address',
        groups='helpdesk_ecom.group_helpdesk_admin',
        help='Where the provider takes what we send. Leave it empty for the usual one.',
    )
    access_token = fields.Char(
        copy=False,
        groups='helpdesk_ecom.group_helpdesk_admin',
        help='What shows the provider that it is us.',
    )
    signing_secret = fields.Char(
        copy=False,
        groups='helpdesk_ecom.group_helpdesk_admin',
        help='What shows us that it is the provider. Without it nothing is let in.',
    )
    verify_token = fields.Char(
        copy=False,
        groups='helpdesk_ecom.group_helpdesk_admin',
        default=lambda self: secrets.token_urlsafe(16),
        help='To be entered at the provider beside the address of the webhook, if it asks for one.',
    )
    webhook_token = fields.Char(
        copy=False,
        groups='helpdesk_ecom.group_helpdesk_admin',
        default=lambda self: secrets.token_urlsafe(24),
    )
    webhook_url = fields.Char(
        string='Webhook Address',
        compute='_compute_webhook_url',
        groups='helpdesk_ecom.group_helpdesk_admin',
        help='To be entered at the provider: what customers write is sent there.',
    )
    token_expiry_date = fields.Datetime(
        string='Token Valid Until',
        copy=False,
        groups='helpdesk_ecom.group_helpdesk_admin',
    )

    _webhook_token_uniq = models.UniqueIndex('(webhook_token) WHERE webhook_token IS NOT NULL')
    _account_idx = models.Index('(provider, account_id) WHERE account_id IS NOT NULL')

    # === COMPUTE METHODS === #

    @api.depends('team_id')
    def _compute_company_id(self):
        for channel in self:
            channel.company_id = channel.team_id.company_id or channel.company_id

    @api.depends('provider', 'webhook_token')
    def _compute_webhook_url(self):
        for channel in self:
            channel.webhook_url = channel._has_transport() and (
                f'{channel.get_base_url()}/helpdesk/webhook/'
                f'{channel.provider}/{channel.webhook_token}'
            )

    # === CRUD METHODS === #

    def write(self, vals):
        """Extend: what is archived is off: nothing would come in, so that nothing may go out."""
        if 'active' in vals and not vals['active']:
            vals = {**vals, 'state': 'draft'}
        off = self.browse()
        if 'state' in vals:
            # whoever was just sending while it was turned off left something behind
            off = self if vals['state'] == 'draft' else self.filtered(lambda c: c._is_off())
        result = super().write(vals)
        off.sudo()._give_up_outgoing()
        return result

    # === ACTION METHODS === #

    def action_turn_on(self):
        """Let messages in and out, also of an archived channel.

        What waited as the channel was stopped goes now.

        :raise UserError: if something that the provider needs is missing.
        """
        for channel in self:
            channel._ensure_complete()
        self.write({'active': True, 'state': 'on'})
        self.sudo().write({'send_after': False, 'last_error': False})
        self.sudo()._forget_reminder()
        self.env['helpdesk.channel.envelope']._trigger_outbox()
        return True

    def action_turn_off(self):
        """Let nothing in or out any more. What waits to be sent is given up."""
        return self.write({'state': 'draft'})

    def action_new_webhook_address(self):
        """Replace the webhook's address, as if the old one had become known."""
        self.check_access('write')
        for channel in self:
            channel.webhook_token = secrets.token_urlsafe(24)
        return True

    # === BUSINESS METHODS === #

    def _is_off(self):
        """Tell whether the channel lets nothing out, and keeps nothing for later."""
        return self.state == 'draft' or not self.active

    @tools.ormcache('self.id')
    def _get_company_id(self):
        """Return the id of the channel's company, False for that of all and for no channel.

        Each mail asks for it.
        """
        return self.sudo().company_id.id

    @api.model
    @tools.ormcache('provider', 'token')
    def _get_id_by_webhook(self, provider, token):
        """Return the id of the channel that listens at this address, None for none.

        Off means off: a channel that does not listen has no address. A stopped one still does, as
        the provider would give up on us otherwise.
        """
        channel_sudo = self.sudo().search(
            [
                ('webhook_token', '=', token),
                ('provider', '=', provider),
                ('state', 'in', ('on', 'stopped')),
            ],
            limit=1,
        )
        return channel_sudo.id or None
