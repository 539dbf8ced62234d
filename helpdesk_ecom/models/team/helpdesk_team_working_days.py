from odoo import models
from odoo.tools.date_utils import localized

from ...tools.working_days import add_working_days, subtract_working_days


class HelpdeskTeam(models.Model):
    """Periods in working days of the team, by which it closes and reminds.

    Without working hours every day counts, by the days of UTC.
    """

    _inherit = 'helpdesk.team'

    # === BUSINESS METHODS === #

    def _get_opening_hours(self):
        """Return when the team is there, less the public holidays of its company.

        :rtype: OpeningHours
        """
        team_sudo = self.sudo()
        return team_sudo.resource_calendar_id._get_opening_hours(team_sudo.company_id)

    def _get_moment_after_working_days(self, moment, days):
        """Return the moment that many working days of the team after another one.

        :param datetime moment: naive UTC.
        :return: naive UTC, False if it never comes.
        """
        moment = add_working_days(self._get_opening_hours(), localized(moment), days)
        return moment.replace(tzinfo=None) if moment else False

    def _get_silence_limit(self, days):
        """Return before which moment something happened that is that many working days ago.

        :return: naive UTC, False if there were not so many working days.
        """
        now = localized(self.env.cr.now())
        moment = subtract_working_days(self._get_opening_hours(), now, days)
        return moment.replace(tzinfo=None) if moment else False
