from collections import defaultdict

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_list

from ...tools.routing import combine

LEADER_GROUP = 'helpdesk_ecom.group_helpdesk_manager'


class HelpdeskTicket(models.Model):
    """New tickets go where the routing rules send them, by whatever way they came."""

    _inherit = 'helpdesk.ticket'

    routing_rule_id = fields.Many2one(
        'helpdesk.routing.rule',
        string='Routed By',
        readonly=True,
        copy=False,
        index='btree_not_null',
        ondelete='set null',
        help='The last routing rule that took the ticket. The log says what it did, and why.',
        system_written=True,
    )

    arrival_team_id = fields.Many2one(
        'helpdesk.team',
        string='Arrived in Team',
        readonly=True,
        copy=False,
        ondelete='set null',
        help='The team before routing. Rules that ask for it ask for this one, whenever that is.',
        system_written=True,
    )
    routing_given = fields.Char(
        string='Set by Hand',
        readonly=True,
        copy=False,
        help='Names of the fields that whoever entered the ticket set, and that rules leave.',
        system_written=True,
    )

    # === CRUD METHODS === #

    def _prepare_create_values(self, vals_list):
        """Override of `base`: note where the tickets arrive."""
        return super()._prepare_create_values(
            [{**vals, 'arrival_team_id': vals.get('team_id')} for vals in vals_list]
        )

    @api.model_create_multi
    def create(self, vals_list):
        """Route the tickets, when their customers and orders are known."""
        given = [self._get_given_names(vals) for vals in vals_list]
        tickets = super().create(vals_list)
        tickets._route(dict(zip(tickets.ids, given, strict=True)))
        return tickets

    # === ACTION METHODS === #

    def action_reroute(self):
        """Ask the routing rules again about the open tickets among these.

        Whatever the rules set is set, also what was chosen by hand: somebody asks for it.

        :raise AccessError: if the user is no team leader, or may not change the tickets.
        """
        if not self.env.user.has_group(LEADER_GROUP):
            raise AccessError(self.env._('Only team leaders can route tickets again.'))
        self.check_access('write')
        routed = self.filtered(lambda ticket: not ticket.fold)._route()
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'success' if routed else 'info',
                'message': self.env._(
                    'Tickets taken by a rule: %(routed)s of %(all)s',
                    routed=len(routed),
                    all=len(self),
                ),
                'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
            },
        }

    # === BUSINESS METHODS === #

    @api.model
    def _get_given_names(self, vals):
        """Return the names of the fields that somebody set by hand in values for `create`.

        A team counts if a person (or a program on their behalf) names it; that of a mailbox or of
        the portal's form, which create tickets as superuser, is where the ticket arrives.
        """
        context = self.env.context
        names = {
            name
            for name in ('priority', 'ticket_type_id', 'user_id')
            if vals.get(name, context.get(f'default_{name}')) not in (None, False, '0')
        }
        if vals.get('team_id', context.get('default_team_id')) and not self.env.su:
            names.add('team_id')
        return names

    def _route(self, given=None):
        """Give the tickets what the routing rules of their companies say, and log it.

        Costs no statement where there are no rules. Nothing is checked: the caller has.

        :param dict given: ticket id -> names of the fields that were set by hand; None if nothing
            counts as such.
        :return: the tickets that a rule took.
        :rtype: helpdesk.ticket
        """
        tickets_sudo, Rule = self.sudo(), self.env['helpdesk.routing.rule']
        routed = self.browse()
        for company_sudo, group_sudo in tickets_sudo.grouped('company_id').items():
            rules = Rule._get_rules(company_sudo.id)
            if not rules:
                continue
            group_sudo = group_sudo.with_company(company_sudo)
            if given:
                if any(result.name == 'team_id' for r in rules for result in r.results):
                    self._forgive_default_team(group_sudo, given)
                group_sudo._note_given(given)
            taken = {
                ticket_sudo: combined
                for ticket_sudo, verdicts in Rule._judge(group_sudo, rules).items()
                if (
                    combined := combine(
                        [verdict.rule for verdict in verdicts if verdict.taken],
                        (given or {}).get(ticket_sudo.id, ()),
                    )
                )
            }
            group_sudo._apply_routing(group_sudo._drop_unusable_results(taken))
            routed += self.browse(ticket_sudo.id for ticket_sudo in taken)
        return routed

    def _note_given(self, given):
        """Keep what was set by hand, for whoever asks later what the rules would have done."""
        for names, tickets in self.grouped(
            lambda ticket: ','.join(sorted(given.get(ticket.id, ())))
        ).items():
            if names:
                tickets.with_context(mail_notrack=True).routing_given = names

    def _forgive_default_team(self, tickets, given):
        """Take the teams that the user's tickets get anyway out of what was set by hand.

        A form sends the default team along as if it had been chosen.
        """
        if any('team_id' in given.get(ticket.id, ()) for ticket in tickets):
            default_team = self._default_team_id()
            for ticket in tickets:
                if ticket.team_id.id == default_team.id:
                    given[ticket.id].discard('team_id')

    def _drop_unusable_results(self, taken):
        """Return ``taken`` without teams and agents that are archived or of other companies.

        Nor does it name agents who have no access to the helpdesk.

        :param dict taken: ticket -> list of ``(rule, results)``.
        """
        results = [r for combined in taken.values() for _rule, found in combined for r in found]
        company_sudo = self.company_id
        teams_sudo = self.env['helpdesk.team'].sudo()
        teams_sudo = teams_sudo.browse({r.value for r in results if r.name == 'team_id'})
        users_sudo = self.env['res.users'].sudo()
        users_sudo = users_sudo.browse({r.value for r in results if r.name == 'user_id'})
        usable = {
            'team_id': teams_sudo.filtered(
                lambda team: team.active and team.company_id == company_sudo
            ).ids,
            'user_id': users_sudo._filter_helpdesk_agents(company_sudo).ids,
        }
        return {
            ticket: [
                (rule, [r for r in found if r.name not in usable or r.value in usable[r.name]])
                for rule, found in combined
            ]
            for ticket, combined in taken.items()
        }

    def _apply_routing(self, taken):
        """Write what the rules give, tickets that get the same at once, and log why.

        :param dict taken: ticket -> list of ``(rule, results)``.
        """
        tickets_by_vals, bodies = defaultdict(self.browse), {}
        for ticket, combined in taken.items():
            key = {'routing_rule_id': combined[-1][0].id}
            for _rule, results in combined:
                for result in results:
                    if isinstance(result.value, tuple):
                        key[result.name] = key.get(result.name, ()) + result.value
                    elif result.value != ticket._fields[result.name].convert_to_write(
                        ticket[result.name], ticket
                    ):
                        key[result.name] = result.value
            if 'user_id' in key:
                self._prefer_in_queue(ticket, key)
            tickets_by_vals[tuple(key.items())] += ticket
            bodies[ticket.id] = self._prepare_routing_log(combined)
        for key, tickets in tickets_by_vals.items():
            vals = {
                name: [Command.link(id_) for id_ in value] if isinstance(value, tuple) else value
                for name, value in key
            }
            # The note says it all: tracked changes besides would say it twice.
            tickets.with_context(mail_notrack=True).write(vals)
            if vals.get('assignment_queue_date'):
                self._trigger_assignment()
        if bodies:
            self.browse(bodies)._message_log_batch(
                bodies,
                author_id=self.env['ir.model.data']._xmlid_to_res_id('base.partner_root'),
            )

    @api.model
    def _prefer_in_queue(self, ticket, vals):
        """Where the team assigns by itself, let the agent of a rule wait in its queue.

        Who is away or full gets no ticket by a rule, either: then others do.

        :param dict vals: what the ticket gets, changed in place.
        """
        team_sudo = ticket.team_id.browse(vals['team_id']) if 'team_id' in vals else ticket.team_id
        if team_sudo.auto_assignment and not ticket.fold:
            vals.update(
                user_id=False,
                assignment_prefer_user_id=vals['user_id'],
                assignment_queue_date=self.env.cr.now(),
            )

    @api.model
    def _prepare_routing_log(self, combined):
        """Return the note that says which rules took the ticket, what they set, and why."""
        Rule = self.env['helpdesk.routing.rule']
        return Markup('').join(
            Markup('<p>%s<br/>%s</p>')
            % (
                self.env._(
                    'Routed by rule %(rule)s: %(results)s',
                    rule=Markup('<b>%s</b>') % rule.name,
                    results=format_list(self.env, [result.text for result in results])
                    or self.env._('nothing to change'),
                ),
                self.env._('Because: %(conditions)s', conditions=Rule._get_reason_text(rule)),
            )
            for rule, results in combined
        )
