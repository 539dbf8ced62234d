from odoo import api, fields, models
from odoo.tools import SQL


class IrCron(models.Model):
    """Jobs of the desk that have more to do go on as soon as the others had their turn.

    Odoo only writes down that they are due, and a server that has nothing else to do looks after a
    minute: after each ten seconds of work a queue would stand still for six times as long.

    And to wake the workers costs a new connection to PostgreSQL each time: for a queue that takes
    many things in a second, once is enough.
    """

    _inherit = 'ir.cron'

    @api.model
    def _trigger_once(self, xmlid):
        """Have a job run soon, unless somebody asked for it within this second.

        For jobs that look at their queue once more before they end, and run by themselves every few
        minutes: what is put into it in that very moment waits for the next that comes, or for that.

        :param str xmlid: the job's.
        """
        # `ref` would ask whether it exists
        cron_id = self.env['ir.model.data']._xmlid_to_res_id(xmlid)
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO ir_cron_trigger (cron_id, call_at)
                     SELECT job.id, %(now)s
                       FROM ir_cron job
                      WHERE job.id = %(cron_id)s AND job.active AND NOT EXISTS (
                                SELECT 1
                                  FROM ir_cron_trigger known
                                 WHERE known.cron_id = job.id AND known.call_at = %(now)s
                            )
                  RETURNING id
                """,
                cron_id=cron_id or 0,
                now=fields.Datetime.now(),
            )
        )
        if rows:
            self.env.cr.postcommit.add(self._notifydb)

    @api.model
    def _reschedule_asap(self, job):
        """Override of `base`: wake the workers for a job of the desk, unless it gets nowhere."""
        super()._reschedule_asap(job)
        if self._is_helpdesk_job_under_way(job['id']):
            self.env.cr.postcommit.add(self._notifydb)

    @api.model
    def _is_helpdesk_job_under_way(self, job_id):
        """Tell whether a job is ours, and did something when it ran last."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT done
                  FROM ir_cron_progress
                 WHERE cron_id = %(job_id)s AND EXISTS (
                        SELECT 1
                          FROM ir_model_data
                         WHERE model = 'ir.cron' AND res_id = %(job_id)s
                           AND starts_with(module, 'helpdesk_ecom')
                       )
                 ORDER BY id DESC
                 LIMIT 1
                """,
                job_id=job_id,
            )
        )
        return bool(rows and rows[0][0])
