import logging

from odoo import api, models
from odoo.tools import ormcache

from ...tools.sla_policy import Policy
from ..base.written_domain import DOMAIN_ERRORS

_logger = logging.getLogger(__name__)

# For each fact of a ticket the fields of a policy that ask for it.
CONDITION_FIELDS = {
    'team': ['team_id'],
    'priority': ['priority'],
    'type': ['ticket_type_ids'],
    'tags': ['tag_ids'],
    'tier': ['tier_ids'],
    'customers': ['partner_ids'],
    'country': ['country_ids', 'country_group_ids'],
    'channel': ['channel_ids'],
}
PLAN_FIELDS = [
    'metric',
    'stage_id',
    'time',
    'clock',
    'resource_calendar_id',
    'exclude_stage_ids',
    'pause_waiting_customer',
    'warning_percent',
]
# What makes other clocks of a policy. The rest of it is words.
POLICY_FIELDS = {
    'active',
    'company_id',
    'domain',
    *PLAN_FIELDS,
    *(name for names in CONDITION_FIELDS.values() for name in names),
}


class HelpdeskSla(models.Model):
    """Which policies a ticket falls under.

    Policies are few and seldom change, tickets come all day long: the policies of a company are
    kept as plain data in memory, so that a ticket costs no query to match.
    """

    _inherit = 'helpdesk.sla'
    _cached_fields = POLICY_FIELDS

    # === BUSINESS METHODS === #

    @api.model
    def _get_matching(self, tickets):
        """Return the policies that apply to tickets, of any metric.

        :param helpdesk.ticket tickets: records, real or new.
        :return: a dict with the policies of each ticket.
        """
        return {
            ticket: self.browse(policy.id for policy in policies)
            for ticket, policies in self._match_policies(tickets).items()
        }

    @api.model
    def _match_policies(self, tickets):
        """Return the policies that apply to tickets, as plain data.

        An archived ticket, and one whose team uses no policies, falls under none; a closed one
        under those that nothing but an answer fulfils.

        :return: a dict with a list of `Policy` for each ticket.
        """
        matched = {ticket: [] for ticket in tickets}
        for company, company_tickets in tickets.sudo().grouped('company_id').items():
            policies = self._get_policies(company.id)
            if not policies:
                continue
            with_domain = {}
            for ticket_sudo in company_tickets:
                if not ticket_sudo._is_under_sla():
                    continue
                for policy in policies:
                    if ticket_sudo.fold and not policy.is_relentless:
                        continue
                    if policy.applies_to(ticket_sudo._get_sla_fact):
                        if policy.domain:
                            with_domain.setdefault(policy, []).append(ticket_sudo.id)
                        matched[ticket_sudo.sudo(tickets.env.su)].append(policy)
            for policy, ticket_ids in with_domain.items():
                candidates_sudo = company_tickets.filtered(lambda t, ids=ticket_ids: t.id in ids)
                met_sudo = self._filter_by_domain(policy, candidates_sudo)
                for ticket_sudo in candidates_sudo - met_sudo:
                    matched[ticket_sudo.sudo(tickets.env.su)].remove(policy)
        return matched

    @api.model
    def _filter_by_domain(self, policy, tickets):
        """Return the tickets that meet the free condition of a policy; none if it is broken.

        :param Policy policy: plain data of a policy.
        """
        try:
            return tickets.filtered_domain(self._parse_domain(policy.domain))
        except DOMAIN_ERRORS as error:
            # Intake goes on without the policy, whose form shows what is wrong.
            self._log_skipped_policy(policy.id, str(error))
            return tickets.browse()

    @api.model
    @ormcache('policy_id', 'error')
    def _log_skipped_policy(self, policy_id, error):
        """Log that a policy does not work: once, not for each ticket."""
        _logger.warning('SLA policy %s applies to no ticket: %s', policy_id, error)

    @ormcache('company_id')
    def _get_policies(self, company_id):
        """Return the policies of a company that are in force.

        :rtype: tuple[Policy]
        """
        policies = self.sudo().search([('active', '=', True), ('company_id', '=', company_id)])
        return tuple(policy._get_policy() for policy in policies)

    @ormcache()
    def _is_in_use(self):
        """Return whether there are policies at all, archived ones included."""
        return bool(self.sudo().with_context(active_test=False).search_count([], limit=1))

    @ormcache()
    def _get_domain_field_names(self):
        """Return the fields of tickets that the free conditions of policies ask for.

        :rtype: frozenset[str]
        """
        return frozenset(
            name
            for policy in self.sudo().search([('active', '=', True)])
            for name in policy._get_own_domain_field_names()
        )

    def _get_own_domain_field_names(self):
        """Return the fields of tickets that the free condition of this policy asks for.

        :rtype: set[str]
        """
        self.ensure_one()
        if self._find_domain_error():
            return set()
        conditions = self._get_ticket_domain().iter_conditions()
        return {condition.field_expr.split('.')[0] for condition in conditions}

    def _get_policy(self):
        """Return this policy as plain data; of a record in a form what the form says."""
        self.ensure_one()
        # A form's record is equal to the one that it stems from: what it says must not be kept.
        return self._get_saved_policy() if isinstance(self.id, int) else self._read_policy()

    @ormcache('self.id')
    def _get_saved_policy(self):
        """Return a policy of the database as plain data."""
        return self._read_policy()

    def _read_policy(self):
        """Return this policy as plain data, as it is now."""
        policy_sudo = self.sudo().with_context(active_test=False)
        stage_sudo = policy_sudo.stage_id if policy_sudo.metric == 'stage' else False
        return Policy(
            id=self.id,
            conditions=tuple(
                (fact, values)
                for fact in CONDITION_FIELDS
                if (values := policy_sudo._get_condition_values(fact)) is not None
            ),
            domain=policy_sudo._get_domain_text(),
            metric=policy_sudo.metric,
            clock=policy_sudo.clock,
            seconds=round(policy_sudo.time * 60) * 60,
            stage_id=stage_sudo and stage_sudo.id,
            stage_rank=stage_sudo and (stage_sudo.sequence, stage_sudo.id),
            calendar_id=policy_sudo.resource_calendar_id._origin.id,
            exclude_stage_ids=frozenset(policy_sudo.exclude_stage_ids.ids),
            pause_waiting_customer=policy_sudo.pause_waiting_customer,
            warning_percent=policy_sudo.warning_percent,
        )

    def _get_domain_text(self):
        """Return the free condition as it is written, an empty text if it is always met."""
        self.ensure_one()
        try:
            return '' if self._get_ticket_domain().is_true() else self.domain
        except DOMAIN_ERRORS:  # it is met by no ticket
            return self.domain

    def _get_condition_values(self, fact):
        """Return the values that the policy wants of a fact, or None if it doesn't mind.

        Archived customers and channels still are conditions: read with ``active_test=False``.

        :rtype: frozenset | None
        """
        values, asked = set(), False
        for name in CONDITION_FIELDS[fact]:
            value = self[name]
            asked = asked or bool(value)
            if name == 'country_group_ids':
                values.update(value.country_ids.ids)
            elif isinstance(value, models.BaseModel):
                values.update(value.ids)
            elif value:
                values.add(value)
        return frozenset(values) if asked else None
