from odoo import api, fields, models
from odoo.tools.date_utils import localized

from ...tools.response_clock import ResponseClock

CONVERSATION_TYPES = ('comment', 'email')


class HelpdeskTicket(models.Model):
    """How long the customer waits for answers, in the working hours of the team.

    The clocks hang on the creation of messages, not on `message_post`, because API clients create
    messages directly. Notes, stage mails and everything else that is automatic don't count.
    """

    _inherit = 'helpdesk.ticket'

    first_response_hours = fields.Float(
        string='Hours to First Response',
        readonly=True,
        copy=False,
        aggregator='avg',
        help='Working hours of the team from creation to the first answer of a person.',
        system_written=True,
    )
    avg_response_hours = fields.Float(
        string='Average Hours to Respond',
        readonly=True,
        copy=False,
        aggregator='avg',
        help='Working hours that the customer waited for an answer, on average. Messages that the '
        'customer sends in a row are one wait.',
        system_written=True,
    )
    total_response_hours = fields.Float(
        string='Total Hours to Respond',
        readonly=True,
        copy=False,
        help='Working hours that the customer waited for all answers together.',
        system_written=True,
    )
    answered_customer_message_count = fields.Integer(
        string='Answers to the Customer',
        readonly=True,
        copy=False,
        help='How many times the customer waited and got an answer. The request itself counts.',
        system_written=True,
    )
    oldest_unanswered_customer_message_date = fields.Datetime(
        string='Waiting Since',
        compute='_compute_oldest_unanswered_customer_message_date',
        store=True,
        precompute=True,
        copy=False,
        help='When the customer wrote the oldest message that nobody answered. A new ticket waits '
        'from its creation, a closed one waits for nothing.',
        system_written=True,
    )
    closed_waiting_date = fields.Datetime(
        compute='_compute_oldest_unanswered_customer_message_date',
        store=True,
        precompute=True,
        copy=False,
        export_string_translation=False,
        help='Technical: since when the customer had waited as the ticket was closed. If it is '
        'reopened without an answer, the wait goes on.',
        system_written=True,
    )

    # === COMPUTE METHODS === #

    @api.depends('fold')
    def _compute_oldest_unanswered_customer_message_date(self):
        """Remember the wait when a ticket is closed, and let it go on when it is reopened."""
        for ticket in self:
            waiting_since = ticket.oldest_unanswered_customer_message_date
            closed_since = ticket.closed_waiting_date
            if ticket.fold:
                waiting_since, closed_since = False, closed_since or waiting_since
            elif not ticket._origin:
                waiting_since = self.env.cr.now()
            else:
                waits = filter(None, (waiting_since, closed_since))
                waiting_since, closed_since = min(waits, default=False), False
            ticket.oldest_unanswered_customer_message_date = waiting_since
            ticket.closed_waiting_date = closed_since

    # === BUSINESS METHODS === #

    @api.model
    def _update_response_clocks(self, messages):
        """Let the clocks of the tickets know of new messages: one UPDATE per ticket, or none.

        :param mail.message messages: messages of tickets, of any kind.
        """
        tickets_sudo, turns_by_ticket = self._get_conversations(messages)
        tickets_sudo._note_turns(turns_by_ticket)

    def _note_turns(self, turns_by_ticket):
        """Let all that follows the conversations of tickets know who spoke; to be extended.

        :param dict turns_by_ticket: as of `_get_conversations`.
        """
        for team_tickets in self.grouped('team_id').values():
            team_tickets._advance_response_clocks(turns_by_ticket)

    @api.model
    def _get_conversations(self, messages):
        """Return who spoke when in those messages that are part of a conversation.

        :param mail.message messages: messages of tickets, of any kind.
        :return: the tickets, elevated and without tracking, and for each its sorted pairs (moment,
            by the customer), of which there may be none.
        """
        messages_by_ticket = (
            messages.sudo()
            .filtered(
                lambda message: (
                    message.message_type in CONVERSATION_TYPES and not message.is_internal
                )
            )
            .grouped('res_id')
        )
        tickets_sudo = self.sudo().with_context(mail_notrack=True).browse(messages_by_ticket)
        turns_by_ticket = {
            ticket_sudo: ticket_sudo._get_conversation_turns(messages_by_ticket[ticket_sudo.id])
            for ticket_sudo in tickets_sudo
        }
        return tickets_sudo, turns_by_ticket

    def _advance_response_clocks(self, turns_by_ticket):
        """Advance the clocks of tickets that share a team.

        :param dict turns_by_ticket: for each ticket its sorted pairs (moment, by the customer).
        """
        answered = self.filtered(
            lambda ticket: any(not by_customer for _moment, by_customer in turns_by_ticket[ticket])
        )
        working_time = None
        if answered:  # the hours of the team cost queries, which a customer's mail can do without
            working_time = self.team_id._get_working_time(
                min(answered.mapped('create_date')),
                max(turns_by_ticket[ticket][-1][0] for ticket in answered),
            )

        def measure(start, stop):
            return working_time.hours(localized(start), localized(stop))

        for ticket in self:
            clock = ticket._get_response_clock()
            advanced = clock.replay(ticket.create_date, turns_by_ticket[ticket], measure)
            vals = ticket._prepare_response_vals(advanced) if advanced != clock else {}
            if ticket in answered and ticket.closed_waiting_date:
                vals['closed_waiting_date'] = False
            if vals:
                ticket.write(vals)

    def _get_conversation_turns(self, messages):
        """Return when which side wrote, for messages of this ticket.

        What OdooBot says is said by nobody.

        What was written before the ticket existed (imports, chats, wrong clocks of senders) counts
        from its creation, what claims to be from the future from now.

        :return: pairs (moment, whether the customer wrote it), in the order of writing.
        """
        self.ensure_one()
        xmlid_to_res_id = self.env['ir.model.data']._xmlid_to_res_id
        comment_id = xmlid_to_res_id('mail.mt_comment')
        robot_id = xmlid_to_res_id('base.partner_root')
        turns = []
        for message in messages.sorted(lambda message: (message.date, message.id)):
            if message.author_id.id == robot_id:
                continue  # no person wrote it
            by_customer = self._is_from_customer_side(message.author_id)
            if by_customer or message.subtype_id.id == comment_id:
                moment = min(max(message.date, self.create_date), self.env.cr.now())
                turns.append((moment, by_customer))
        return turns

    def _is_from_customer_side(self, author):
        """Tell whether an author (empty: unknown) speaks for the customer, not for the desk."""
        return not author or author.partner_share or author == self.partner_id

    def _get_response_clock(self):
        """Return the ticket's clock as it is stored."""
        return ResponseClock(
            self.oldest_unanswered_customer_message_date or None,
            self.first_response_hours,
            self.total_response_hours,
            self.answered_customer_message_count,
        )

    @api.model
    def _prepare_response_vals(self, clock):
        """Return the values by which a clock is stored."""
        return {
            'oldest_unanswered_customer_message_date': clock.waiting_since,
            'first_response_hours': clock.first_hours,
            'avg_response_hours': clock.average_hours,
            'total_response_hours': clock.total_hours,
            'answered_customer_message_count': clock.answered,
        }
