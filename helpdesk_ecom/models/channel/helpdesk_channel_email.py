from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_datetime

TICKET = 'helpdesk.ticket'
PATIENCE = timedelta(hours=1)  # with what is tried every few minutes
FETCH_PATIENCE = timedelta(hours=6)
FAILED_DAYS = 7  # nobody mends what is older
LATEST_MESSAGES = 5000  # among which the last mail is looked for
ERROR, WARNING = 'error', 'warning'


class HelpdeskChannel(models.Model):
    """E-mail is a channel like the others to look at; its transport stays Odoo's own.

    Mail is not the matter of one channel: whatever way a customer came, an answer may go by mail,
    and a mailbox serves any team. So each channel of the kind tells of all mail of tickets (of its
    company, if it has one) that the user may see.
    """

    _inherit = 'helpdesk.channel'

    # === COMPUTE METHODS === #

    def _compute_message_dates(self):
        """Override: nobody notes when a mail comes or goes; the messages tell."""
        emails = self._filter_email()
        super(HelpdeskChannel, self - emails)._compute_message_dates()
        if emails:
            emails.inbound_date, emails.outbound_date = self._get_mail_dates()

    def _compute_counts(self):
        super()._compute_counts()
        emails = self._filter_email()
        if not emails:
            return
        parked = self._count_parked_mail([])
        outgoing = {company_id: count for company_id, count, _late in self._get_outgoing_mail()}
        for channel in emails:
            channel.parked_count = channel._sum_of_company(parked)
            channel.outgoing_count = channel._sum_of_company(outgoing)

    def _compute_health(self):
        emails = self._filter_email()
        super(HelpdeskChannel, self - emails)._compute_health()
        if not emails:
            return
        now = fields.Datetime.now()
        mailboxes = self._judge_mailboxes(now)
        failed, outgoing = self._get_failed_mail(now), self._get_outgoing_mail()
        broken = self._count_parked_mail([('reason', '=', 'error')])
        for channel in emails:
            found = [
                *mailboxes,
                *channel._judge_failed_mail(failed),
                *channel._judge_outgoing_mail(outgoing),
            ]
            if channel._sum_of_company(broken):
                found.append((WARNING, self.env._('Some mails could not be processed.')))
            if channel._is_silent(now):
                found.append((WARNING, self.env._('Nothing has come in for long.')))
            # the worst one; of those, the first one
            channel.health, channel.health_reason = min(
                found, key=lambda each: each[0] != ERROR, default=('ok', False)
            )

    # === ACTION METHODS === #

    def action_open_parked_mail(self):
        """Show the mails that were kept aside."""
        return self.env['ir.actions.act_window']._for_xml_id(
            'helpdesk_ecom.helpdesk_mail_parked_action'
        )

    # === BUSINESS METHODS === #

    def _is_watched(self):
        """Override: nobody turns mail on or off here, and it breaks all the same."""
        return self.provider == 'email' or super()._is_watched()

    def _filter_email(self):
        """Return the channels by which mail comes."""
        return self.filtered(lambda channel: channel.provider == 'email')

    def _sum_of_company(self, numbers):
        """Return the sum of what belongs to the channel's company; of all if it has none.

        :param dict numbers: by the ids of companies; None for what belongs to no company.
        """
        self.ensure_one()
        company_id = self.sudo().company_id.id
        if not company_id:
            return sum(numbers.values())
        return numbers.get(company_id, 0) + numbers.get(None, 0)

    # === BUSINESS METHODS - MAILBOXES === #

    @api.model
    def _get_mailboxes(self):
        """Return the mailboxes (sudo) whose mail may become tickets, those in trouble included.

        A mailbox that is fetched for something else serves the addresses of teams, too, if no
        other one does.
        """
        Server_sudo = self.env['fetchmail.server'].sudo()
        servers_sudo = Server_sudo.search(
            Domain('server_type', '!=', 'local')
            & (Domain('state', '=', 'done') | Domain('error_date', '!=', False))
        )
        return (
            servers_sudo.filtered(
                lambda server_sudo: server_sudo.object_id.model in (False, TICKET)
            )
            or servers_sudo
        )

    @api.model
    def _judge_mailboxes(self, now):
        """Return (health, reason) of each mailbox that is in trouble."""
        found = []
        for server_sudo in self._get_mailboxes():
            fetched = server_sudo.date or server_sudo.create_date
            values = {'name': server_sudo.name}
            if server_sudo.state != 'done':
                words = self.env._(
                    'Mailbox "%(name)s" was turned off, as it could not be read for days.', **values
                )
                found.append((ERROR, self._add_mail_error(words, server_sudo)))
            elif server_sudo.error_date:
                words = self.env._(
                    'Mailbox "%(name)s" can\'t be read since %(time)s.',
                    time=format_datetime(self.env, server_sudo.error_date, dt_format='short'),
                    **values,
                )
                health = ERROR if server_sudo.error_date < now - PATIENCE else WARNING
                found.append((health, self._add_mail_error(words, server_sudo)))
            elif fetched < now - FETCH_PATIENCE:
                words = self.env._(
                    'Nobody has looked into mailbox "%(name)s" since %(time)s. Is the scheduled '
                    'action that fetches mail turned on?',
                    time=format_datetime(self.env, fetched, dt_format='short'),
                    **values,
                )
                found.append((ERROR, words))
        return found

    @api.model
    def _add_mail_error(self, words, server_sudo):
        """Return a reason with what the mail server said, for who may know how it is reached."""
        error = (server_sudo.error_message or '').strip()
        is_admin = self.env.su or self.env.user.has_group('helpdesk_ecom.group_helpdesk_admin')
        if not (error and is_admin):
            return words
        if server_sudo.password:
            error = error.replace(server_sudo.password, '***')
        return f'{words} {error[:500]}'

    # === BUSINESS METHODS - MAILS OF TICKETS === #

    def _judge_failed_mail(self, failed):
        """Return [(health, reason)] of mails that could not be sent, if there are any.

        :param list failed: see `_get_failed_mail`.
        """
        by_type = {}
        for company_id, failure_type, count in failed:
            by_type.setdefault(failure_type, {})[company_id] = count
        counts = {kind: self._sum_of_company(numbers) for kind, numbers in by_type.items()}
        total = sum(counts.values())
        if not total:
            return []
        labels = dict(
            self.env['mail.mail']._fields['failure_type']._description_selection(self.env)
        )
        kinds = sorted(filter(counts.get, counts), key=counts.get, reverse=True)
        words = self.env._(
            'Messages of the last %(days)s days that could not be sent by mail: %(count)s '
            '(%(reasons)s). Their tickets show it.',
            days=FAILED_DAYS,
            count=total,
            reasons=', '.join(labels.get(kind) or labels['unknown'] for kind in kinds),
        )
        return [(ERROR if counts.get('mail_smtp') else WARNING, words)]

    def _judge_outgoing_mail(self, outgoing):
        """Return [(health, reason)] of mails that wait for long, if there are any.

        :param list outgoing: see `_get_outgoing_mail`.
        """
        late = self._sum_of_company({company_id: late for company_id, _count, late in outgoing})
        if not late:
            return []
        words = self.env._(
            'Mails that have waited to be sent for more than an hour: %s. Is the scheduled action '
            'that sends mail turned on?',
            late,
        )
        return [(WARNING, words)]

    @api.model
    def _get_visible_tickets(self):
        """Return a query of the tickets that the user may see."""
        query = self.env[TICKET].with_context(active_test=False)._search([])
        return query.subselect()

    @api.model
    def _get_outgoing_mail(self):
        """Return (id of the company, number of mails to send, how many of them are late)."""
        self._flush_mail()
        return self.env.execute_query(
            SQL(
                """
            SELECT ticket.company_id,
                   COUNT(*),
                   COUNT(*) FILTER (
                       WHERE GREATEST(mail.create_date, mail.scheduled_date) < %(late)s
                   )
              FROM mail_mail mail
              JOIN mail_message message ON message.id = mail.mail_message_id
              JOIN helpdesk_ticket ticket ON ticket.id = message.res_id
             WHERE mail.state = 'outgoing'
               AND message.model = %(model)s
               AND ticket.id IN %(tickets)s
             GROUP BY ticket.company_id
            """,
                late=fields.Datetime.now() - PATIENCE,
                model=TICKET,
                tickets=self._get_visible_tickets(),
            )
        )

    @api.model
    def _get_failed_mail(self, now):
        """Return (id of the company, type of failure, number of messages that did not leave).

        A mail with a wrong address is gone, and its notification tells; a mail that is there may
        not say why it failed, and if it notifies nobody, there is only the mail.
        """
        self._flush_mail()
        return self.env.execute_query(
            SQL(
                """
            SELECT ticket.company_id,
                   failure.failure_type,
                   COUNT(*)
              FROM (
                    SELECT mail_message_id,
                           COALESCE(
                               MAX(failure_type) FILTER (WHERE failure_type != 'unknown'),
                               'unknown'
                           ) AS failure_type
                      FROM (
                            SELECT mail_message_id, failure_type
                              FROM mail_mail
                             WHERE state = 'exception'
                             UNION ALL
                            SELECT mail_message_id, failure_type
                              FROM mail_notification
                             WHERE notification_status = 'exception'
                               AND notification_type = 'email'
                           ) piece
                     GROUP BY mail_message_id
                   ) failure
              JOIN mail_message message ON message.id = failure.mail_message_id
              JOIN helpdesk_ticket ticket ON ticket.id = message.res_id
             WHERE message.model = %(model)s
               AND message.create_date >= %(since)s
               AND ticket.id IN %(tickets)s
             GROUP BY 1, 2
            """,
                model=TICKET,
                since=now - timedelta(days=FAILED_DAYS),
                tickets=self._get_visible_tickets(),
            )
        )

    @api.model
    def _get_mail_dates(self):
        """Return when a customer's mail came last, and when one was sent to a customer."""
        self._flush_mail()
        [dates] = self.env.execute_query(
            SQL(
                """
            SELECT MAX(message.create_date) FILTER (WHERE message.message_type = 'email'),
                   MAX(message.create_date) FILTER (
                       WHERE EXISTS (
                           SELECT FROM mail_notification notification
                             JOIN res_partner partner ON partner.id = notification.res_partner_id
                            WHERE notification.mail_message_id = message.id
                              AND notification.notification_type = 'email'
                              AND notification.notification_status = 'sent'
                              AND partner.partner_share
                       )
                   )
              FROM (
                    SELECT id, create_date, message_type
                      FROM mail_message
                     WHERE model = %(model)s
                     ORDER BY id DESC
                     LIMIT %(latest)s
                   ) message
            """,
                model=TICKET,
                latest=LATEST_MESSAGES,
            )
        )
        return dates

    @api.model
    def _count_parked_mail(self, domain):
        """Return how many parked mails there are that the user may see, by ids of companies."""
        Parked = self.env['helpdesk.mail.parked']
        if not Parked.has_access('read'):
            return {}
        return {
            company.id or None: count
            for company, count in Parked._read_group(
                [('state', '=', 'parked'), *domain], ['company_id'], ['__count']
            )
        }

    @api.model
    def _flush_mail(self):
        self.env['mail.mail'].flush_model(
            ['mail_message_id', 'state', 'failure_type', 'scheduled_date']
        )
        self.env['mail.message'].flush_model(['model', 'res_id', 'message_type'])
        self.env['mail.notification'].flush_model(
            [
                'mail_message_id',
                'res_partner_id',
                'notification_type',
                'notification_status',
                'failure_type',
            ]
        )
        self.env['res.partner'].flush_model(['partner_share'])
        self.env[TICKET].flush_model(['company_id'])
