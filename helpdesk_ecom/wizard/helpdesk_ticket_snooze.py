from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools.date_utils import localized

from ..tools.snooze_moment import get_snooze_moment


class HelpdeskTicketSnooze(models.TransientModel):
    """Choose until when tickets leave the open lists."""

    _name = 'helpdesk.ticket.snooze'
    _description = 'Snooze Tickets'

    ticket_ids = fields.Many2many(
        'helpdesk.ticket',
        required=True,
        default=lambda self: self._default_ticket_ids(),
    )
    choice = fields.Selection(
        [
            ('hour', 'For an hour'),
            ('tomorrow', 'Tomorrow at 9:00'),
            ('monday', 'Next Monday at 9:00'),
            ('answer', 'Until the customer answers'),
            ('date', 'Until a date'),
        ],
        string='Snooze',
        required=True,
        default='tomorrow',
    )
    snooze_until = fields.Datetime(
        string='Back On',
        compute='_compute_snooze_until',
        store=True,
        readonly=False,
        precompute=True,
    )

    # === DEFAULT METHODS === #

    @api.model
    def _default_ticket_ids(self):
        """Return the tickets that the user chose in a list, or the one of the form."""
        if self.env.context.get('active_model') != 'helpdesk.ticket':
            return []
        return [Command.set(self.env.context.get('active_ids', []))]

    # === COMPUTE METHODS === #

    @api.depends('choice')
    def _compute_snooze_until(self):
        now, zone = localized(self.env.cr.now()), self.env.user.tz or 'UTC'
        for wizard in self:
            if wizard.choice == 'answer':
                wizard.snooze_until = False
            elif wizard.choice in ('hour', 'tomorrow', 'monday'):
                moment = get_snooze_moment(wizard.choice, now, zone)
                wizard.snooze_until = moment.replace(tzinfo=None, microsecond=0)
            else:
                wizard.snooze_until = wizard.snooze_until

    # === ACTION METHODS === #

    def action_snooze(self):
        """Snooze the tickets as chosen.

        :raise AccessError: if the user may not write the tickets.
        :raise UserError: if a ticket is closed, or the date is missing or past.
        """
        self.ensure_one()
        if self.choice == 'date' and not self.snooze_until:
            raise UserError(self.env._('Choose the date on which the tickets come back.'))
        self.ticket_ids.action_snooze(self.choice != 'answer' and self.snooze_until)
        return {'type': 'ir.actions.act_window_close'}
