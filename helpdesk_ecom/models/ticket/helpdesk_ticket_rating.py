from odoo import SUPERUSER_ID, fields, models


class HelpdeskTicket(models.Model):
    """What the customer thought of the help."""

    _inherit = 'helpdesk.ticket'

    # what is new was rated by nobody: no need to look that up
    rating_last_value = fields.Float(
        compute='_compute_rating_last_value', store=True, precompute=True
    )
    rating_request_date = fields.Datetime(
        string='Rating Requested On',
        readonly=True,
        copy=False,
        help='A customer is asked once for each ticket, even if it is opened and closed again.',
    )

    # === CRUD METHODS === #

    def write(self, vals):
        """Ask the customers of tickets that get closed what they thought of the help."""
        if 'stage_id' not in vals or self.env.context.get('helpdesk_skip_rating'):
            return super().write(vals)
        opened = self.filtered(lambda ticket: not ticket.fold)
        result = super().write(vals)
        opened.filtered(lambda ticket: ticket._wants_rating())._request_rating()
        return result

    # === RATING.MIXIN === #

    def _rating_apply_get_default_subtype_id(self):
        return self.env['ir.model.data']._xmlid_to_res_id('helpdesk_ecom.mt_ticket_rating')

    # === BUSINESS METHODS === #

    def _wants_rating(self):
        """Tell whether the customer should be asked now."""
        self.ensure_one()
        return bool(
            self.fold
            and self.active
            and not self.merged_into_id
            and not self.rating_request_date
            and self.team_id.sudo().use_rating
            and self.partner_id.sudo().email
        )

    def _request_rating(self):
        """Send the customers the request, each in his language, by the outgoing queue.

        OdooBot asks: the customer may have closed the ticket himself in the portal, and nobody
        gets mail from himself.
        """
        if not self:
            return
        tickets_sudo = self.with_user(SUPERUSER_ID)
        tickets_sudo.with_context(mail_notrack=True).rating_request_date = self.env.cr.now()
        template_sudo = tickets_sudo.env.ref(
            'helpdesk_ecom.mail_template_ticket_rating', raise_if_not_found=False
        )
        if not template_sudo:  # a template may be deleted
            return
        for ticket_sudo in tickets_sudo:
            ticket_sudo.rating_send_request(
                template_sudo, lang=ticket_sudo.partner_id.lang, force_send=False
            )
