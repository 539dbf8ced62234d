from odoo import api, fields, models


class MailComposeMessage(models.TransientModel):
    """The large composer holds an answer beside which the customer wrote, as the small one does.

    Notes are never held. What is scheduled is held as it is scheduled, never at its time: nobody
    would be there to decide.
    """

    _inherit = 'mail.compose.message'

    helpdesk_seen_message_id = fields.Integer(
        string="Customer's Last Message",
        compute='_compute_helpdesk_seen_message_id',
        store=True,
        readonly=False,
        help='Which the author had seen as they began to write; 0: none.',
    )

    # === COMPUTE METHODS === #

    @api.depends('model', 'res_ids', 'composition_mode', 'subtype_is_log')
    def _compute_helpdesk_seen_message_id(self):
        for composer in self:
            ticket = composer._get_helpdesk_ticket()
            composer.helpdesk_seen_message_id = (
                ticket and ticket._get_last_words()[ticket.id]['customer_message_id']
            )

    # === BUSINESS METHODS === #

    def get_helpdesk_news(self):
        """Return what the customer wrote while the answer was being written, for the web client.

        :return: dict of ``message_id``, ``author`` and ``text``; False if nothing.
        """
        self.ensure_one()
        ticket = self._get_helpdesk_ticket()
        return bool(ticket) and (ticket._get_news(self.helpdesk_seen_message_id) or False)

    def _get_helpdesk_ticket(self):
        """Return the ticket to which the composer writes an answer; empty if none, or many."""
        self.ensure_one()
        Ticket = self.env['helpdesk.ticket']
        if self.model != Ticket._name or self.composition_mode != 'comment' or self.subtype_is_log:
            return Ticket
        res_ids = self._evaluate_res_ids()
        return Ticket.browse(res_ids if len(res_ids) == 1 else ())

    def _action_send_mail_comment(self, res_ids):
        """Override of `mail`: hold an answer whose author missed something.

        :raises CustomerWroteMeanwhile: if the customer wrote meanwhile.
        """
        self._ensure_helpdesk_nothing_missed()
        return super()._action_send_mail_comment(res_ids)

    def _prepare_schedule_message_post_values(self, post_values):
        """Override of `mail`: hold what is to be sent later, too."""
        self._ensure_helpdesk_nothing_missed()
        return super()._prepare_schedule_message_post_values(post_values)

    def _ensure_helpdesk_nothing_missed(self):
        ticket = self._get_helpdesk_ticket()
        if ticket:
            ticket._ensure_nothing_missed(self.helpdesk_seen_message_id)
