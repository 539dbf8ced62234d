from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .helpdesk_sla_matching import POLICY_FIELDS

BATCH_SIZE = 300
# When somebody else holds the ticket that is next.
RETRY_DELAY = timedelta(minutes=1)


class HelpdeskSla(models.Model):
    """A policy that changed is brought to the tickets that are open by a job, batch by batch.

    The job looks at the open tickets of the company in the order of their ids, and notes in the
    policies how far it is, so that it goes on from there whatever happens to it.
    """

    _inherit = 'helpdesk.sla'

    sync_from_id = fields.Integer(
        readonly=True,
        copy=False,
        export_string_translation=False,
        help='Technical: id of the ticket from which on open tickets are still to be compared with '
        'the policy; 0: all are.',
    )
    sync_remaining = fields.Integer(
        string='Tickets to Look at',
        compute='_compute_sync_remaining',
        help='Open tickets that were not compared with the policy since it changed.',
    )

    # === COMPUTE METHODS === #

    @api.depends('sync_from_id')
    def _compute_sync_remaining(self):
        for (company, from_id), policies in self.grouped(
            lambda policy: (policy.company_id, policy.sync_from_id)
        ).items():
            policies.sync_remaining = (
                self.env['helpdesk.ticket']
                .sudo()
                .search_count(self._get_sync_domain(company) & Domain('id', '>=', from_id))
                if from_id
                else 0
            )

    # === CONSTRAINT METHODS === #

    @api.constrains('company_id')
    def _check_company_id(self):
        """Keep a policy where its clocks are."""
        Status_sudo = self.env['helpdesk.sla.status'].sudo()
        for policy, company in Status_sudo._read_group(
            [('sla_id', 'in', self.ids)], ['sla_id', 'ticket_id.company_id']
        ):
            if policy.company_id != company:
                raise ValidationError(
                    self.env._(
                        'Policy "%(policy)s" has clocks on tickets of %(company)s and stays there. '
                        'Make another policy for the other company.',
                        policy=policy.name,
                        company=company.name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Apply the policies to the tickets that are open, by a job."""
        policies = super().create(vals_list)
        policies._schedule_sync()
        return policies

    def write(self, vals):
        """Apply the changes to the tickets that are open, by a job."""
        result = super().write(vals)
        if not POLICY_FIELDS.isdisjoint(vals):
            self._schedule_sync()
        return result

    # === BUSINESS METHODS === #

    def _schedule_sync(self):
        """Have the open tickets compared with the policies as they are then."""
        policies_sudo = self.sudo().filtered(lambda policy: policy.sync_from_id != 1)
        if policies_sudo:
            policies_sudo.sync_from_id = 1
            self.env.ref('helpdesk_ecom.ir_cron_sync_sla').sudo()._trigger()

    @api.model
    def _get_sync_domain(self, company):
        """Return which tickets are looked at: the open ones, and closed ones with a deadline."""
        return Domain('company_id', '=', company.id) & (
            Domain('fold', '=', False) | Domain('sla_deadline', '!=', False)
        )

    @api.model
    def _cron_sync_sla(self):
        """Compare open tickets with the policies that changed, a batch in each transaction."""
        domain = [('sync_from_id', '>', 0)]
        Policy = self.with_context(active_test=False)
        IrCron = self.env['ir.cron']
        while pending := Policy.search(domain, order='sync_from_id, id'):
            done = pending.filtered(
                lambda policy, company=pending[0].company_id: policy.company_id == company
            )._sync_next_batch()
            if not done and pending[0].sync_from_id:
                cron = self.env.ref('helpdesk_ecom.ir_cron_sync_sla')
                cron._trigger(at=self.env.cr.now() + RETRY_DELAY)
                return
            remaining = Policy.search_count(domain, limit=1)
            in_time = IrCron._commit_progress(done, remaining=remaining)
            self.env.invalidate_all()  # others may have written since
            self.env.registry.check_signaling(self.env.cr)  # ... a policy, too
            if not in_time:
                return

    def _sync_next_batch(self):
        """Compare the next open tickets with the policies of their company.

        :return: how many tickets; 0 if there is none left, or if somebody else holds the next one.
        """
        from_id = self[0].sync_from_id
        tickets = self.env['helpdesk.ticket'].search(
            self._get_sync_domain(self[0].company_id) & Domain('id', '>=', from_id),
            order='id',
            limit=BATCH_SIZE,
        )
        locked = set(tickets.try_lock_for_update(allow_referencing=True)._ids)
        count = next((n for n, id_ in enumerate(tickets._ids) if id_ not in locked), len(tickets))
        tickets_to_sync = tickets[:count]
        tickets_to_sync.with_context(helpdesk_sla_from_now_on=True)._sync_sla()
        if len(tickets) == count < BATCH_SIZE:
            self.sync_from_id = 0
        elif count:
            next_id = tickets_to_sync[-1].id + 1
            self.filtered(lambda policy: policy.sync_from_id < next_id).sync_from_id = next_id
        return count
