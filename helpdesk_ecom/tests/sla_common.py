"""Policies, clocks and a time that stands still until a test moves it."""

from datetime import datetime, timedelta

from .common import HelpdeskCommon

# A Monday. The team works from 8 to 12 and from 13 to 17 UTC.
OPENED = datetime(2026, 1, 5, 9)


def at(hours, days=0):
    """Return the moment so many hours (and days) after the opening of the ticket."""
    return OPENED + timedelta(hours=hours, days=days)


class SlaCommon(HelpdeskCommon):
    """A team with working hours and no policies but those that a test makes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['helpdesk.sla'].search([]).active = False
        cls.calendar = cls._create_calendar('Weekdays', (8, 12), (13, 17))
        cls.team.resource_calendar_id = cls.calendar
        cls.customer.tz = 'America/New_York'

    def setUp(self):
        super().setUp()
        self._set_now(OPENED)

    @classmethod
    def _create_policy(cls, metric='first_response', time=2.0, **vals):
        """Return a policy that the leader makes, and forget the job that it asks for."""
        policy = (
            cls.env['helpdesk.sla']
            .with_user(cls.leader)
            .create({'name': metric, 'metric': metric, 'time': time, **vals})
        )
        policy.sudo().sync_from_id = 0
        return policy

    def _set_now(self, moment):
        super()._set_now(moment)
        self.env['helpdesk.sla.status'].invalidate_model(['status', 'color'])

    def _say(self, ticket, moment, partner, **vals):
        """Let somebody write on the ticket at the moment, as API clients do."""
        self._set_now(moment)
        return (
            self.env['mail.message']
            .with_user(self.agent)
            .sudo()
            .create(
                {
                    'model': 'helpdesk.ticket',
                    'res_id': ticket.id,
                    'author_id': partner.id,
                    'body': 'Hello',
                    'message_type': 'comment',
                    'subtype_id': self.env.ref('mail.mt_comment').id,
                    **vals,
                }
            )
        )

    def _answer(self, ticket, moment, **vals):
        return self._say(ticket, moment, self.agent.partner_id, **vals)

    def _ask(self, ticket, moment, **vals):
        return self._say(ticket, moment, self.customer, **vals)

    def _move(self, ticket, moment, stage):
        """Let the agent move the ticket at the moment."""
        self.env.cr.flush()  # with the commit it is logged what was tracked, and how it began
        self._set_now(moment)
        ticket.with_user(self.agent).stage_id = stage
        self.env.cr.flush()

    def _get_clocks(self, ticket, policy=None):
        """Return the clocks of the ticket, oldest first."""
        clocks = ticket.sudo().sla_status_ids.sorted('id')
        return clocks.filtered(lambda clock: clock.sla_id == policy) if policy else clocks
