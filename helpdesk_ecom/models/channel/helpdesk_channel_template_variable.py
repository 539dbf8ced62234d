from odoo import fields, models

from ...tools.channel.template import clean_value


class HelpdeskChannelTemplateVariable(models.Model):
    """What stands in a template's variable: a fact of the ticket, or what the agent writes."""

    _name = 'helpdesk.channel.template.variable'
    _description = 'Variable of a Template'
    _order = 'sequence, id'

    template_id = fields.Many2one(
        'helpdesk.channel.template', required=True, index=True, ondelete='cascade'
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(string='Variable', required=True)
    fact = fields.Selection(
        [
            ('text', 'The agent writes it'),
            ('customer_first_name', "Customer's first name"),
            ('customer_name', "Customer's name"),
            ('ticket_number', 'Ticket number'),
            ('ticket_subject', 'Subject of the ticket'),
            ('order_number', 'Order number'),
            ('order_date', 'Date of the order'),
            ('product', 'Product'),
            ('tracking', 'Tracking number'),
            ('agent_name', "Agent's name"),
            ('company', 'Company'),
        ],
        required=True,
        default='text',
    )
    text = fields.Char(help='What is proposed to the agent, or stands in for a fact that is empty.')

    _name_uniq = models.UniqueIndex(
        '(template_id, name)', 'Each variable of a template is listed once.'
    )

    # === BUSINESS METHODS === #

    def _get_value(self, facts):
        """Return what is proposed for the variable.

        :param dict facts: see `_get_template_facts` of the ticket.
        """
        self.ensure_one()
        return facts.get(self.fact) or clean_value(self.text)

    def _get_label(self):
        """Return in words what stands in the variable; '' if the agent writes it."""
        self.ensure_one()
        if self.fact == 'text':
            return ''
        return dict(self._fields['fact']._description_selection(self.env))[self.fact]
