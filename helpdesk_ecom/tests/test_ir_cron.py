from unittest.mock import patch

from odoo.tests import TransactionCase, tagged


@tagged('post_install', '-at_install')
class TestIrCron(TransactionCase):
    """A job that has more to do wakes the workers instead of waiting for a minute."""

    def _is_woken(self, xmlid, done):
        """Tell whether the workers are woken after a run that did so much."""
        job = self.env.ref(xmlid)
        self.env['ir.cron.progress'].create(
            [{'cron_id': job.id, 'done': 7}, {'cron_id': job.id, 'done': done, 'remaining': 1}]
        )
        self.env.flush_all()
        self.env.cr.postcommit.clear()
        with patch.object(type(job), '_notifydb') as notify:
            job._reschedule_asap({'id': job.id})
            self.env.cr.postcommit.run()
        return notify.called

    def test_goes_on(self):
        self.assertTrue(self._is_woken('helpdesk_ecom.ir_cron_process_inbox', 10))

    def test_gets_nowhere(self):
        self.assertFalse(self._is_woken('helpdesk_ecom.ir_cron_process_inbox', 0))

    def test_jobs_of_others(self):
        self.assertFalse(self._is_woken('mail.ir_cron_mail_scheduler_action', 10))
