"""How the steps of an order action run, and why so.

Money that has left can't be called back by a rollback, and a request can die at any line. So:

- What stays in the database (credit note, address, messages) runs in the transaction of the person
  who clicks. If it fails he reads why, and nothing has happened.
- The first step that leaves the database (`after_commit`) ends that. What is known is committed
  with the request; then the same request goes on in a cursor of its own, so that the person sees
  the end of it in the answer to his click. The job does the same for what a crash left behind: its
  trigger is in the committed transaction, too.
- Outside of the request each step has its own transaction. A step that leaves the database is
  prepared and committed (what it will be known by outside), marked as running and committed, and
  only then run, under a lock on the action. A step that is found running with nobody holding the
  lock was cut off: nobody knows whether money left. It is never run again by itself; a person
  looks and decides.
"""

import logging
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

_logger = logging.getLogger(__name__)

RESUME_DELAY = timedelta(seconds=30)  # by then the request that committed has gone on by itself
CRON_BATCH = 50
MAX_TRIES = 5
DECIDER_GROUPS = (
    'helpdesk_ecom.group_helpdesk_manager',
    'helpdesk_ecom.group_helpdesk_approver',
)


class HelpdeskOrderAction(models.Model):
    """Running the steps: once each, resumable, and never money twice."""

    _inherit = 'helpdesk.order.action'

    can_confirm_outcome = fields.Boolean(compute='_compute_can_confirm_outcome')

    # === COMPUTE METHODS === #

    @api.depends('state')
    @api.depends_context('uid')
    def _compute_can_confirm_outcome(self):
        may_decide = any(self.env.user.has_group(group) for group in DECIDER_GROUPS)
        for action in self:
            action.can_confirm_outcome = may_decide and action.state == 'to_check'

    # === ACTION METHODS === #

    def action_confirm_done(self):
        """Say of an unknown outcome that the money left, and go on with the next step.

        :raise AccessError: if the user is neither a team leader nor an approver.
        :raise UserError: if there is nothing to decide.
        """
        self._decide_outcome('done')
        return True

    def action_confirm_not_done(self):
        """Say of an unknown outcome that no money left: the step may then be run again.

        :raise AccessError: if the user is neither a team leader nor an approver.
        :raise UserError: if there is nothing to decide.
        """
        self._decide_outcome('failed')
        return True

    def _decide_outcome(self, outcome):
        """Record a person's decision on the step of which nobody knew whether it was done."""
        self._ensure_access()
        if not any(self.env.user.has_group(group) for group in DECIDER_GROUPS):
            raise AccessError(
                self.env._('Only team leaders and approvers may decide whether money left.')
            )
        for action in self:
            if action.requester_id == self.env.user and action._get_deciders():
                raise AccessError(
                    self.env._(
                        'You asked for this yourself: let %(users)s say whether the money left.',
                        users=', '.join(action._get_deciders().mapped('name')),
                    )
                )
            action_sudo = action._lock_and_check('to_check')
            step_sudo = action_sudo.step_ids.filtered(lambda step: step.state == 'to_check')[:1]
            action_sudo._run_hook('_settle_step_%s', step_sudo.code, step_sudo, outcome)
            decision = (
                self.env._('%(user)s checked: it was done.', user=self.env.user.name)
                if outcome == 'done'
                else self.env._('%(user)s checked: it was not done.', user=self.env.user.name)
            )
            step_sudo._set_state(outcome, decision)
            action_sudo._close_activities()
            action_sudo._log(f'{step_sudo.name}: {decision}')
            if outcome == 'done':
                action_sudo._run()
            else:
                action_sudo._update_state('failed', message=decision)

    # === BUSINESS METHODS - IN THE REQUEST === #

    def _run(self):
        """Run the steps up to the first that leaves the database; see the top of this file."""
        self.ensure_one()
        if not self.step_ids:
            self._create_steps(self._run_hook('_prepare_%s_steps', self.action_type))
        self._update_state('running', message=False)
        while step_sudo := self._get_next_step():
            if step_sudo.after_commit:
                self._run_after_commit()
                return
            if not self._settle(step_sudo, *self._execute(step_sudo)):
                return
        self._finish()

    def _create_steps(self, vals_list):
        """Add steps behind those that the action has.

        :param list vals_list: values of steps: `code`, and what the kind of step needs.
        """
        self.ensure_one()
        first = max(self.step_ids.mapped('sequence'), default=0) + 1
        self.env['helpdesk.order.action.step'].create(
            [
                {
                    'action_id': self.id,
                    'sequence': sequence,
                    'state': 'pending',
                    'key': f'{self.idempotency_key}-{sequence}',
                    **vals,
                }
                for sequence, vals in enumerate(vals_list, first)
            ]
        )

    def _get_next_step(self):
        """Return the first step that isn't done."""
        self.ensure_one()
        return self.step_ids.filtered(lambda step: step.state != 'done')[:1]

    def _execute(self, step_sudo):
        """Do a step by the method that its kind defines.

        ``_step_<code>(step_sudo)`` does its work and returns nothing when it is done. Otherwise it
        returns how it stands and a sentence for people: ``('waiting', ...)`` when somebody outside
        has to act first (it is called again later), ``('failed', ...)`` when it may be tried again,
        ``('to_check', ...)`` when nobody knows whether it was done. It may return a sentence with
        ``'done'``, too.

        :return: the state and the sentence.
        :rtype: tuple[str, str]
        """
        return self._run_hook('_step_%s', step_sudo.code, step_sudo) or ('done', False)

    def _settle(self, step_sudo, state, message):
        """Record how a step went, on the step and on the action.

        :return: whether the next step may run.
        """
        step_sudo._set_state(state, message)
        if state == 'done':
            return True
        known = self.state == state and self.message == message
        self._update_state(state, message=message)
        if not known:
            self._tell_stop(step_sudo)
        return False

    def _tell_stop(self, step_sudo):
        """Say on the ticket why the action doesn't go on; ask somebody to check an unknown end."""
        self._log(f'{step_sudo.name}: {self.message}')
        if self.state in ('failed', 'to_check'):
            users = self.requester_id
            if self.state == 'to_check':
                users = self._get_deciders() or users
            for user in users:
                self.activity_schedule(
                    'mail.mail_activity_data_todo',
                    user_id=user.id,
                    summary=self.display_name,
                    note=self.message,
                )

    def _finish(self):
        """Set the action done."""
        self._update_state('done', message=False)
        self._close_activities()

    # === BUSINESS METHODS - AFTER THE REQUEST === #

    def _run_after_commit(self):
        """Let the action go on once the current transaction is committed."""
        self.env.ref('helpdesk_ecom.ir_cron_order_action')._trigger(
            at=fields.Datetime.now() + RESUME_DELAY
        )
        registry, uid, context = self.env.registry, self.env.uid, dict(self.env.context)
        action_id = self.id

        @self.env.cr.postcommit.add
        def go_on():
            try:
                with registry.cursor() as cr:
                    env = api.Environment(cr, uid, context)
                    env['helpdesk.order.action'].browse(action_id).sudo()._run_detached()
            except Exception:  # the request is committed and must answer; the job will go on
                _logger.exception('Order action %s stopped; the job will resume it', action_id)

    def _run_detached(self):
        """Run the steps that are left, each in a transaction of its own.

        Does nothing when another process is at it.
        """
        self.ensure_one()
        for _attempt in range(MAX_TRIES):
            try:
                while self._run_detached_step():
                    pass
                return
            except OperationalError:  # somebody else changed the same records
                self.env.cr.rollback()
        _logger.info('Order action %s: too many concurrent changes, resumed later', self.id)

    def _run_detached_step(self):
        """Run the next step and commit.

        :return: whether there may be another one.
        """
        action = self._lock_running()
        if not action:
            return False
        step_sudo = action._get_next_step()
        if not step_sudo:
            action._finish()
            action._commit()
            return False
        try:
            if step_sudo.state == 'running':
                outcome = action._recover(step_sudo)
            elif step_sudo.after_commit:
                outcome = action._execute_outside(step_sudo)
                if not outcome:
                    return False
            else:
                with self.env.cr.savepoint():
                    outcome = action._execute(step_sudo)
        except OperationalError:
            raise
        except (UserError, ValidationError) as error:
            outcome = ('failed', str(error))
        except Exception as error:
            _logger.exception('Order action %s failed in step %s', self.id, step_sudo.code)
            outcome = ('failed', f'{type(error).__name__}: {error}')
        go_on = action._settle(step_sudo, *outcome)
        action._commit()
        return go_on

    def _lock_running(self):
        """Return the action, locked and in its company, if it is still to be run."""
        action = self.try_lock_for_update(allow_referencing=True)
        action.invalidate_recordset()
        if action.state != 'running':
            return self.browse()
        return action.with_company(action.company_id).with_user(action.requester_id).sudo()

    def _execute_outside(self, step_sudo):
        """Do a step that leaves the database, after its traces are committed.

        :return: the outcome, or nothing if somebody else took the action over meanwhile.
        """
        self._run_hook('_prepare_step_%s', step_sudo.code, step_sudo)
        self._commit()
        if not self._lock_running():
            return None
        step_sudo._set_state('running', False)
        attempt = step_sudo.attempt
        self._commit()
        if not self._lock_running():
            return None
        step_sudo.invalidate_recordset()
        if step_sudo.state != 'running' or step_sudo.attempt != attempt:
            return None
        return self._execute(step_sudo)

    def _recover(self, step_sudo):
        """Return the outcome of a step that was cut off while it ran.

        By default it is unknown if the step leaves the database; ``_find_outcome_<code>`` of the
        kind of step looks for a trace of what happened.
        """
        if not step_sudo.after_commit:
            return self._execute(step_sudo)
        return self._run_hook('_find_outcome_%s', step_sudo.code, step_sudo) or (
            'to_check',
            self.env._(
                'The server stopped while this was sent. Look at the other side whether it was '
                'done, then say so here.'
            ),
        )

    def _commit(self):
        """Commit what was done so far: it must be known whatever comes next."""
        self.env['ir.cron']._commit_progress()

    @api.model
    def _cron_run(self):
        """Go on with what a crash left behind, and with what waited and may go on now."""
        # first what runs already: nothing that waits may hold it up
        if not self._run_batch():
            return
        # all that wait: the first of them may wait for weeks, and must not hide the others
        actions = self.search([('state', '=', 'waiting')], order='id')
        for action in actions._filter_ready().try_lock_for_update(allow_referencing=True):
            action.sudo()._update_state('running')
            self.env['ir.cron']._commit_progress(1)
        self._run_batch()

    @api.model
    def _run_batch(self):
        """Go on with the actions that run and that no other process is at.

        :return: whether the job has time for more.
        """
        running = self.search([('state', '=', 'running')], order='id', limit=CRON_BATCH)
        self.env['ir.cron']._commit_progress(remaining=len(running))
        for action_id in running.ids:
            try:
                self.browse(action_id)._run_detached()
            except Exception:  # one that can't go on must not stop the others
                self.env.cr.rollback()
                _logger.exception('Order action %s stopped; the job will try again', action_id)
            if not self.env['ir.cron']._commit_progress(1):
                return False
        return True

    def _filter_ready(self):
        """Return the waiting actions whose step may be tried again."""
        return self.filtered(lambda action: action._is_ready())

    def _is_ready(self):
        """Return whether the step for which the action waits may be tried again.

        What can't be told of one action, such as for a record that is gone, leaves it waiting and
        must not stop the others.
        """
        self.ensure_one()
        step = self._get_next_step()
        try:
            with self.env.cr.savepoint():
                return self._run_hook('_is_ready_%s', step.code, step)
        except Exception:
            _logger.exception('Order action %s: not known if it can go on', self.id)
            return False

    # === BUSINESS METHODS - TAKING BACK === #

    def _undo(self):
        """Take the done steps back, the last one first.

        :raise UserError: if a step can't be taken back.
        """
        self.ensure_one()
        for step_sudo in self.step_ids.sorted('sequence', reverse=True):
            if step_sudo.state in ('pending', 'failed') and not step_sudo.attempt:
                continue
            undo = getattr(self, f'_undo_step_{step_sudo.code}', None)
            if not undo:
                raise UserError(
                    self.env._(
                        '"%(step)s" can\'t be taken back, so the action can\'t be cancelled.',
                        step=step_sudo.name,
                    )
                )
            undo(step_sudo)
