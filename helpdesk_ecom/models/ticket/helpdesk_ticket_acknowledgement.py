import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import formataddr

from ...tools.robot_address import is_robot_address

_logger = logging.getLogger(__name__)

BATCH_SIZE = 50
# An address gets one acknowledgement until an agent answered it, and after that period another one.
SILENCE = timedelta(hours=24)
# Whatever happens in between: two robots that answer each other stop here.
MAX_PER_ADDRESS = 5


class HelpdeskTicket(models.Model):
    """The mail that tells a customer at once that the request arrived.

    Rendering it costs as much as the ticket itself, so that it is only noted in the transaction
    that makes the ticket. A job sends it right after: the note is removed and the mail is put into
    the outbox in one transaction, so that a crash neither loses nor doubles it.
    """

    _inherit = 'helpdesk.ticket'

    acknowledgement_due_date = fields.Datetime(readonly=True, copy=False, system_written=True)
    acknowledgement_date = fields.Datetime(
        string='Acknowledged On',
        readonly=True,
        copy=False,
        system_written=True,
    )

    _acknowledgement_due_idx = models.Index('(id) WHERE acknowledgement_due_date IS NOT NULL')

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Acknowledge what customers create by themselves, in the portal or by a form."""
        tickets = super().create(vals_list)
        if self.env.user.share:
            tickets._schedule_acknowledgement()
        return tickets

    # === BUSINESS METHODS === #

    def _schedule_acknowledgement(self):
        """Have the customers told that their requests arrived, unless nobody would read it.

        Costs one UPDATE (which merges with others of the transaction) and one INSERT.
        """
        tickets_sudo = self.sudo().filtered(lambda ticket: ticket._wants_acknowledgement())
        if not tickets_sudo:
            return
        tickets_sudo.acknowledgement_due_date = self.env.cr.now()
        self.env['ir.cron']._trigger_once('helpdesk_ecom.ir_cron_send_acknowledgements')

    def _wants_acknowledgement(self):
        """Tell, without a query of its own, whether the ticket may be acknowledged."""
        self.ensure_one()
        return (
            not self.acknowledgement_due_date
            and not self.acknowledgement_date
            and not is_robot_address(self.email_normalized)
            and bool(self.team_id._get_acknowledgement_template())
        )

    @api.model
    def _cron_send_acknowledgements(self):
        """Send the acknowledgements that are due, each in a transaction of its own."""
        Ticket = self.with_context(active_test=False)
        domain = [('acknowledgement_due_date', '!=', False)]
        commit_progress = self.env['ir.cron']._commit_progress
        tickets = Ticket.search(domain, order='id', limit=BATCH_SIZE)
        remaining = len(tickets)
        if remaining == BATCH_SIZE:
            remaining = Ticket.search_count(domain)
        commit_progress(remaining=remaining)
        for ticket in tickets:
            ticket = ticket.try_lock_for_update().filtered_domain(domain)
            if not ticket:
                continue
            ticket._process_acknowledgement()
            if not commit_progress(1):
                return
        # what came meanwhile: others ask for a job but once a second
        commit_progress(remaining=Ticket.search_count(domain))

    def _process_acknowledgement(self):
        """Send the acknowledgement of one ticket, or find that there is a reason not to."""
        self.ensure_one()
        self.acknowledgement_due_date = False
        if not self.active or not self._can_be_acknowledged():
            return
        try:
            with self.env.cr.savepoint():
                self._send_acknowledgement()
                self.acknowledgement_date = self.env.cr.now()
        except Exception:  # a broken template must not hold up everybody's mails
            _logger.exception('Ticket %s could not be acknowledged.', self.ticket_ref)
            self.env.invalidate_all()

    def _can_be_acknowledged(self):
        """Tell whether the customer's address is not ours and was not told the same before."""
        self.ensure_one()
        address = self.email_normalized
        if self.env['mail.alias.domain'].sudo()._find_aliases([address]):
            return False
        recent = self.with_context(active_test=False).search(
            [
                ('email_normalized', '=', address),
                ('acknowledgement_date', '>', self.env.cr.now() - SILENCE),
            ]
        )
        return len(recent) < MAX_PER_ADDRESS and all(
            ticket.answered_customer_message_count for ticket in recent
        )

    def _send_acknowledgement(self):
        """Post the team's acknowledgement to the customer alone."""
        self.ensure_one()
        template = self.team_id._get_acknowledgement_template()
        if template:
            self._mail_customer_by_template(template, {'Auto-Submitted': 'auto-replied'})

    def _mail_customer_by_template(self, template, headers=None):
        """Post what a template says to the customer alone, as something that no person wrote.

        It stops no clock, and is marked as automatic for the robots of the other side.

        :param mail.template template: of tickets.
        :param dict headers: headers of the mail, besides those of all automatic ones.
        """
        self.ensure_one()
        values = template._generate_template(
            self.ids,
            ('attachment_ids', 'body_html', 'email_from', 'email_layout_xmlid', 'subject'),
        )[self.id]
        customer = self.partner_id
        self.with_context(
            email_notification_allow_header=False,  # the text has its own link
            mail_notify_force_send=True,  # with the commit, not when the outbox is looked at
        ).message_post(
            body=values['body_html'],
            subject=values['subject'],
            message_type='auto_comment',
            subtype_xmlid='mail.mt_comment',
            author_id=self.company_id.partner_id.id,
            email_from=values.get('email_from') or self._get_desk_email(),
            email_layout_xmlid=values.get('email_layout_xmlid'),
            email_add_signature=False,
            attachment_ids=values.get('attachment_ids'),
            partner_ids=customer.ids,
            outgoing_email_to=False if customer else self.partner_email,
            notify_skip_followers=True,
            **({'mail_headers': headers} if headers else {}),
        )

    def _get_desk_email(self):
        """Return the formatted address from which the desk, not a person, writes."""
        self.ensure_one()
        team_sudo = self.team_id.sudo()
        if team_sudo.alias_email:
            return formataddr((team_sudo.name, team_sudo.alias_email))
        return self.company_id.email_formatted
