from odoo import api, fields, models
from odoo.exceptions import ValidationError


class HelpdeskTicket(models.Model):
    """Two tickets about one thing become one: the survivor."""

    _inherit = 'helpdesk.ticket'

    merged_into_id = fields.Many2one(
        'helpdesk.ticket',
        string='Merged Into',
        index='btree_not_null',
        readonly=True,
        copy=False,
        help='The ticket where the conversation goes on. What a customer answers to this ticket '
        'arrives there.',
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
