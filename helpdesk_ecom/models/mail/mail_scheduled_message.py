from odoo import api, models


class MailScheduledMessage(models.Model):
    """What an agent has scheduled in the dialog leaves as it would have left at once."""

    _inherit = 'mail.scheduled.message'

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `mail`: remember that a message is forwarded, which core forgets."""
        for vals in vals_list:
            if (
                vals.get('model') == 'helpdesk.ticket'
                and vals.get('composition_comment_option') == 'forward'
            ):
                vals['send_context'] = {
                    **(vals.get('send_context') or {}),
                    'helpdesk_forward': True,
                }
        return super().create(vals_list)
