from odoo import api, models


class HelpdeskTicket(models.Model):
    """What WhatsApp tells beside a customer's words, in the words of the desk."""

    _inherit = 'helpdesk.ticket'

    @api.model
    def _get_channel_detail_lines(self, event):
        """Override: calls, forwarded messages, advertisements, and what WhatsApp withholds."""
        lines = super()._get_channel_detail_lines(event)
        details = event.details
        if isinstance(details.get('call'), dict):
            lines.append(self._get_call_line(details['call']))
        if 'may_call' in details:
            lines.append(
                self.env._('[You may call the customer]')
                if details['may_call']
                else self.env._('[You may not call the customer]')
            )
        if isinstance(details.get('unsupported'), str):
            lines.append(
                self.env._(
                    '[Something that can be seen only on the phone: %s]',
                    event.error or details['unsupported'],
                )
            )
        if details.get('forwarded') is True:
            lines.append(self.env._('[Forwarded from somebody else]'))
        product = details.get('product')
        if isinstance(product, dict) and product.get('product_retailer_id'):
            lines.append(self.env._('[About the product %s]', product['product_retailer_id']))
        referral = details.get('referral')
        if isinstance(referral, dict) and referral.get('source_url'):
            lines.append(
                self.env._(
                    '[Came by the advertisement "%(title)s": %(url)s]',
                    title=referral.get('headline', ''),
                    url=referral['source_url'],
                )
            )
        return lines

    @api.model
    def _get_call_line(self, call):
        """Return what is shown of a call."""
        if not call.get('answered'):
            return self.env._('[Call that nobody took]')
        seconds = call.get('seconds', 0)
        return self.env._('[Call of %s minutes]', f'{seconds // 60}:{seconds % 60:02}')
