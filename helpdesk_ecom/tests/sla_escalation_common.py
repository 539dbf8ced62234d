"""Policies with escalations, clocks that run, and the job that looks at them."""

from datetime import datetime, timedelta

from odoo import Command

from odoo.addons.mail.tests.common import MailCase

from .common import HelpdeskCommon

# A Monday in New York: 09:00 by the clock there.
OPENED = datetime(2026, 11, 30, 14)


class SlaEscalationCommon(HelpdeskCommon, MailCase):
    """A policy of two hours by the clock on the wall, and a ticket under it since `OPENED`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.leader_ids = cls.leader
        cls.policy = cls._create_policy()

    def setUp(self):
        super().setUp()
        self._set_now(OPENED)
        self.ticket = self._create_ticket(user_id=self.agent.id)
        self.clock = self._start_clock(self.ticket)

    @classmethod
    def _create_policy(cls, **vals):
        return cls.env['helpdesk.sla'].create(
            {
                'name': 'VIP',
                'team_id': cls.team.id,
                'metric': 'first_response',
                'time': 2.0,
                'clock': 'always',
                'warning_percent': 75,
                **vals,
            }
        )

    def _create_escalation(self, **vals):
        """Return an escalation that the leader made, at half of the time by default."""
        return (
            self.env['helpdesk.sla.escalation']
            .with_user(self.leader)
            .create({'sla_id': self.policy.id, 'trigger': 'percent', 'percent': 50, **vals})
        )

    def _start_clock(self, ticket, policy=None, **vals):
        """Return the clock of a ticket, started at its creation."""
        policy = policy or self.policy
        Status = self.env['helpdesk.sla.status']
        clock = ticket.sudo().sla_status_ids.filtered(lambda status: status.sla_id == policy)
        if not clock:
            clock = Status.create(
                {
                    'ticket_id': ticket.id,
                    'sla_id': policy.id,
                    'metric': policy.metric,
                    'clock': policy.clock,
                    'tz': ticket.customer_tz,
                    'start_date': ticket.create_date,
                    'warning_date': ticket.create_date + timedelta(hours=1.5),
                    'deadline': ticket.create_date + timedelta(hours=2),
                }
            )
        clock.write(vals)
        clock._update_events()
        return clock

    def _run_timer(self, **after):
        """Let the job run, after some time since `OPENED`; return the mails that left."""
        if after:
            self._set_now(OPENED + timedelta(**after))
        with self.mock_mail_gateway(), self.enter_registry_test_mode():
            self.env.ref('helpdesk_ecom.ir_cron_sla_events').method_direct_trigger()
        self.env.invalidate_all()
        return self._mails

    def _get_logs(self, escalation=None):
        """Return what happened: of one escalation or of all those of the ticket."""
        return (
            self.env['helpdesk.sla.escalation.log']
            .search([('ticket_id', '=', self.ticket.id)])
            .filtered(lambda log: not escalation or log.escalation_id == escalation)
        )

    def _get_told(self):
        """Return who has which activity on what: pairs (user, record)."""
        activities = self.env['mail.activity'].search(
            [('user_id', 'in', (self._get_team_users()).ids)]
        )
        return {
            (activity.user_id, self.env[activity.res_model].browse(activity.res_id))
            for activity in activities
        }

    def _get_team_users(self):
        return self.agent | self.agent_2 | self.leader | self.approver | self.admin | self.outsider

    def _create_server_action(self, code):
        """Return a server action for tickets that an administrator wrote."""
        return self.env['ir.actions.server'].create(
            {
                'name': 'Test',
                'model_id': self.env['ir.model']._get_id('helpdesk.ticket'),
                'state': 'code',
                'code': code,
            }
        )

    def _create_template(self, **vals):
        return self.env['mail.template'].create(
            {
                'name': 'Calm',
                'model_id': self.env['ir.model']._get_id('helpdesk.ticket'),
                'subject': 'Soon',
                'body_html': '<p t-out="object._get_promised_time()"/>',
                **vals,
            }
        )

    def _create_tags(self, *names):
        return self.env['helpdesk.tag'].create([{'name': name} for name in names])

    def _set(self, records):
        return [Command.set(records.ids)]
