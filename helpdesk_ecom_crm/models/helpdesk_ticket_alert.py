from odoo import api, fields, models
from odoo.tools.misc import clean_context

# What may turn a quiet ticket into one that the salesperson should know of.
ALERT_FIELDS = {'commercial_partner_id', 'fold', 'partner_id', 'priority', 'stage_id'}
# From this priority on a ticket is a bad one.
HIGH_PRIORITY = '2'


class HelpdeskTicket(models.Model):
    """The salesperson is told of a ticket before the customer tells him: once for each ticket."""

    _inherit = 'helpdesk.ticket'

    alerted_user_id = fields.Many2one(
        'res.users',
        string='Salesperson Told',
        readonly=True,
        copy=False,
        groups='helpdesk_ecom.group_helpdesk_user',
        help='Got an activity because of this ticket. Nobody gets a second one.',
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Tell the salespeople of the tickets that they should know of."""
        tickets = super().create(vals_list)
        tickets._alert_salespeople()
        return tickets

    def write(self, vals):
        """Tell the salespeople of the tickets that got worse."""
        result = super().write(vals)
        if ALERT_FIELDS & vals.keys():
            self._alert_salespeople()
        return result

    # === BUSINESS METHODS === #

    @api.model
    def _get_company_fields(self):
        """Override of `helpdesk_ecom`: each change of a ticket asks for the setting."""
        return (*super()._get_company_fields(), 'helpdesk_salesperson_alert')

    def _on_customer_tier_changed(self):
        """Override of `helpdesk_ecom`: a customer who became important has a salesperson, too."""
        super()._on_customer_tier_changed()
        self._alert_salespeople()

    def _must_alert_salesperson(self):
        """Tell whether the salesperson should know of the ticket, by the company's setting."""
        self.ensure_one()
        setting = self.company_id.sudo().helpdesk_salesperson_alert
        if setting == 'never' or self.fold or not self.active:
            return False
        if self.sudo().customer_tier_id.alert_salesperson:
            return True
        return setting == 'bad' and self.priority >= HIGH_PRIORITY

    def _alert_salespeople(self):
        """Give the salespeople an activity for each ticket that they should know of.

        On the ticket, if they may read it; else on the contact. The ticket remembers: its row is
        written in the same transaction, so that two that run at once can't both tell.
        """
        for ticket_sudo in self.sudo().filtered(
            lambda ticket: not ticket.alerted_user_id and ticket._must_alert_salesperson()
        ):
            user_sudo = ticket_sudo._get_salesperson_sudo()
            if not user_sudo or user_sudo == ticket_sudo.user_id:
                continue  # whoever works on it knows
            ticket_sudo.alerted_user_id = user_sudo
            may_read = ticket_sudo.with_user(user_sudo).has_access('read')
            record_sudo = ticket_sudo if may_read else ticket_sudo.partner_id
            record_sudo.with_context(clean_context(self.env.context)).activity_schedule(
                'mail.mail_activity_data_todo',
                user_id=user_sudo.id,
                summary=ticket_sudo._get_salesperson_alert_summary(user_sudo.lang),
                automated=True,
            )

    def _get_salesperson_alert_summary(self, lang):
        """Return what the activity says, in the salesperson's language."""
        self.ensure_one()
        ticket = self.with_context(lang=lang)
        if ticket.customer_tier_id:
            return ticket.env._(
                '%(tier)s customer has a ticket: %(ticket)s',
                tier=ticket.customer_tier_id.name,
                ticket=ticket.display_name,
            )
        return ticket.env._('A ticket that may hurt: %(ticket)s', ticket=ticket.display_name)
