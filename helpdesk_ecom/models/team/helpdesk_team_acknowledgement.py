from odoo import api, fields, models


class HelpdeskTeam(models.Model):
    """Whether and with what words the team tells customers that their request arrived."""

    _inherit = 'helpdesk.team'

    use_acknowledgement = fields.Boolean(
        string='Acknowledgement',
        default=True,
        help='Tell the customer at once, in their language, that the request arrived, with the '
        'number of the ticket and a link to it.',
    )
    acknowledgement_template_id = fields.Many2one(
        'mail.template',
        domain=[('model', '=', 'helpdesk.ticket')],
        default=lambda self: self._default_acknowledgement_template_id(),
    )

    # === DEFAULT METHODS === #

    @api.model
    def _default_acknowledgement_template_id(self):
        return self.env.ref(
            'helpdesk_ecom.mail_template_ticket_acknowledgement',
            raise_if_not_found=False,
        )

    # === BUSINESS METHODS === #

    def _get_acknowledgement_template(self):
        """Return the template (sudo) of the acknowledgement, empty if the team sends none.

        A team whose own template was deleted uses the one that the addon came with.
        """
        team_sudo = self.sudo()
        template_sudo = team_sudo.acknowledgement_template_id
        if not team_sudo.use_acknowledgement:
            return template_sudo.browse()
        return template_sudo or team_sudo._default_acknowledgement_template_id() or template_sudo
