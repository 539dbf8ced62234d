from odoo import Command, api, models


class HelpdeskChannelIdentity(models.Model):
    """Who else this person may be."""

    _inherit = 'helpdesk.channel.identity'

    # === ACTION METHODS === #

    def action_merge(self):
        """Open the dialog that asks with whom the contact is the same person."""
        self.ensure_one()
        return self.partner_id.action_helpdesk_merge()

    # === BUSINESS METHODS === #

    @api.model
    def _find_partner(self, channel, person):
        """Override: propose who writes with the same number on another channel."""
        partner, proposals = super()._find_partner(channel, person)
        digits = ''.join(filter(str.isdigit, person.phone or ''))
        if not digits:
            return partner, proposals
        others = self.search(
            [
                ('phone', 'in', [digits, f'+{digits}']),
                ('channel_id', '!=', channel.id),
                ('company_id', 'in', [channel.company_id.id, False]),
                ('partner_id', 'not in', [partner.id, False]),
            ],
            limit=5,
        )
        proposed = {values['partner_id'] for _command, _id, values in proposals}
        return partner, proposals + [
            Command.create(
                {
                    'partner_id': other.partner_id.id,
                    'reason': 'channel_phone',
                    'evidence': f'{other.channel_id.name}: {other.phone}',
                }
            )
            for partner_id, same in others.grouped(lambda other: other.partner_id.id).items()
            if partner_id not in proposed
            for other in same[:1]
        ]
