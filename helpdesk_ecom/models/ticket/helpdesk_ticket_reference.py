from odoo import api, fields, models


class HelpdeskTicket(models.Model):
    """The ticket's number: what a customer quotes and the mail gateway recognises."""

    _inherit = 'helpdesk.ticket'
    _rec_names_search = ['name', 'ticket_ref']

    ticket_ref = fields.Char(string='Ticket Number', readonly=True, copy=False, index='trigram')

    _ticket_ref_company_uniq = models.UniqueIndex(
        '(company_id, ticket_ref)',
        'This ticket number exists already in the company.',
    )

    @api.model
    def _assign_ticket_refs(self, vals_list):
        """Write a number into each of the values that has none, one draw per company.

        :param list[dict] vals_list: values for `create`, changed in place.
        """
        unnumbered = [vals for vals in vals_list if not vals.get('ticket_ref')]
        by_company = {}
        for vals in unnumbered:
            by_company.setdefault(self._get_company_of_vals(vals), []).append(vals)
        for company, company_vals in by_company.items():
            refs = self.env['ir.sequence']._draw_helpdesk_numbers(company, len(company_vals))
            for vals, ref in zip(company_vals, refs, strict=True):
                vals['ticket_ref'] = ref

    @api.model
    def _get_company_of_vals(self, vals):
        """Return the company that a ticket with these values will belong to."""
        self._complete_team([vals])
        team_sudo = self.env['helpdesk.team'].sudo().browse(vals['team_id'] or ())
        company = self.env['res.company'].browse(vals.get('company_id') or ())
        return team_sudo.company_id or company or self.env.company

    @api.model
    def _complete_team(self, vals_list):
        """Write the default team into the values that have none, looked up once for all."""
        teamless = [vals for vals in vals_list if 'team_id' not in vals]
        if teamless:
            team_id = self.env.context.get('default_team_id') or self._default_team_id().id
            for vals in teamless:
                vals['team_id'] = team_id
