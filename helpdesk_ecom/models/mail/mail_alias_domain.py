from odoo import models


class MailAliasDomain(models.Model):
    _inherit = 'mail.alias.domain'

    def _find_aliases(self, email_list):
        """Override of `mail`: while one mail is processed, ask once for each of its addresses.

        Core asks four times for the same two or three, two queries each.
        """
        incoming = self.env.context.get('helpdesk_incoming_mail')
        if incoming is None:
            return super()._find_aliases(email_list)
        unknown = [email for email in email_list if email not in incoming.known_aliases]
        if unknown:
            found = set(super()._find_aliases(unknown))
            incoming.known_aliases.update((email, email in found) for email in unknown)
        return [email for email in email_list if incoming.known_aliases[email]]
