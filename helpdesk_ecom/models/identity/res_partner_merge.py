from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL


class ResPartner(models.Model):
    """Two contacts that are one person: one of them goes on in the other.

    Orders and invoices stay where they are, on the archived contact; whoever looks at the person
    sees them all the same. The link always leads to the contact that is in use now.
    """

    _inherit = 'res.partner'

    helpdesk_merged_into_id = fields.Many2one(
        'res.partner',
        string='Same Person as',
        index='btree_not_null',
        readonly=True,
        copy=False,
        ondelete='set null',
        help='The contact where the help desk goes on with this person.',
    )
    helpdesk_identity_ids = fields.One2many(
        'helpdesk.channel.identity',
        'partner_id',
        string='Channels',
        groups='helpdesk_ecom.group_helpdesk_user',
    )
    helpdesk_merge_ids = fields.One2many(
        'helpdesk.partner.merge',
        'target_id',
        string='Merged Contacts',
        groups='helpdesk_ecom.group_helpdesk_user',
    )

    # === CONSTRAINT METHODS === #

    @api.constrains('helpdesk_merged_into_id')
    def _check_helpdesk_merged_into_id(self):
        if self._has_cycle('helpdesk_merged_into_id'):
            raise ValidationError(self.env._('A contact cannot be merged into itself.'))

    # === ACCESS === #

    def _has_field_access(self, field, operation):
        """Override of `base`: only a merge, which checks both sides, says who is whom."""
        if operation == 'write' and field.name == 'helpdesk_merged_into_id' and not self.env.su:
            return False
        return super()._has_field_access(field, operation)

    # === ACTION METHODS === #

    def action_helpdesk_merge(self):
        """Open the dialog that asks with whom the contact is the same person."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._('It Is the Same Person'),
            'res_model': 'helpdesk.partner.merge.dialog',
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_source_id': self.id},
        }

    # === BUSINESS METHODS === #

    def _get_helpdesk_person(self):
        """Return the contacts where the desk goes on with these; most are it themselves."""
        merged_sudo = self.sudo().filtered('helpdesk_merged_into_id')
        return (self - merged_sudo) | merged_sudo.helpdesk_merged_into_id.sudo(self.env.su)

    def _get_helpdesk_family_query(self):
        """Return the query of the ids of the customer's contacts, and of those merged into them."""
        self.env['res.partner'].flush_model(['commercial_partner_id', 'helpdesk_merged_into_id'])
        return SQL(
            """
            SELECT id FROM res_partner WHERE commercial_partner_id = %(partner_id)s
             UNION
            SELECT merged.id
              FROM res_partner target
              JOIN res_partner merged ON merged.helpdesk_merged_into_id = target.id
             WHERE target.commercial_partner_id = %(partner_id)s
            """,
            partner_id=self.commercial_partner_id.id or 0,
        )

    def _helpdesk_merge_into(self, target, evidence=''):
        """Take this contact and another one for the same person.

        Identities and tickets move; orders and invoices stay; this contact is archived.

        :param res.partner target: who stays.
        :param str evidence: how one knows, in words.
        :return: the `helpdesk.partner.merge`, by which it can be undone.
        :raise AccessError: if the user is no leader.
        :raise UserError: if they can't be merged, with the reason.
        """
        self.ensure_one()
        target.ensure_one()
        self._ensure_helpdesk_mergeable(target)
        Merge_sudo = self.env['helpdesk.partner.merge'].sudo()
        merge_sudo = Merge_sudo.create(
            {'source_id': self.id, 'target_id': target.id, 'evidence': evidence or False}
        )
        merge_sudo._merge()
        return merge_sudo.sudo(self.env.su)

    def _ensure_helpdesk_mergeable(self, target):
        """Refuse to merge what doesn't belong together, or is not for the user to decide on.

        :raise AccessError: if the user is no leader, or may not change a contact.
        :raise UserError: with the reason, in words.
        """
        self._ensure_may_helpdesk_merge()
        (self | target).check_access('write')
        source_sudo, target_sudo = self.sudo(), target.sudo()
        reason = source_sudo._get_helpdesk_merge_obstacle(target_sudo)
        if reason:
            raise UserError(reason)
        self.env['helpdesk.partner.merge']._ensure_companies(source_sudo)

    @api.model
    def _ensure_may_helpdesk_merge(self):
        """Let leaders decide who is whom.

        :raise AccessError: for everybody else.
        """
        if not self.env.su and not self.env.user.has_group('helpdesk_ecom.group_helpdesk_manager'):
            raise AccessError(self.env._('Only team leaders merge contacts. Ask yours.'))

    def _get_helpdesk_merge_obstacle(self, target):
        """Return why this contact can't be merged into another one, in words; '' if it can.

        Both are given as superuser.
        """
        names = {'contact': self.display_name, 'other': target.display_name}
        users = self.with_context(active_test=False).user_ids
        if self == target:
            return self.env._('Choose two different contacts.')
        for partner in (self, target):
            if partner.helpdesk_merged_into_id:
                return self.env._(
                    '%(contact)s was merged into %(other)s before.',
                    contact=partner.display_name,
                    other=partner.helpdesk_merged_into_id.display_name,
                )
            if not partner.active:
                return self.env._('%s is archived. Bring it back first.', partner.display_name)
        if any(user._is_internal() for user in users | target.user_ids):
            return self.env._(
                '%(contact)s or %(other)s is a colleague: what they write would count as the '
                "customer's, or the other way round.",
                **names,
            )
        if users.filtered('active'):
            return self.env._(
                '%(contact)s logs in to the portal and would lose that. Merge %(other)s into '
                '%(contact)s instead, or archive the login first.',
                **names,
            )
        if self.company_id != target.company_id:
            return self.env._('%(contact)s and %(other)s belong to different companies.', **names)
        if target.parent_id == self or target.commercial_partner_id == self:
            return self.env._('%(other)s belongs to %(contact)s.', **names)
        if self.child_ids.filtered(lambda child: child.type == 'contact'):
            return self.env._(
                'People belong to %(contact)s: merge them one by one, or move them first.', **names
            )
        return ''
