from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...tools.channel.template import clean_value


class HelpdeskTicket(models.Model):
    """What a template says for a ticket."""

    _inherit = 'helpdesk.ticket'

    # === BUSINESS METHODS === #

    def _get_template_facts(self):
        """Return what variables of templates can stand for, in words of the customer's language.

        :rtype: dict
        """
        self.ensure_one()
        lang = self._get_customer_language()
        known = self.env['res.lang']._get_data(code=lang).code if lang else False
        ticket_sudo = self.sudo().with_context(lang=known or self.env.lang)
        order = ticket_sudo.sale_order_id
        identity = ticket_sudo.channel_identity_id
        name = ticket_sudo.partner_id.name or ticket_sudo.partner_name or identity.name or ''
        references = [
            parcel['reference']
            for picking in order.picking_ids.sorted('id', reverse=True)
            for parcel in picking._get_helpdesk_tracking()
        ]
        facts = {
            'customer_first_name': name.split()[0] if name.split() else '',
            'customer_name': name,
            'ticket_number': ticket_sudo.ticket_ref,
            'ticket_subject': ticket_sudo.name,
            'order_number': order.name,
            'order_date': self._format_order_date(order, ticket_sudo.env.context['lang']),
            'product': ticket_sudo.product_id.name,
            'tracking': references[0] if references else '',
            'agent_name': self.env.user.name,
            'company': ticket_sudo.company_id.name,
        }
        return {fact: clean_value(value) for fact, value in facts.items()}

    def _format_order_date(self, order, lang):
        """Return the day of an order in a language, where the customer lives."""
        if not order.date_order:
            return ''
        day = fields.Datetime.context_timestamp(
            self.with_context(tz=self._get_customer_zone()), order.date_order
        ).date()
        return format_date(self.env, day, lang_code=lang)

    def _render_channel_template(self, template_sudo, texts=None):
        """Return what a template says for the ticket.

        :param helpdesk.channel.template template_sudo: one that is offered.
        :param dict texts: what the agent wrote for variables, by their names.
        :return: (value of the context key ``helpdesk_template``, text)
        :raise UserError: if a variable stays empty: no provider takes that.
        """
        self.ensure_one()
        texts = texts or {}
        facts = self._get_template_facts()
        values, names = [], []
        for variable in template_sudo.variable_ids:
            value = clean_value(texts.get(variable.name)) or variable._get_value(facts)
            if not value:
                raise UserError(self.env._('Please fill in {{%s}} of the template.', variable.name))
            names.append(variable.name)
            values.append(value)
        payload = {
            'name': template_sudo.name,
            'lang': template_sudo.lang,
            'values': values,
            'names': names,
        }
        return payload, template_sudo._render(values)
