import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from ...tools.robot_address import is_robot_address

_logger = logging.getLogger(__name__)

BATCH_SIZE = 50
ONE_DAY = timedelta(days=1)


class HelpdeskTicket(models.Model):
    """Customers who owe us an answer are reminded, where the team wants it.

    A job finds them. Each reminder is counted in the transaction that puts its mail into the
    outbox, and under a lock: a crash or a second worker neither loses nor doubles one.
    """

    _inherit = 'helpdesk.ticket'

    reminder_number = fields.Integer(
        string='Reminders',
        required=True,
        default=0,
        readonly=True,
        copy=False,
        help='How many times the customer was reminded since the last answer.',
        system_written=True,
    )
    reminder_date = fields.Datetime(
        string='Last Reminder', readonly=True, copy=False, system_written=True
    )
    next_reminder_date = fields.Datetime(
        string='Next Reminder',
        compute='_compute_next_reminder_date',
        help='When the customer will be reminded, unless an answer comes before.',
    )

    _reminder_idx = models.Index(
        '(team_id, reminder_number, awaiting_customer_date) '
        'WHERE awaiting_customer_date IS NOT NULL AND active IS TRUE AND fold IS NOT TRUE'
    )

    # === COMPUTE METHODS === #

    @api.depends(
        'team_id',
        'stage_id',
        'awaiting_customer_date',
        'is_snoozed',
        'snooze_until',
        'bounced_email',
    )
    def _compute_next_reminder_date(self):
        self.next_reminder_date = False
        for team_sudo, tickets in self.grouped(lambda ticket: ticket.team_id.sudo()).items():
            if not team_sudo.use_reminder:
                continue
            domain = self._get_reminder_domain(team_sudo)
            for ticket in tickets.filtered_domain(domain)._filter_reachable():
                ticket.next_reminder_date = team_sudo._get_moment_after_working_days(
                    max(filter(None, (ticket.awaiting_customer_date, ticket.reminder_date))),
                    team_sudo.reminder_day,
                )

    # === BUSINESS METHODS === #

    @api.model
    def _cron_send_reminders(self):
        """Remind the customers who have owed their teams an answer for long enough."""
        for team in self.env['helpdesk.team'].search([('use_reminder', '=', True)]):
            if not self._send_reminders_of_team(team):
                # Out of time: the scheduler calls again, and finds what is left.
                self.env['ir.cron']._commit_progress(remaining=1)
                return

    @api.model
    def _send_reminders_of_team(self, team):
        """Send the reminders of a team that are due, each in a transaction of its own.

        A customer gets one a day: who owes answers to five tickets is asked for them day by day.

        :return: whether all of them were looked at before the time was up.
        :rtype: bool
        """
        limit = team._get_silence_limit(team.reminder_day)
        if not limit:
            return True
        domain = (
            self._get_reminder_domain(team)
            & Domain('awaiting_customer_date', '<', limit)
            & (Domain('reminder_date', '=', False) | Domain('reminder_date', '<', limit))
        )
        last_id = 0
        while batch := self.search(
            domain & Domain('id', '>', last_id), order='id', limit=BATCH_SIZE
        ):
            last_id = batch[-1].id
            for ticket in batch._filter_reachable()._filter_not_reminded_today():
                locked = ticket.try_lock_for_update().filtered_domain(domain)
                locked._do_or_note(lambda one: one._send_reminder())
                if not self.env['ir.cron']._commit_progress(1):
                    return False
        return True

    @api.model
    def _get_reminder_domain(self, team):
        """Return which tickets of a team may be reminded of at all, now or later."""
        domain = Domain(
            [
                ('team_id', '=', team.id),
                ('reminder_number', 'in', list(range(team.reminder_count))),
                ('awaiting_customer_date', '!=', False),
                ('oldest_unanswered_customer_message_date', '=', False),
                ('active', '=', True),
                ('fold', '=', False),
                # Who snoozed it until the customer answers waits for just that.
                '|',
                ('is_snoozed', '=', False),
                ('snooze_until', '=', False),
            ]
        )
        if team.reminder_since:
            domain &= Domain('awaiting_customer_date', '>=', team.reminder_since)
        if team.reminder_stage_ids:
            domain &= Domain('stage_id', 'in', team.reminder_stage_ids.ids)
        return domain

    def _filter_reachable(self):
        """Return the tickets at whose customer's address a person reads what we send.

        Not those of robots, of ourselves, of people who want no mail from us, and from where our
        mail comes back.
        """
        tickets = self.filtered(
            lambda ticket: (
                not is_robot_address(ticket.email_normalized)
                and email_normalize(ticket.bounced_email) != ticket.email_normalized
            )
        )
        if not tickets:
            return tickets
        addresses = list(set(tickets.mapped('email_normalized')))
        unreachable = set(self.env['mail.alias.domain'].sudo()._find_aliases(addresses))
        blacklisted_sudo = self.env['mail.blacklist'].sudo().search([('email', 'in', addresses)])
        unreachable.update(blacklisted_sudo.mapped('email'))
        bounced_sudo = (
            self.env['res.partner']
            .sudo()
            .search([('email_normalized', 'in', addresses), ('message_bounce', '>', 0)])
        )
        unreachable.update(bounced_sudo.mapped('email_normalized'))
        return tickets.filtered(lambda ticket: ticket.email_normalized not in unreachable)

    def _filter_not_reminded_today(self):
        """Return one ticket of each customer to whom no reminder was sent within a day."""
        reminded = self.sudo()._read_group(
            [
                ('email_normalized', 'in', self.mapped('email_normalized')),
                ('reminder_date', '>', self.env.cr.now() - ONE_DAY),
            ],
            ['email_normalized'],
        )
        addresses = {address for (address,) in reminded}
        tickets = self.browse()
        for ticket in self:
            if ticket.email_normalized not in addresses:
                addresses.add(ticket.email_normalized)
                tickets += ticket
        return tickets

    def _send_reminder(self):
        """Count a reminder, and mail it to the customer alone."""
        self.ensure_one()
        template = self.team_id._get_reminder_template()
        if not template:
            return
        self.write(
            {'reminder_number': self.reminder_number + 1, 'reminder_date': self.env.cr.now()}
        )
        try:
            with self.env.cr.savepoint():
                self._mail_customer_by_template(template)
        except Exception:  # a broken template must not hold up everybody's mails
            _logger.exception('The customer of ticket %s could not be reminded.', self.ticket_ref)
            self.env.invalidate_all()

    def _on_customer_message(self):
        """Extend to start anew when the customer answers."""
        super()._on_customer_message()
        self.filtered('reminder_number').write({'reminder_number': 0, 'reminder_date': False})
