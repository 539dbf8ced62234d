from odoo import api, fields, models


class HelpdeskTicket(models.Model):
    """Who has the word: whether the desk or the customer wrote last.

    Reminders and snoozing depend on it. As for the response clocks, only what persons write for the
    other side to read counts, by whatever way it comes.
    """

    _inherit = 'helpdesk.ticket'

    awaiting_customer_date = fields.Datetime(
        string='Waiting for the Customer since',
        compute='_compute_awaiting_customer_date',
        store=True,
        precompute=True,
        copy=False,
        help='When we wrote last, if the customer has not answered yet. Empty on a closed ticket.',
        system_written=True,
    )

    # === COMPUTE METHODS === #

    @api.depends('fold')
    def _compute_awaiting_customer_date(self):
        for ticket in self:
            ticket.awaiting_customer_date = not ticket.fold and ticket.awaiting_customer_date

    # === BUSINESS METHODS === #

    def _note_turns(self, turns_by_ticket):
        """Extend to note who has the word now."""
        super()._note_turns(turns_by_ticket)
        heard = self.filtered(
            lambda ticket: any(by_customer for _moment, by_customer in turns_by_ticket[ticket])
        )
        if heard:
            heard._on_customer_message()
        for ticket in self:
            turns = turns_by_ticket[ticket]
            if turns and not turns[-1][1] and not ticket.fold:
                ticket.awaiting_customer_date = turns[-1][0]

    def _on_customer_message(self):
        """Hook: called with tickets (sudo) whose customers wrote, even if they waited before.

        To be extended by whatever ends with the customer's answer. It runs for each mail, so that
        what it writes must be written only where it changes something.
        """
        self.filtered('awaiting_customer_date').awaiting_customer_date = False

    def _prepare_merge_vals(self, survivor):
        """Extend: a customer who waits for an answer to one of the tickets owes us none."""
        vals = super()._prepare_merge_vals(survivor)
        if vals.get('oldest_unanswered_customer_message_date'):
            vals['awaiting_customer_date'] = False
        return vals
