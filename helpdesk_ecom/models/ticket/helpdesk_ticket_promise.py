from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import babel_locale_parse

from ...tools.local_moment import describe_moment
from ...tools.robot_address import is_robot_address


class HelpdeskTicket(models.Model):
    """What the customer was promised, in words that are his own."""

    _inherit = 'helpdesk.ticket'

    promised_date = fields.Datetime(
        string='Promised to the Customer',
        readonly=True,
        copy=False,
        help='By when the customer was promised an answer, in the latest calming email.',
        system_written=True,
    )

    # === BUSINESS METHODS === #

    def _send_calming_mail(self, template, promised_date):
        """Tell the customer alone by when he can count on an answer.

        :param mail.template template: renders with the promise in place, see `_get_promised_time`.
        :param datetime promised_date: naive UTC.
        :raise UserError: if nobody would read it.
        """
        self.ensure_one()
        if is_robot_address(self.email_normalized):
            raise UserError(
                self.env._(
                    'The customer was not told by when to expect an answer: the ticket has no '
                    'email address that a person reads.'
                )
            )
        self.promised_date = promised_date
        self._mail_customer_by_template(template)

    def _get_promised_time(self):
        """Return by when an answer is promised, for templates.

        Like "Monday, November 30, 2026 at 11:00 AM (New York time)": in the language of the
        context, which a template sets, and in the customer's time zone.

        :rtype: str
        """
        self.ensure_one()
        if not self.promised_date:
            return ''
        return self._put_into_words(self.promised_date, self._get_customer_zone())

    def _put_into_words(self, moment, zone):
        """Return a moment (naive UTC) in words of the language of the context, with its zone."""
        locale = babel_locale_parse(self.env.lang or 'en_US')
        return self.env._(
            '%(date)s at %(time)s (%(place)s time)',
            **describe_moment(moment, zone, locale)._asdict(),
        )

    def _get_customer_zone(self):
        """Return the time zone in which the customer reads, the team's if it is not known."""
        self.ensure_one()
        return self.customer_tz or self.team_id.sudo().resource_calendar_id.tz or 'UTC'

    def _get_customer_language(self):
        """Return the code of the language to write in, for templates; False: the usual one."""
        self.ensure_one()
        return self.partner_id.lang or self.lang_id.code

    def _get_salesperson(self):
        """Return the user (sudo) who sells to the customer, else the one of the order."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        return (
            ticket_sudo.partner_id.user_id
            or ticket_sudo.commercial_partner_id.user_id
            or ticket_sudo.sale_order_id.user_id
        )
