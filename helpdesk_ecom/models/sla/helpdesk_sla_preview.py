from datetime import timedelta

import pytz
from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.date_utils import localized
from odoo.tools.misc import format_date

ONE_MINUTE = timedelta(minutes=1)


class HelpdeskSla(models.Model):
    """Says what a policy, as it stands in the form, would promise to a customer.

    An admin learns more from that than from the settings: which day it is there by then, who is
    left out, and which nights and holidays lie in between.
    """

    _inherit = 'helpdesk.sla'

    preview_partner_id = fields.Many2one(
        'res.partner',
        string='Customer',
        compute='_compute_preview_partner_id',
        readonly=False,
    )
    preview_date = fields.Datetime(
        string='Writes on',
        compute='_compute_preview_date',
        readonly=False,
    )
    preview = fields.Html(compute='_compute_preview', sanitize=False)

    # === COMPUTE METHODS === #

    @api.depends('company_id', 'country_group_ids', 'country_ids', 'partner_ids', 'tier_ids')
    def _compute_preview_partner_id(self):
        """Propose a customer whom the policy means, as far as one is quickly found."""
        for policy in self:
            policy.preview_partner_id = (
                policy.partner_ids[:1]._origin or policy._find_preview_partner()
            )

    def _compute_preview_date(self):
        self.preview_date = False

    @api.depends(
        'team_id',
        'company_id',
        'priority',
        'ticket_type_ids',
        'tag_ids',
        'tier_ids',
        'partner_ids',
        'country_ids',
        'country_group_ids',
        'channel_ids',
        'domain',
        'metric',
        'stage_id',
        'time',
        'clock',
        'resource_calendar_id',
        'warning_percent',
        'preview_partner_id',
        'preview_date',
    )
    @api.depends_context('lang', 'tz', 'uid')
    def _compute_preview(self):
        for policy in self:
            policy.preview = policy._get_preview()

    # === BUSINESS METHODS === #

    def _get_preview(self):
        """Return in words when something would be due, and what is to be known about it.

        :rtype: Markup | False
        """
        self.ensure_one()
        if not self.metric or not self.clock or (self.metric == 'stage' and not self.stage_id):
            return False
        if self._find_domain_error():  # it is being typed, or the form says what is wrong
            return False
        if refusal := self._find_domain_refusal():
            title = self.env._('The further conditions ask for what you may not see:')
            return self._format_preview('warning', title, [refusal])
        policy = self._get_policy()
        ticket = self.env['helpdesk.ticket'].new(self._prepare_preview_ticket_vals())
        if obstacles := self._get_preview_obstacles(policy, ticket):
            title = self.env._(
                'A ticket of %(customer)s does not fall under this policy:',
                customer=self._get_preview_customer(),
            )
            return self._format_preview('warning', title, obstacles)
        start = self.preview_date or self.env.cr.now().replace(microsecond=0)
        hours = self._get_hours(policy, ticket)
        warning_date, deadline = self._plan(ticket, start)
        if not deadline:
            title = self.env._('This would never be due.')
            reason = self.env._(
                'The working hours are empty, or too few: within ten years they do not add up to '
                'the time of the policy.'
            )
            return self._format_preview('danger', title, [reason])
        zone = ticket.customer_tz or hours.zone
        return self._format_preview(
            'info',
            self._get_preview_sentence(ticket, start, deadline, zone),
            [
                *self._get_preview_moments(ticket, warning_date, deadline, zone),
                *self._get_preview_delays(ticket, hours, start, deadline),
            ],
        )

    def _find_preview_partner(self):
        """Return a customer of a tier and a country of the policy, else the one who wrote last."""
        self.ensure_one()
        company = self.company_id or self.env.company
        countries = self.country_ids | self.country_group_ids.country_ids
        domain = Domain.AND(
            Domain(name, 'in', records._origin.ids)
            for name, records in (('country_id', countries), ('helpdesk_tier_id', self.tier_ids))
            if records
        )
        if domain.is_true():
            Ticket = self.env['helpdesk.ticket']
            return Ticket.search(
                [('company_id', '=', company.id), ('partner_id', '!=', False)],
                order='id desc',
                limit=1,
            ).partner_id
        return self.env['res.partner'].with_company(company).search(domain, limit=1)

    def _prepare_preview_ticket_vals(self):
        """Return a ticket of the chosen customer that is what the policy wants tickets to be."""
        self.ensure_one()
        company = self.company_id or self.env.company
        team = self.team_id or self.env['helpdesk.team'].search(
            [('company_id', '=', company.id), ('use_sla', '=', True)], limit=1
        )
        return {
            'name': self.name or '/',
            'company_id': company.id,
            'team_id': team._origin.id,
            'stage_id': team.stage_ids.filtered(lambda stage: not stage.fold)[:1]._origin.id,
            'partner_id': self.preview_partner_id._origin.id,
            'priority': self.priority or '0',
            'ticket_type_id': self.ticket_type_ids[:1]._origin.id,
            'tag_ids': self.tag_ids._origin.ids,
            'channel_id': self.channel_ids[:1]._origin.id,
        }

    def _get_preview_obstacles(self, policy, ticket):
        """Return why a ticket doesn't fall under the policy, a sentence for each condition.

        :param Policy policy: this policy as plain data.
        :param helpdesk.ticket ticket: a new one.
        """
        self.ensure_one()
        if not ticket.team_id.sudo().use_sla:
            return [
                self.env._('The team does not use SLA policies. Switch them on in its settings.')
            ]
        unmet = {
            fact
            for fact, values in policy.conditions
            if values.isdisjoint(ticket._get_sla_fact(fact))
        }
        sentences = {
            'customers': self.env._('The customer is not among those of the policy.'),
            'tier': (
                self.env._(
                    'The customer tier is %(tier)s.', tier=ticket.sudo().customer_tier_id.name
                )
                if ticket.sudo().customer_tier_id
                else self.env._('The customer is in no customer tier.')
            ),
            'country': (
                self.env._('The country is %(country)s.', country=ticket.country_id.name)
                if ticket.country_id
                else self.env._('The country of the customer is not known.')
            ),
        }
        obstacles = [sentence for fact, sentence in sentences.items() if fact in unmet]
        if policy.domain and not ticket.sudo().filtered_domain(self._get_ticket_domain()):
            obstacles.append(self.env._('The further conditions are not met by a new ticket.'))
        return obstacles

    def _get_preview_sentence(self, ticket, start, deadline, zone):
        """Return what is due when, by the clocks of the customer."""
        self.ensure_one()
        values = {
            'customer': self._get_preview_customer(),
            'start': (
                self.env._('on %(moment)s', moment=ticket._put_into_words(start, zone))
                if self.preview_date
                else self.env._('now')
            ),
            'due': ticket._put_into_words(deadline, zone),
            'stage': self.stage_id.name,
        }
        match self.metric:
            case 'first_response':
                return self.env._(
                    'If %(customer)s opens a ticket %(start)s, it must be answered by %(due)s.',
                    **values,
                )
            case 'next_response':
                return self.env._(
                    'If %(customer)s writes again %(start)s, that must be answered by %(due)s.',
                    **values,
                )
            case 'resolution':
                return self.env._(
                    'If %(customer)s opens a ticket %(start)s, it must be solved by %(due)s.',
                    **values,
                )
        return self.env._(
            'If %(customer)s opens a ticket %(start)s, it must be in the stage "%(stage)s" by '
            '%(due)s.',
            **values,
        )

    def _get_preview_moments(self, ticket, warning_date, deadline, zone):
        """Return when that is where the user is, and when the ticket begins to be at risk."""
        here = self.env.tz.zone
        moments = []
        if _get_local(deadline, here) != _get_local(deadline, zone):
            moments.append(
                self.env._('For you that is %(due)s.', due=ticket._put_into_words(deadline, here))
            )
        if warning_date:
            moments.append(
                self.env._(
                    'It is at risk from %(moment)s on.',
                    moment=ticket._put_into_words(warning_date, zone),
                )
            )
        return moments

    def _get_preview_delays(self, ticket, hours, start, deadline):
        """Return what keeps the clock from running: the time of the day, public holidays."""
        delays = []
        opening = next(hours.iter_open(localized(start), localized(deadline)), [None])[0]
        if opening and opening - localized(start) > ONE_MINUTE:
            opening = opening.replace(tzinfo=None)
            delays.append(
                self.env._(
                    'Nobody works at that time: the clock starts on %(moment)s.',
                    moment=ticket._put_into_words(opening, hours.zone),
                )
            )
        first, last = (_get_local(moment, hours.zone).date() for moment in (start, deadline))
        days = {day for day in hours.holidays if first <= day <= last} | {
            begin.astimezone(pytz.timezone(hours.zone)).date()
            for begin, end in hours.closures
            if begin < localized(deadline) and end > localized(start)
        }
        if days:
            delays.append(
                self.env._(
                    'Public holidays until then: %(days)s.',
                    days=', '.join(self._get_holiday_labels(ticket, sorted(days))),
                )
            )
        return delays

    def _get_holiday_labels(self, ticket, days):
        """Return days in words, with the names of the holidays where they are known."""
        holidays_sudo = self.env['helpdesk.holiday'].sudo()
        if self.clock == 'customer':
            holidays_sudo = holidays_sudo.search_fetch(
                [('country_id', '=', ticket.country_id.id), ('date', 'in', days)], ['name', 'date']
            )
        names = {holiday.date: f' ({holiday.name})' for holiday in holidays_sudo}
        return [format_date(self.env, day) + names.get(day, '') for day in days]

    def _get_preview_customer(self):
        """Return the name of the chosen customer, or what stands for it."""
        return self.preview_partner_id.display_name or self.env._('a customer')

    @api.model
    def _format_preview(self, level, title, sentences):
        """Return a title and sentences as HTML.

        :param str level: how Bootstrap calls the kind of alert.
        """
        return Markup('<div class="alert alert-%s mb-0" role="status"><b>%s</b>%s</div>') % (
            level,
            title,
            Markup('<ul class="mb-0">%s</ul>')
            % Markup().join(Markup('<li>%s</li>') % sentence for sentence in sentences)
            if sentences
            else '',
        )


def _get_local(moment, zone):
    """Return what the clocks in a zone show at a naive moment in UTC."""
    return localized(moment).astimezone(pytz.timezone(zone)).replace(tzinfo=None)
