from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools.misc import clean_context


class HelpdeskTicket(models.Model):
    """From a ticket to an opportunity and back: two records, each of which knows the other."""

    _inherit = 'helpdesk.ticket'

    opportunity_id = fields.Many2one(
        'crm.lead',
        index='btree_not_null',
        copy=False,
        check_company=True,
        tracking=True,
        groups='helpdesk_ecom.group_helpdesk_user',
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Say in both conversations what belongs together.

        :raise AccessError: for a lead that the user may not read.
        """
        tickets = super().create(vals_list)
        if not self.env.su:
            # looked up afterwards, as the context may name one, too
            tickets._check_opportunity_access()
        tickets._log_opportunity_links()
        return tickets

    def write(self, vals):
        """Say in both conversations what belongs together.

        :raise AccessError: for a lead that the user may not read.
        """
        if not vals.get('opportunity_id'):
            return super().write(vals)
        changed = self.filtered(
            lambda ticket: ticket.sudo().opportunity_id.id != vals['opportunity_id']
        )
        result = super().write(vals)
        if not self.env.su:
            self._check_opportunity_access()
        changed._log_opportunity_links()
        return result

    # === ACTION METHODS === #

    def action_create_opportunity(self):
        """Hand the ticket over to sales: make an opportunity of it, or open the one there is.

        Agents need no right in CRM: what they may read of the opportunity is up to CRM.

        :raise AccessError: if the user may not change the ticket.
        """
        self.ensure_one()
        self.check_access('write')
        self.lock_for_update()  # two clicks make one opportunity
        if not self.sudo().opportunity_id:
            # defaults of the client are not for what is made with other rights than his
            Lead_sudo = self.env['crm.lead'].sudo().with_context(clean_context(self.env.context))
            lead_sudo = Lead_sudo.create(self._prepare_opportunity_vals())
            self.sudo().opportunity_id = lead_sudo
        return self.action_open_opportunity()

    def action_open_opportunity(self):
        """Open the opportunity, or say who has it, for who may not.

        :raise AccessError: if the user is no agent, or may not read the ticket.
        """
        self.ensure_one()
        self.check_access('read')
        if not self.env.user.has_group('helpdesk_ecom.group_helpdesk_user'):
            # customers read their tickets, but not what sales plans with them
            raise AccessError(self.env._('Only agents of the helpdesk open opportunities.'))
        lead_sudo = self.sudo().opportunity_id
        if lead_sudo.sudo(False).has_access('read'):
            return {
                'type': 'ir.actions.act_window',
                'name': self.env._('Opportunity'),
                'res_model': 'crm.lead',
                'res_id': lead_sudo.id,
                'view_mode': 'form',
            }
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'success',
                'message': self.env._(
                    'Sales has the opportunity "%(opportunity)s" now: %(salesperson)s.',
                    opportunity=lead_sudo.name,
                    salesperson=lead_sudo.user_id.name or self.env._('nobody in particular yet'),
                ),
                'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
            },
        }

    # === BUSINESS METHODS === #

    def _prepare_opportunity_vals(self):
        """Return the values of the opportunity that is made of the ticket."""
        self.ensure_one()
        vals = {
            'name': self.name,
            'type': 'opportunity',
            'partner_id': self.partner_id.id,
            'description': self.description,
            'company_id': self.company_id.id,
            'user_id': self._get_salesperson_sudo().id,
            'campaign_id': self.campaign_id.id,
            'medium_id': self.medium_id.id,
            'source_id': self.source_id.id,
        }
        if not self.partner_id:
            vals.update(
                contact_name=self.partner_name,
                email_from=self.partner_email,
                phone=self.partner_phone,
            )
        return vals

    def _get_salesperson_sudo(self):
        """Return who sells to the customer: his company's salesperson, his own, or the order's."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        for user_sudo in (
            ticket_sudo.commercial_partner_id.user_id,
            ticket_sudo.partner_id.user_id,
            ticket_sudo._get_customer_visible_order().user_id,
        ):
            if user_sudo.active and not user_sudo.share:
                return user_sudo
        return self.env['res.users'].sudo()

    def _check_opportunity_access(self):
        """Check that the user may read the leads which he linked the tickets to.

        :raise AccessError: with the first that he may not.
        """
        leads = self.sudo().opportunity_id.sudo(False)
        if leads:  # of none the right to the model would be checked
            leads.check_access('read')

    @api.model
    def _get_merge_fill_fields(self):
        """Override of `helpdesk_ecom`: what sales makes of it goes on with the kept ticket."""
        return [*super()._get_merge_fill_fields(), ('opportunity_id',)]

    def _log_opportunity_links(self):
        """Leave a note with a link in the conversations of the tickets and their opportunities."""
        if self.env.context.get('helpdesk_skip_link_notes'):
            return
        for ticket in self:
            lead_sudo = ticket.sudo().opportunity_id
            if not lead_sudo:
                continue
            lead_sudo.message_post(
                body=self.env._(
                    'This ticket belongs to it: %(ticket)s', ticket=ticket._get_html_link()
                ),
                subtype_xmlid='mail.mt_note',
            )
            ticket.sudo().message_post(
                body=self.env._(
                    'This opportunity belongs to it: %(opportunity)s',
                    opportunity=lead_sudo._get_html_link(),
                ),
                subtype_xmlid='mail.mt_note',
            )
