import ast
import logging
from collections import defaultdict

from odoo import api, models, tools
from odoo.fields import Domain
from odoo.tools import format_list

from ...tools.routing import DOMAIN, Condition, Result, RoutingRule, find_mismatch, judge
from ...tools.routing_words import split_words
from ..base.written_domain import DOMAIN_ERRORS

_logger = logging.getLogger(__name__)

# Conditions in the order in which they are asked; countries and their groups are one question.
CONDITION_FIELDS = (
    'team_ids',
    'channel_ids',
    'lang_ids',
    'country_ids',
    'tier_ids',
    'product_categ_ids',
    'order_state',
    'intent',
    'mood',
)
RESULT_FIELDS = ('team_id', 'user_id', 'priority', 'ticket_type_id', 'tag_ids', 'skill_ids')


class HelpdeskRoutingRule(models.Model):
    """How a rule is asked: as plain data that stays cached, of many tickets at once."""

    _inherit = 'helpdesk.routing.rule'

    # === BUSINESS METHODS - RULES AS DATA === #

    @api.model
    @tools.ormcache('company_id', 'self.env.lang')
    def _get_rules(self, company_id):
        """Return the active rules of a company, in order, in the words of the user's language.

        :param int company_id: rules without a company belong to each.
        :rtype: tuple[RoutingRule, ...]
        """
        rules_sudo = self.sudo().search([('company_id', 'in', [company_id, False])])
        return tuple(rule_sudo._prepare_rule_data() for rule_sudo in rules_sudo)

    @api.model
    def _get_routing_fields(self):
        """Return the names of the fields that say what a rule asks for and what it sets."""
        return [*CONDITION_FIELDS, 'country_group_ids', 'words', 'domain', *RESULT_FIELDS]

    def _prepare_rule_data(self):
        """Return the rule as plain data."""
        self.ensure_one()
        rule_sudo = self.sudo()
        return RoutingRule(
            id=self.id,
            name=rule_sudo.name or '',
            conditions=tuple(
                Condition(name, accepted, rule_sudo._get_condition_text(name))
                for name in CONDITION_FIELDS
                if (accepted := rule_sudo._get_accepted_values(name))
            ),
            words=split_words(rule_sudo.words),
            domain='' if (rule_sudo.domain or '[]').strip() == '[]' else rule_sudo.domain,
            results=tuple(
                Result(name, rule_sudo._get_result_value(name), rule_sudo._get_field_text(name))
                for name in RESULT_FIELDS
                if rule_sudo[name]
            ),
            stop=rule_sudo.stop,
            override=rule_sudo.override,
        )

    def _get_accepted_values(self, name):
        """Return the values that a condition accepts, as `_get_routing_facts` names them."""
        if name == 'country_ids':
            return frozenset(
                [('country', country_id) for country_id in self.country_ids.ids]
                + [('group', group_id) for group_id in self.country_group_ids.ids]
            )
        value = self[name]
        if isinstance(value, models.BaseModel):
            return frozenset(value.ids)
        return frozenset([value] if value else [])

    def _get_result_value(self, name):
        """Return what to write into a field of a ticket; a tuple of ids for what adds up."""
        value = self[name]
        if not isinstance(value, models.BaseModel):
            return value
        return tuple(value.ids) if self._fields[name].type == 'many2many' else value.id

    # === BUSINESS METHODS - WORDS === #

    def _get_condition_text(self, name):
        """Return a condition in words, such as ``Language: German or French``."""
        if name == 'country_ids' and self.country_group_ids:
            names = [
                *self.country_ids.mapped('display_name'),
                *self.country_group_ids.mapped('display_name'),
            ]
            return self._join_text(name, names)
        return self._get_field_text(name)

    def _get_field_text(self, name):
        """Return a field with its label and its values in words."""
        value, field = self[name], self._fields[name]
        if isinstance(value, models.BaseModel):
            names = value.mapped('display_name')
        else:
            names = [dict(field._description_selection(self.env)).get(value, value)]
        return self._join_text(name, names, style='or' if name in CONDITION_FIELDS else 'standard')

    @api.model
    def _get_reason_text(self, rule):
        """Return all conditions of a `RoutingRule` in words."""
        parts = [condition.text for condition in rule.conditions]
        if rule.words:
            parts.append(self._get_words_text(rule.words))
        if rule.domain:
            parts.append(self._get_condition_label('domain'))
        return ' · '.join(parts) or self.env._('Every new ticket')

    @api.model
    def _get_words_text(self, words):
        """Return in words that one of these words has to stand in the message."""
        return self._join_text('words', [f'“{word}”' for word in words])

    @api.model
    def _join_text(self, name, values, style='or'):
        """Return the label of a field and values, as people write it."""
        return self.env._(
            '%(label)s: %(values)s',
            label=self._get_condition_label(name),
            values=format_list(self.env, values, style=style),
        )

    @api.model
    def _get_condition_label(self, name):
        """Return the label of a field of the rule in the user's language."""
        return self._fields[name]._description_string(self.env)

    # === BUSINESS METHODS - ASKING === #

    @api.model
    def _judge(self, tickets, rules):
        """Ask the rules about each ticket, as it is now.

        :param tickets: `helpdesk.ticket` as superuser: rules look at what the user may not see.
        :param rules: `RoutingRule` in order.
        :return: ticket -> list of `Verdict`.
        :rtype: dict
        """
        names = {condition.name for rule in rules for condition in rule.conditions}
        facts = tickets._get_routing_facts(names)
        asks_words = any(rule.words for rule in rules)
        texts = tickets._get_routing_texts() if asks_words else defaultdict(str)
        mismatches = {ticket: {} for ticket in tickets}
        for rule in rules:
            fitting = tickets.browse()
            for ticket in tickets:
                mismatch = find_mismatch(rule, facts[ticket], texts[ticket])
                if mismatch:
                    mismatches[ticket][rule.id] = mismatch
                else:
                    fitting += ticket
            if rule.domain:
                for ticket in fitting - self._filter_by_domain(rule, fitting):
                    mismatches[ticket][rule.id] = DOMAIN
        return {ticket: judge(rules, mismatches[ticket]) for ticket in tickets}

    @api.model
    def _filter_by_domain(self, rule, tickets):
        """Return the tickets that meet a rule's other conditions; none if these are broken."""
        if not tickets:
            return tickets
        try:
            return tickets.filtered_domain(Domain(ast.literal_eval(rule.domain)))
        except DOMAIN_ERRORS as error:
            # Intake goes on without the rule, whose form shows what is wrong.
            self._log_skipped_rule(rule.id, rule.name, str(error))
            return tickets.browse()

    @api.model
    @tools.ormcache('rule_id', 'error')
    def _log_skipped_rule(self, rule_id, name, error):
        """Log that a rule does not work: once, not for each ticket."""
        _logger.warning('Routing rule %s (%s) is skipped: %s', rule_id, name, error)
