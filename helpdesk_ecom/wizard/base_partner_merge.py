from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = 'base.partner.merge.automatic.wizard'

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Override of `base`: it moves tickets and orders past the ORM, so check them again."""
        super()._update_foreign_keys(src_partners, dst_partner)
        Ticket_sudo = self.env['helpdesk.ticket'].sudo()
        tickets_sudo = Ticket_sudo.with_context(active_test=False).search(
            [
                ('partner_id', '=', dst_partner.id),
            ]
        )
        self.env.add_to_compute(Ticket_sudo._fields['commercial_partner_id'], tickets_sudo)
        # what an agent confirmed stays so
        checked_sudo = tickets_sudo.filtered(lambda ticket: ticket.order_match != 'manual')
        self.env.add_to_compute(Ticket_sudo._fields['order_match'], checked_sudo)
