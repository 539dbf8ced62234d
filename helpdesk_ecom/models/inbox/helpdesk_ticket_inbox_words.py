from odoo import models
from odoo.tools import SQL
from odoo.tools.mail import html_to_inner_content

from ..ticket.helpdesk_ticket_response import CONVERSATION_TYPES

# A mail may be a megabyte of HTML; one line of it is shown.
READ_CHARS = 4000
SHOWN_CHARS = 160


class HelpdeskTicket(models.Model):
    """The last words of conversations, and the last ones of the customer, in one query."""

    _inherit = 'helpdesk.ticket'

    # === BUSINESS METHODS === #

    def _get_last_words(self):
        """Return what was said last in each of the conversations, notes aside.

        Access to the tickets was checked by the caller.

        :return: by id of the ticket a dict of ``text`` (one line), ``author`` (name, or ''),
            ``by_customer``, ``date``, ``customer_message_id`` (0: none) and ``seen_message_id``
            (what the current user saw; None: never looked).
        :rtype: dict[int, dict]
        """
        if not self:
            return {}
        self.env['mail.message'].flush_model()
        self.flush_recordset(['partner_id'])
        rows = {row[0]: row[1:] for row in self.env.execute_query(self._get_last_words_query())}
        return {ticket.id: ticket._prepare_last_words(*rows[ticket.id]) for ticket in self}

    def _get_last_words_query(self):
        """Return the query of `_get_last_words`: two look-ups by index for each ticket."""
        said = SQL(
            """message.model = %s AND message.res_id = ticket.id
               AND message.message_type IN %s
               AND message.is_internal IS NOT TRUE
               AND message.author_id IS DISTINCT FROM %s""",
            self._name,
            CONVERSATION_TYPES,
            self.env['ir.model.data']._xmlid_to_res_id('base.partner_root'),
        )
        by_customer = SQL(
            '(message.author_id IS NULL OR author.partner_share IS TRUE'
            ' OR message.author_id = ticket.partner_id)'
        )
        return SQL(
            """SELECT ticket.id, visit.seen_message_id, visit.id IS NOT NULL, customer.id,
                      last.author, last.email_from, last.by_customer, last.create_date, last.body,
                      last.has_files
                 FROM helpdesk_ticket ticket
            LEFT JOIN helpdesk_ticket_visit visit
                   ON visit.ticket_id = ticket.id AND visit.user_id = %(user_id)s
            LEFT JOIN LATERAL (
                      SELECT author.name AS author, message.email_from,
                             %(by_customer)s AS by_customer,
                             message.create_date, left(message.body, %(chars)s) AS body,
                             EXISTS (SELECT FROM message_attachment_rel
                                      WHERE message_id = message.id) AS has_files
                        FROM mail_message message
                   LEFT JOIN res_partner author ON author.id = message.author_id
                       WHERE %(said)s
                         AND (%(by_customer)s OR message.subtype_id = %(comment_id)s)
                    ORDER BY message.id DESC
                       LIMIT 1
                      ) last ON TRUE
            LEFT JOIN LATERAL (
                      SELECT message.id
                        FROM mail_message message
                   LEFT JOIN res_partner author ON author.id = message.author_id
                       WHERE %(said)s AND %(by_customer)s
                    ORDER BY message.id DESC
                       LIMIT 1
                      ) customer ON TRUE
                WHERE ticket.id IN %(ids)s""",
            user_id=self.env.uid,
            by_customer=by_customer,
            said=said,
            chars=READ_CHARS,
            comment_id=self.env['ir.model.data']._xmlid_to_res_id('mail.mt_comment'),
            ids=tuple(self.ids),
        )

    def _prepare_last_words(
        self,
        seen_message_id,
        is_visited,
        customer_message_id,
        author,
        email_from,
        by_customer,
        date,
        body,
        has_files,
    ):
        """Return the words of one row of the query; what opened the ticket, if nobody wrote."""
        self.ensure_one()
        if date is None:
            by_customer, date, body = True, self.create_date, (self.description or '')[:READ_CHARS]
        text = html_to_inner_content(body or '').strip()
        if not text and has_files:
            text = self.env._('(file)')
        return {
            'text': text[:SHOWN_CHARS],
            'author': author or email_from or '',
            'by_customer': bool(by_customer),
            'date': date,
            'customer_message_id': customer_message_id or 0,
            'seen_message_id': (seen_message_id or 0) if is_visited else None,
        }
