from odoo import api, fields, models


class HelpdeskTeam(models.Model):
    """Whether, when and with what words the team reminds customers who owe it an answer."""

    _inherit = 'helpdesk.team'

    use_reminder = fields.Boolean(
        string='Reminders',
        help='Remind customers, in their language, who have not answered our last message. Not on '
        'tickets that are closed, merged or snoozed until a moment, and not where our mail comes '
        'back. A customer gets at most one a day.',
    )
    reminder_since = fields.Datetime(
        string='Reminds since',
        readonly=True,
        copy=False,
        help='When reminders were switched on. Who was written to before is not reminded.',
    )
    reminder_day = fields.Integer(
        string='Days to the Reminder',
        default=3,
        help='Working days of the team without an answer of the customer, after our last message '
        'or the last reminder.',
    )
    reminder_count = fields.Integer(
        string='Number of Reminders',
        default=1,
        help='How many times at most, until the customer answers.',
    )
    reminder_stage_ids = fields.Many2many(
        'helpdesk.stage',
        'helpdesk_team_reminder_stage_rel',
        string='Remind in Stages',
        domain="[('id', 'in', stage_ids), ('fold', '=', False)]",
        help='Only customers of tickets in these stages are reminded. Empty: all open stages.',
    )
    reminder_template_id = fields.Many2one(
        'mail.template',
        domain=[('model', '=', 'helpdesk.ticket')],
        default=lambda self: self._default_reminder_template_id(),
    )

    _check_reminder_day = models.Constraint(
        'CHECK(reminder_day > 0)',
        'Give a customer at least one working day before a reminder.',
    )
    _check_reminder_count = models.Constraint(
        'CHECK(reminder_count BETWEEN 1 AND 5)',
        'A customer is reminded between one and five times.',
    )

    # === DEFAULT METHODS === #

    @api.model
    def _default_reminder_template_id(self):
        return self.env.ref('helpdesk_ecom.mail_template_ticket_reminder', raise_if_not_found=False)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Note since when the teams remind their customers."""
        teams = super().create(vals_list)
        teams.filtered('use_reminder')._start_reminding()
        return teams

    def write(self, vals):
        """Note since when the teams remind their customers."""
        quiet = self.filtered(lambda team: not team.use_reminder)
        result = super().write(vals)
        quiet.filtered('use_reminder')._start_reminding()
        return result

    # === BUSINESS METHODS === #

    def _start_reminding(self):
        """Leave alone who has been waited for so far: maybe for years."""
        self.reminder_since = self.env.cr.now()

    def _get_reminder_template(self):
        """Return the template (sudo) of the reminder.

        A team whose own template was deleted uses the one that the addon came with.
        """
        team_sudo = self.sudo()
        template_sudo = team_sudo.reminder_template_id
        return template_sudo or team_sudo._default_reminder_template_id() or template_sudo
