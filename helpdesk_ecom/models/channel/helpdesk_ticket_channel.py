from odoo import api, fields, models
from odoo.exceptions import MissingError, ValidationError


class HelpdeskTicket(models.Model):
    """By which way the customer came.

    Mails and the portal's form say it themselves, unless the mailbox has a channel of its own (the
    defaults of its alias: a marketplace that writes to an address of its own). What an agent enters
    has none until he says so, and an API client says what it likes.
    """

    _inherit = 'helpdesk.ticket'

    channel_id = fields.Many2one(
        'helpdesk.channel',
        index='btree_not_null',
        ondelete='set null',
        domain="[('company_id', 'in', [company_id, False])]",
        help='The way by which the customer came.',
    )

    # === CONSTRAINT METHODS === #

    @api.constrains('channel_id', 'channel_identity_id', 'company_id')
    def _check_channel_company(self):
        """Refuse the channel of another company; as `check_company` does, but without a query.

        Also that by which answers go: they would go in the other company's name.
        """
        for ticket in self:
            for channel in ticket.channel_id | ticket.sudo().channel_identity_id.channel_id:
                if channel._get_company_id() not in (False, ticket.company_id.id):
                    raise ValidationError(
                        self.env._(
                            'Channel "%(channel)s" belongs to another company than ticket '
                            '"%(ticket)s".',
                            channel=channel.sudo().name,
                            ticket=ticket.display_name,
                        )
                    )

    # === BUSINESS METHODS === #

    @api.model
    def _prepare_ticket_vals(self, msg_dict, custom_values):
        """Override: a mail comes by e-mail, if its mailbox doesn't say otherwise."""
        values = super()._prepare_ticket_vals(msg_dict, custom_values)
        values.setdefault('channel_id', self._get_channel_id('channel_email'))
        return self._drop_unusable_channel(values)

    @api.model
    def _prepare_portal_ticket_vals(self, customer, team, subject, order, product):
        """Override: the form of the portal is a channel of its own."""
        values = super()._prepare_portal_ticket_vals(customer, team, subject, order, product)
        return self._drop_unusable_channel(
            {**values, 'channel_id': self._get_channel_id('channel_portal')}
        )

    @api.model
    def _drop_unusable_channel(self, values):
        """Return values for `create` without a channel that is gone or of another company.

        A setting that somebody got wrong costs the ticket its channel, not the customer's message.
        """
        channel = self.env['helpdesk.channel'].browse(values['channel_id'] or ())
        team_sudo = self.env['helpdesk.team'].sudo().browse(values.get('team_id') or ())
        company = team_sudo.company_id or self.env.company
        try:
            usable = not channel or channel._get_company_id() in (False, company.id)
        except MissingError:
            usable = False
        return values if usable else {**values, 'channel_id': False}

    @api.model
    def _get_channel_id(self, name):
        """Return the id of a channel that the addon came with, False if somebody deleted it."""
        return self.env['ir.model.data']._xmlid_to_res_id(f'helpdesk_ecom.{name}')
