from odoo import api, fields, models
from odoo.exceptions import AccessError

TIER_FIELDS = {'helpdesk_tier_id', 'helpdesk_tier_manual'}
# Who asks for the tier, as each new ticket does, would else read all that companies keep about the
# contact: accounts, terms, price list.
PREFETCH = 'helpdesk_tier'


class ResPartner(models.Model):
    """The tier that a customer has with each company; contacts have that of their company."""

    _inherit = 'res.partner'

    helpdesk_tier_id = fields.Many2one(
        'helpdesk.customer.tier',
        string='Customer Tier',
        company_dependent=True,
        prefetch=PREFETCH,
        copy=False,
        groups='base.group_user',
        check_company=True,
        help='Counted every night by the rules of the tiers, unless it was set by hand.',
    )
    helpdesk_tier_manual = fields.Boolean(
        string='Tier Set by Hand',
        company_dependent=True,
        prefetch=PREFETCH,
        copy=False,
        groups='base.group_user',
        help='The rules of the tiers leave this customer alone.',
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Keep agents from giving tiers.

        Defaults that come with a client's request give none either, whatever code runs with them.

        :raise AccessError: see `_check_tier_access`.
        """
        self._check_tier_access(set().union(*vals_list))
        if not self.env.user.has_group('helpdesk_ecom.group_helpdesk_manager'):
            defaults = {f'default_{name}' for name in TIER_FIELDS}
            context = {k: v for k, v in self.env.context.items() if k not in defaults}
            self = self.with_context(context)
        return super().create([self._mark_tier_manual(vals) for vals in vals_list])

    def write(self, vals):
        """Let open tickets follow a tier that is given by hand.

        :raise AccessError: see `_check_tier_access`.
        """
        if not TIER_FIELDS & vals.keys():
            return super().write(vals)
        self._check_tier_access(vals)
        result = super().write(self._mark_tier_manual(vals))
        if vals.get('helpdesk_tier_manual', True):
            self.env['helpdesk.ticket']._update_customer_tiers(self)
        else:
            self.env['helpdesk.customer.tier']._update_partner_tiers(self)
        return result

    # === BUSINESS METHODS === #

    def _check_tier_access(self, names):
        """Check that the user may give tiers: they decide what has to be approved.

        :raise AccessError: for who is no team leader.
        """
        if (
            TIER_FIELDS & set(names)
            and not self.env.su
            and not self.env.user.has_group('helpdesk_ecom.group_helpdesk_manager')
        ):
            raise AccessError(
                self.env._('Only a team leader of the helpdesk may put a customer into a tier.')
            )

    def _mark_tier_manual(self, vals):
        """Return the values with the mark that keeps a given tier from being counted anew."""
        if 'helpdesk_tier_id' in vals and 'helpdesk_tier_manual' not in vals:
            return dict(vals, helpdesk_tier_manual=True)
        return vals
