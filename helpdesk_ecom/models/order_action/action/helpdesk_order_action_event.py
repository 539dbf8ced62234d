from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import ACTION_STATES


class HelpdeskOrderActionEvent(models.Model):
    """One entry of the audit trail of an order action: who moved it from where to where, and when.

    It is written by the action alone, and by nobody ever changed: neither by an administrator nor
    by code that runs as superuser.
    """

    _name = 'helpdesk.order.action.event'
    _description = 'Audit of Order Actions'
    _order = 'id'

    action_id = fields.Many2one(
        'helpdesk.order.action',
        required=True,
        index=True,
        ondelete='cascade',
    )
    user_id = fields.Many2one('res.users', required=True, ondelete='restrict', string='By')
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    source_state = fields.Selection(ACTION_STATES, string='From')
    target_state = fields.Selection(ACTION_STATES, string='To', required=True)
    amount = fields.Monetary()
    currency_id = fields.Many2one('res.currency', required=True)
    message = fields.Text()

    # === CRUD METHODS === #

    def write(self, vals):
        """Refuse every change.

        :raise UserError: always.
        """
        raise UserError(self._get_refusal())

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self._get_refusal())

    # === BUSINESS METHODS === #

    @api.model
    def _get_refusal(self):
        """Return what those read who try to change the past."""
        return self.env._('The audit trail of order actions is kept as it is.')
