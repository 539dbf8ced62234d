from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_datetime

BATCH_SIZE = 100
RETRY_DELAY = timedelta(minutes=1)
SNOOZE_OVER = 'helpdesk_ecom.mail_activity_type_snooze_over'


class HelpdeskTicket(models.Model):
    """Tickets that nobody needs to look at until a moment, or until the customer answers.

    They leave the lists of open tickets and the load of their agents. The customer's message brings
    them back at once, whatever they wait for. Their SLA clocks run on: the customer was promised
    the same as before.

    A job wakes them at the minute. The wake, the note and the activity are written in one
    transaction, under a lock: each happens once, with several workers and after a crash.
    """

    _inherit = 'helpdesk.ticket'

    is_snoozed = fields.Boolean(
        string='Snoozed',
        compute='_compute_snooze',
        store=True,
        precompute=True,
        copy=False,
        help='Out of the lists of open tickets until a moment, or until the customer answers. '
        'SLA clocks run on.',
        system_written=True,
    )
    snooze_until = fields.Datetime(
        string='Snoozed until',
        compute='_compute_snooze',
        store=True,
        precompute=True,
        copy=False,
        help='Empty on a snoozed ticket: until the customer answers.',
        system_written=True,
    )

    _snooze_until_idx = models.Index('(snooze_until) WHERE snooze_until IS NOT NULL')

    # === COMPUTE METHODS === #

    @api.depends('fold')
    def _compute_snooze(self):
        """Forget the snooze of tickets that are closed."""
        for ticket in self:
            ticket.is_snoozed = not ticket.fold and ticket.is_snoozed
            ticket.snooze_until = not ticket.fold and ticket.snooze_until

    # === ACTION METHODS === #

    def action_snooze(self, until=False):
        """Take the tickets out of the open lists for a while.

        :param until: moment at which they come back, naive UTC, as datetime or as text; False: when
            the customer answers. The customer's answer brings them back in any case.
        :raise AccessError: if the user may not write the tickets.
        :raise UserError: if a ticket is closed, or the moment is not to come.
        """
        self.check_access('write')
        until = fields.Datetime.to_datetime(until) or False
        if closed := self.filtered('fold'):
            raise UserError(
                self.env._(
                    'Closed tickets cannot be snoozed: %(tickets)s',
                    tickets=', '.join(closed.mapped('display_name')),
                )
            )
        if until and until <= self.env.cr.now():
            raise UserError(self.env._('Choose a moment that is still to come.'))
        self.sudo().write({'is_snoozed': True, 'snooze_until': until})
        self.activity_unlink([SNOOZE_OVER])
        if until:
            self._get_snooze_cron()._trigger(at=until)
        note = (
            self.env._(
                'Snoozed until %(moment)s (%(zone)s).',
                moment=format_datetime(self.env, until, dt_format='medium'),
                zone=self.env.tz.zone,
            )
            if until
            else self.env._('Snoozed until the customer answers.')
        )
        self._message_log_batch(bodies=dict.fromkeys(self.ids, note))
        return True

    def action_unsnooze(self):
        """Bring snoozed tickets back into the open lists.

        :raise AccessError: if the user may not write the tickets.
        """
        self.check_access('write')
        snoozed = self.filtered('is_snoozed')
        snoozed._end_snooze()
        note = self.env._('Not snoozed any more.')
        snoozed._message_log_batch(bodies=dict.fromkeys(snoozed.ids, note))
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _cron_wake_snoozed(self):
        """Wake the tickets whose time has come, in batches."""
        domain = Domain('snooze_until', '<=', self.env.cr.now())
        commit_progress = self.env['ir.cron']._commit_progress
        skipped_ids, complete = [], True
        while batch := self.search(
            domain & Domain('id', 'not in', skipped_ids),
            order='snooze_until, id',
            limit=BATCH_SIZE,
        ):
            locked = batch.try_lock_for_update()
            locked.filtered_domain(domain)._do_or_note(lambda some: some._wake())
            complete = complete and locked == batch
            skipped_ids += batch.filtered_domain(domain).ids
            if not commit_progress(len(batch), remaining=int(len(batch) == BATCH_SIZE)):
                break
        if not complete:  # somebody is at work on the others
            self._get_snooze_cron()._trigger(at=self.env.cr.now() + RETRY_DELAY)

    def _wake(self):
        """End the snooze of tickets whose time has come, and tell those who have them."""
        if not self:
            return
        self._end_snooze()
        note = self.env._('The snooze is over.')
        self._message_log_batch(bodies=dict.fromkeys(self.ids, note))
        tickets_by_user = defaultdict(self.browse)
        for ticket in self.filtered('user_id'):
            tickets_by_user[ticket.user_id] |= ticket
        for user, tickets in tickets_by_user.items():
            if not user.active:
                continue
            # An activity of somebody who may not see the ticket any more is refused.
            tickets = tickets.with_user(user)._filtered_access('read').with_env(self.env)
            tickets.activity_schedule(
                SNOOZE_OVER,
                date_deadline=fields.Date.context_today(self.with_context(tz=user.tz)),
                user_id=user.id,
            )

    def _end_snooze(self):
        """Bring the tickets back into the open lists."""
        self.sudo().write({'is_snoozed': False, 'snooze_until': False})

    def _on_customer_message(self):
        """Extend to wake the tickets of customers who write."""
        super()._on_customer_message()
        if snoozed := self.filtered('is_snoozed'):
            snoozed._end_snooze()

    def _prepare_merge_vals(self, survivor):
        """Extend: what somebody has to look at does not disappear in a ticket that is snoozed."""
        vals = super()._prepare_merge_vals(survivor)
        if any(not ticket.fold and not ticket.is_snoozed for ticket in self):
            vals.update({'is_snoozed': False, 'snooze_until': False})
        return vals

    @api.model
    def _get_snooze_cron(self):
        """Return the job that wakes snoozed tickets."""
        cron_id = self.env['ir.model.data']._xmlid_to_res_id(
            'helpdesk_ecom.ir_cron_wake_snoozed',
            raise_if_not_found=True,
        )
        return self.env['ir.cron'].browse(cron_id)
