from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError


class HelpdeskBlockedSender(models.Model):
    """An address whose mail makes no tickets: it is kept aside for a while, and nobody is bothered.

    Messengers know their blocked senders themselves: see ``is_blocked`` of
    `helpdesk.channel.identity`.
    """

    _name = 'helpdesk.blocked.sender'
    _description = 'Blocked Sender'
    _inherit = ['helpdesk.cached.mixin']
    _order = 'id desc'
    _rec_name = 'email'
    _check_company_auto = True
    _cached_fields = frozenset({'company_id', 'email'})

    email = fields.Char(required=True)
    email_normalized = fields.Char(
        compute='_compute_email_normalized',
        store=True,
        precompute=True,
        help='Technical: the address in lower case without a name, to compare by.',
    )
    company_id = fields.Many2one(
        'res.company',
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    ticket_id = fields.Many2one(
        'helpdesk.ticket',
        string='Because of',
        readonly=True,
        index='btree_not_null',
        ondelete='set null',
        check_company=True,
    )
    reason = fields.Char()

    _email_uniq = models.UniqueIndex(
        '(email_normalized, company_id)', 'This address is blocked already.'
    )

    # === COMPUTE METHODS === #

    @api.depends('email')
    def _compute_email_normalized(self):
        for sender in self:
            sender.email_normalized = tools.email_normalize(sender.email)

    # === CONSTRAINT METHODS === #

    @api.constrains('email')
    def _check_email(self):
        """Refuse what is no address, our own ones, and those of colleagues."""
        addresses = self.mapped('email_normalized')
        if not all(addresses):
            raise ValidationError(
                self.env._(
                    '"%s" is no email address.',
                    next(sender.email for sender in self if not sender.email_normalized),
                )
            )
        own = self.env['mail.alias.domain'].sudo()._find_aliases(addresses)
        if own:
            raise ValidationError(
                self.env._(
                    "%s is an address of your own: it can't be blocked.", ', '.join(sorted(own))
                )
            )
        colleagues_sudo = (
            self.env['res.users']
            .sudo()
            .search([('share', '=', False), ('partner_id.email_normalized', 'in', addresses)])
        )
        if colleagues_sudo:
            raise ValidationError(
                self.env._(
                    "Colleagues can't be blocked: %s", ', '.join(colleagues_sudo.mapped('name'))
                )
            )

    # === ACTION METHODS === #

    def action_unblock(self):
        """Let mail of these addresses make tickets again, and say so on the tickets.

        :raise AccessError: if the user is no leader.
        """
        self.check_access('unlink')
        self.ticket_id._log_unblocked()
        self.unlink()
        return True

    # === BUSINESS METHODS === #

    @api.model
    @tools.ormcache()
    def _get_blocked(self):
        """Return all blocked addresses; each mail asks, and most desks block few.

        :return: address -> ids of the companies that block it.
        :rtype: dict[str, frozenset[int]]
        """
        blocked = {}
        for sender_sudo in self.sudo().search_fetch([], ['email_normalized', 'company_id']):
            blocked.setdefault(sender_sudo.email_normalized, set()).add(sender_sudo.company_id.id)
        return {email: frozenset(company_ids) for email, company_ids in blocked.items()}
