import base64

from markupsafe import Markup

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import clean_context, html2plaintext
from odoo.tools.date_utils import subtract

from ...tools.incoming_mail import IncomingMail, storable

PREVIEW_LENGTH = 4000
PURGE_BATCH = 500
KEEP_DAYS = 90


class HelpdeskMailParked(models.Model):
    """A mail to the desk that is no ticket: kept as it came, with the reason, until one decides.

    Nothing that arrives is dropped silently. What a robot wrote, what came back, and what could not
    be processed ends here; a leader makes a ticket of it where the screening was wrong.
    """

    _name = 'helpdesk.mail.parked'
    _description = 'Parked Mail'
    _order = 'id desc'
    _check_company_auto = True

    name = fields.Char(string='Subject', readonly=True)
    email_from = fields.Char(string='From', readonly=True)
    email_to = fields.Char(string='To', readonly=True)
    date = fields.Datetime(string='Sent On', readonly=True)
    message_id = fields.Char(string='Message-Id', required=True, readonly=True)
    preview = fields.Text(readonly=True)
    # in the database: it is also kept when the disk of the files is full
    source = fields.Binary(string='Original', attachment=False, readonly=True, required=True)
    source_name = fields.Char(compute='_compute_source_name')
    reason = fields.Selection(
        [
            ('loop', 'Sent by ourselves'),
            ('bounce', 'Undeliverable mail returned'),
            ('delay', 'Delivery is delayed'),
            ('receipt', 'Receipt'),
            ('auto_reply', 'Automatic reply'),
            ('auto_generated', 'Written by a machine'),
            ('list', 'Mailing list or newsletter'),
            ('blocked', 'The sender is blocked'),
            ('flood', 'Too many mails of one sender'),
            ('duplicate', 'Message-Id used before by another mail'),
            ('error', 'Could not be processed'),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    details = fields.Text(readonly=True, help='What went wrong, for the administrator.')
    state = fields.Selection(
        [('parked', 'Parked'), ('released', 'Released'), ('ignored', 'Ignored')],
        default='parked',
        required=True,
        readonly=True,
    )
    team_id = fields.Many2one(
        'helpdesk.team',
        readonly=True,
        index='btree_not_null',
        ondelete='set null',
    )
    company_id = fields.Many2one('res.company', readonly=True, index=True)
    ticket_id = fields.Many2one(
        'helpdesk.ticket',
        index='btree_not_null',
        ondelete='set null',
        check_company=True,
        help='The ticket to which the mail belongs.',
    )

    _message_id_uniq = models.UniqueIndex('(message_id)', 'This mail is parked already.')
    _open_idx = models.Index("(id DESC) WHERE state = 'parked'")

    # === COMPUTE METHODS === #

    @api.depends('name')
    def _compute_source_name(self):
        for mail in self:
            mail.source_name = f'mail-{mail.id}.eml'

    # === ACTION METHODS === #

    def action_release(self):
        """Process the mails as if a person had written them to the desk.

        :return: an action that shows the resulting ticket or tickets.
        :raise UserError: when a mail can't be processed even so; nothing is changed then.
        """
        return self._release()

    def action_attach(self):
        """Add the mails to the conversations of the tickets chosen on them.

        :return: an action that shows the tickets.
        :raise UserError: when no ticket was chosen.
        """
        for mail in self:
            if not mail.ticket_id:
                raise UserError(
                    self.env._(
                        'Choose the ticket to which "%(subject)s" belongs first.',
                        subject=mail.name,
                    )
                )
        return self._release(attach=True)

    def action_ignore(self):
        """Put the mails away; they are deleted after a while."""
        self.check_access('write')
        self.filtered(lambda mail: mail.state == 'parked').state = 'ignored'

    def action_park(self):
        """Take ignored mails up again."""
        self.check_access('write')
        self.filtered(lambda mail: mail.state == 'ignored').state = 'parked'

    def action_open_ticket(self):
        """Open the ticket of the mail."""
        self.ensure_one()
        return self.ticket_id._get_records_action(name=self.env._('Ticket'))

    # === CRON METHODS === #

    @api.model
    def _cron_purge(self):
        """Delete what was decided on and has been kept for long enough."""
        value = (
            self.env['ir.config_parameter'].sudo().get_param('helpdesk_ecom.parked_mail_keep_days')
        )
        days = int(value) if str(value).isdecimal() else KEEP_DAYS  # 0: for ever
        if not days:
            return
        domain = Domain('state', '!=', 'parked') & Domain(
            'write_date', '<', subtract(fields.Datetime.now(), days=days)
        )
        mails = self.search(domain, limit=PURGE_BATCH)
        mails.unlink()
        self.env['ir.cron']._commit_progress(len(mails), remaining=self.search_count(domain))

    # === BUSINESS METHODS === #

    @api.model
    def _park(self, incoming, reason, route=None, details=False):
        """Keep a mail that does not become a ticket or an answer.

        :param IncomingMail incoming: the mail.
        :param str reason: a key of the field ``reason``.
        :param tuple route: where it was on its way to, if that is known.
        :param str details: what went wrong.
        :return: the parked mail, as superuser; the first one if the mail came twice.
        """
        vals = self._prepare_vals(incoming, reason, route, details)
        mail_sudo = self.sudo().search([('message_id', '=', vals['message_id'])], limit=1)
        if mail_sudo:
            return mail_sudo
        mail_sudo = self.sudo().create(vals)
        mail_sudo._log_on_ticket()
        return mail_sudo

    @api.model
    def _prepare_vals(self, incoming, reason, route, details):
        """Return the values of a parked mail."""
        parsed = incoming.message_dict or incoming.guess_values()
        ticket_sudo = self.env['helpdesk.ticket'].sudo().browse(route and route[1] or ()).exists()
        ticket_sudo = ticket_sudo._get_merge_target()
        team_id = route and (route[2] or {}).get('team_id')
        team_sudo = ticket_sudo.team_id or self.env['helpdesk.team'].sudo().browse(team_id or ())
        company = ticket_sudo.company_id or team_sudo.company_id or self.env.company
        return {
            'name': parsed.get('subject'),
            'email_from': parsed.get('email_from'),
            'email_to': parsed.get('to'),
            'date': parsed.get('date'),
            'message_id': parsed['message_id'],
            'preview': storable(html2plaintext(parsed.get('body') or ''))[:PREVIEW_LENGTH],
            'source': incoming.encoded,
            'reason': reason,
            # who blocked the sender has decided already
            'state': 'ignored' if reason == 'blocked' else 'parked',
            'details': details,
            'team_id': team_sudo.id,
            'company_id': company.id,
            'ticket_id': ticket_sudo.id,
        }

    def _log_on_ticket(self):
        """Leave a quiet note on the ticket: an absence matters to whoever waits for an answer.

        What a blocked sender writes does not: they are not to be heard.
        """
        for mail in self.filtered(lambda mail: mail.ticket_id and mail.reason != 'blocked'):
            mail.ticket_id._message_log(
                body=Markup('<p>%s</p><blockquote>%s</blockquote>')
                % (
                    self.env._(
                        'Kept aside, %(link)s: %(reason)s, from %(sender)s',
                        link=mail._get_html_link(title=mail.name or self.env._('no subject')),
                        reason=mail._get_reason_label(),
                        sender=mail.email_from,
                    ),
                    mail.preview[:500],
                )
            )

    def _get_reason_label(self):
        """Return the reason in words."""
        return dict(self._fields['reason']._description_selection(self.env))[self.reason]

    def _release(self, attach=False):
        """Send the mails through the gateway again, past the screening.

        :param bool attach: to the conversation of the chosen ticket rather than by themselves.
        """
        self.check_access('write')
        self.ticket_id.check_access('write')
        mails = self.filtered(lambda mail: mail.state != 'released')
        for mail in mails:
            mail.ticket_id = mail._process_source(mail.ticket_id if attach else None)
            mail.state = 'released'
        return self.ticket_id._get_records_action(name=self.env._('Tickets'))

    def _read_source(self):
        """Return the original as bytes."""
        self.ensure_one()
        return base64.b64decode(self.with_context(bin_size=False).source)

    def _process_source(self, ticket):
        """Run the original through the gateway as a person's mail, and return the ticket."""
        self.ensure_one()
        incoming = IncomingMail(self._read_source())
        incoming.released = True
        incoming.ticket_id = ticket and ticket.id
        # as the mailbox would: by OdooBot, who becomes nobody's author or follower
        context = dict(clean_context(self.env.context), helpdesk_incoming_mail=incoming)
        MailThread_sudo = self.env['mail.thread'].with_user(SUPERUSER_ID)
        MailThread_sudo = MailThread_sudo.with_context(context)
        ticket_id = MailThread_sudo.message_process(
            'helpdesk.ticket',
            incoming.raw,
            custom_values={'team_id': self.team_id.id} if self.team_id else None,
        )
        if not ticket_id:
            raise UserError(
                self.env._(
                    'The mail "%(subject)s" is part of a conversation already.',
                    subject=self.name,
                )
            )
        return self.env['helpdesk.ticket'].browse(ticket_id)
