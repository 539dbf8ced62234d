from odoo import api, fields, models
from odoo.tools import format_list

from ..tools.routing import DOMAIN, WORDS, combine


class HelpdeskRoutingTest(models.TransientModel):
    """Try the routing rules on a ticket: which of them would take it, and why. Changes nothing."""

    _name = 'helpdesk.routing.test'
    _description = 'Try Routing Rules'

    ticket_id = fields.Many2one(
        'helpdesk.ticket',
        default=lambda self: self._default_ticket_id(),
    )
    result = fields.Html(compute='_compute_result', sanitize=False)

    # === DEFAULT METHODS === #

    @api.model
    def _default_ticket_id(self):
        """Return the ticket from which the wizard was opened, else the latest one."""
        if self.env.context.get('active_model') == 'helpdesk.ticket':
            return self.env.context.get('active_id')
        return self.env['helpdesk.ticket'].search([], order='id desc', limit=1)

    # === COMPUTE METHODS === #

    @api.depends('ticket_id')
    def _compute_result(self):
        for wizard in self:
            ticket = wizard.ticket_id._origin
            ticket.check_access('read')
            wizard.result = (
                self.env['ir.qweb']._render(
                    'helpdesk_ecom.routing_test_result', wizard._prepare_result_values(ticket)
                )
                if ticket
                else False
            )

    # === BUSINESS METHODS === #

    @api.model
    def _prepare_result_values(self, ticket):
        """Return what each rule says of a ticket, in the order in which they are asked.

        :return: values of the template: `lines` (dicts of `name`, `state`, `explanation`,
            `results`), and `outcome`, what the ticket would get from all of them.
        :rtype: dict
        """
        ticket_sudo, Rule = ticket.sudo(), self.env['helpdesk.routing.rule']
        rules = Rule._get_rules(ticket_sudo.company_id.id)
        verdicts = Rule._judge(ticket_sudo, rules)[ticket_sudo]
        combined = combine(
            [verdict.rule for verdict in verdicts if verdict.taken],
            (ticket_sudo.routing_given or '').split(','),
        )
        usable = ticket_sudo._drop_unusable_results({ticket_sudo: combined})[ticket_sudo]
        gets = {rule.id: [result.text for result in results] for rule, results in usable}
        stopped_by = next((v.rule.name for v in verdicts if v.taken and v.rule.stop), '')
        return {
            'lines': [
                {
                    'name': verdict.rule.name,
                    'state': self._get_state(verdict),
                    'explanation': self._explain(verdict, ticket_sudo, stopped_by),
                    'results': gets.get(verdict.rule.id, []),
                }
                for verdict in verdicts
            ],
            'outcome': [text for texts in gets.values() for text in texts],
            'taken_by': format_list(self.env, [rule.name for rule, _results in usable]),
        }

    @api.model
    def _get_state(self, verdict):
        """Return `taken`, `refused` or `unasked`."""
        if not verdict.reached:
            return 'unasked'
        return 'refused' if verdict.mismatch else 'taken'

    @api.model
    def _explain(self, verdict, ticket_sudo, stopped_by):
        """Return in words why a rule takes a ticket, or which condition is the first not met."""
        Rule = self.env['helpdesk.routing.rule']
        rule, mismatch = verdict.rule, verdict.mismatch
        if not verdict.reached:
            return self.env._('Not asked, because rule "%(rule)s" ends the list.', rule=stopped_by)
        if not mismatch:
            return self.env._(
                'Takes it, because: %(conditions)s', conditions=Rule._get_reason_text(rule)
            )
        if mismatch == WORDS:
            return self.env._(
                'None of these words stands in the message: %(words)s',
                words=format_list(self.env, rule.words),
            )
        if mismatch == DOMAIN:
            error = Rule.browse(rule.id).sudo()._find_domain_error()
            return (
                self.env._('Its other conditions are no longer valid: %(error)s', error=error)
                if error
                else self.env._('Its other conditions are not met.')
            )
        wanted = next(c.text for c in rule.conditions if c.name == mismatch)
        actual = ticket_sudo._get_routing_value_text(mismatch)
        if not actual:
            return self.env._('It asks for %(wanted)s. The ticket has none.', wanted=wanted)
        return self.env._(
            'It asks for %(wanted)s. The ticket has %(actual)s.', wanted=wanted, actual=actual
        )
