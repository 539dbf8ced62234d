from odoo import api, fields, models


class HelpdeskPartnerMergeDialog(models.TransientModel):
    """Asks with whom a contact is the same person, and how one knows."""

    _name = 'helpdesk.partner.merge.dialog'
    _description = 'Merge a Contact into Another One'

    source_id = fields.Many2one('res.partner', string='This Contact', required=True)
    target_id = fields.Many2one(
        'res.partner',
        string='Is the Same Person as',
        required=True,
        domain="[('id', '!=', source_id)]",
    )
    evidence = fields.Text(string='How Do You Know?')
    ticket_count = fields.Integer(compute='_compute_counts')
    identity_count = fields.Integer(compute='_compute_counts')

    # === COMPUTE METHODS === #

    @api.depends('source_id')
    def _compute_counts(self):
        for dialog in self:
            tickets, identities = self.env['helpdesk.partner.merge']._find_moving(dialog.source_id)
            dialog.ticket_count = len(tickets)
            dialog.identity_count = len(identities)

    # === ACTION METHODS === #

    def action_merge(self):
        """Merge the contacts, and open the one that stays.

        :raise AccessError: if the user is no leader.
        :raise UserError: if they can't be merged, with the reason.
        """
        self.ensure_one()
        self.source_id._helpdesk_merge_into(self.target_id, self.evidence)
        return self.target_id._get_records_action(name=self.env._('Contact'))
