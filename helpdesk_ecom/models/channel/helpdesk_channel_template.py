from odoo import Command, api, fields, models

from ...tools.channel.template import find_variables, render, split, to_status


def _normalize_lang(code):
    """Return the code of a language as one way of writing it: providers have several."""
    return code.replace('-', '_').lower()


class HelpdeskChannelTemplate(models.Model):
    """A text that the provider has approved: what may be sent when the reply window is closed."""

    _name = 'helpdesk.channel.template'
    _description = 'Template of a Channel'
    _order = 'channel_id, name, lang, id'

    channel_id = fields.Many2one('helpdesk.channel', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='channel_id.company_id')
    name = fields.Char(required=True, help='As the provider calls it.')
    lang = fields.Char(string='Language', required=True, help='As the provider calls it.')
    category = fields.Char(help='As the provider calls it, such as utility or marketing.')
    status = fields.Selection(
        [
            ('approved', 'Approved'),
            ('pending', 'Under review'),
            ('rejected', 'Rejected'),
            ('paused', 'Paused'),
            ('disabled', 'Disabled'),
        ],
        required=True,
        default='pending',
        help='What the provider says of it. Only approved ones are offered to agents.',
    )
    active = fields.Boolean(default=True, help='Archive what agents should not be offered.')
    is_usable = fields.Boolean(
        string='Can Be Filled In',
        default=True,
        help='Off for templates that need what a ticket does not have, such as a picture or a '
        'code to copy.',
    )
    body = fields.Text(string='Text', required=True)
    variable_ids = fields.One2many(
        'helpdesk.channel.template.variable', 'template_id', string='Variables', copy=True
    )

    _name_uniq = models.UniqueIndex(
        '(channel_id, name, lang)', 'The channel has a template of this name and language.'
    )

    # === COMPUTE METHODS === #

    @api.depends('name', 'lang')
    def _compute_display_name(self):
        for template in self:
            template.display_name = f'{template.name} ({template.lang})'

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """List the variables of texts that come without a list."""
        for vals in vals_list:
            if not vals.get('variable_ids'):
                vals['variable_ids'] = [
                    Command.create({'name': name}) for name in find_variables(vals.get('body'))
                ]
        return super().create(vals_list)

    def write(self, vals):
        """List the variables that somebody wrote into the text."""
        result = super().write(vals)
        if 'body' in vals and not vals.get('variable_ids'):
            names = find_variables(vals['body'])
            for template in self:
                known = {name.rpartition('.')[2] for name in template.variable_ids.mapped('name')}
                template.variable_ids = [
                    Command.create({'name': name}) for name in names if name not in known
                ]
        return result

    # === BUSINESS METHODS === #

    @api.model
    def _get_offered_domain(self, channel):
        """Return the domain of what agents may send by a channel."""
        return [
            ('channel_id', '=', channel.id),
            ('status', '=', 'approved'),
            ('is_usable', '=', True),
        ]

    def _sort_by_lang(self, codes):
        """Return the templates with those in the first language first, then its relatives, then
        those in the second one...

        :param list[str] codes: of Odoo's, such as ``es_MX``.
        """
        ranks = {}
        for rank, code in enumerate(codes):
            ranks.setdefault(_normalize_lang(code), 2 * rank)
            ranks.setdefault(_normalize_lang(code).partition('_')[0], 2 * rank + 1)

        def get_rank(template):
            lang = _normalize_lang(template.lang)
            last = 2 * len(codes)
            return min(ranks.get(lang, last), ranks.get(lang.partition('_')[0], last))

        return self.sorted(get_rank)

    def _split(self):
        """Return the text in pieces, see `tools.channel.template.split`."""
        self.ensure_one()
        return split(self.body, self.variable_ids.mapped('name'))

    def _render(self, values):
        """Return the text with values.

        :param list[str] values: in the order of the variables.
        """
        self.ensure_one()
        return render(self.body, self.variable_ids.mapped('name'), values)

    # === BUSINESS METHODS - FETCH === #

    @api.model
    def _store_fetched(self, channel, found):
        """Write down what the provider has. What it has no more is disabled, not forgotten.

        The facts that somebody has chosen for variables stay.

        :param list[dict] found: see `_list_templates` of the channel.
        """
        known = {
            (template.name, template.lang): template
            for template in self.with_context(active_test=False).search(
                [('channel_id', '=', channel.id)]
            )
        }
        seen, to_create = self.browse(), []
        for values in found:
            vals = self._prepare_fetched_vals(values)
            if not vals:
                continue
            names = vals.pop('names')
            template = known.get((vals['name'], vals['lang']))
            if template:
                vals['variable_ids'] = template._prepare_variable_commands(names)
                template.write(vals)
                seen |= template
            else:
                to_create.append(
                    {
                        **vals,
                        'channel_id': channel.id,
                        'variable_ids': self._prepare_variable_commands(names),
                    }
                )
        gone = self.browse().union(*known.values()) - seen
        gone.filtered(lambda template: template.status != 'disabled').status = 'disabled'
        return seen | self.create(to_create)

    @api.model
    def _prepare_fetched_vals(self, values):
        """Return values of a template from what a provider tells; None for what is none."""
        body = values.get('body') or ''
        if not (values.get('name') and values.get('lang') and body):
            return None
        names = values.get('names')
        return {
            'name': values['name'],
            'lang': values['lang'],
            'category': values.get('category') or False,
            'status': to_status(values.get('status')),
            'is_usable': bool(values.get('is_usable', True)),
            'body': body,
            'names': find_variables(body) if names is None else list(dict.fromkeys(names)),
        }

    def _prepare_variable_commands(self, names):
        """Return commands that make the variables those of the provider, in its order."""
        known = {variable.name: variable for variable in self.variable_ids}
        commands = [
            Command.delete(variable.id) for name, variable in known.items() if name not in names
        ]
        for sequence, name in enumerate(names):
            if name in known:
                commands.append(Command.update(known[name].id, {'sequence': sequence}))
            else:
                commands.append(Command.create({'name': name, 'sequence': sequence}))
        return commands
