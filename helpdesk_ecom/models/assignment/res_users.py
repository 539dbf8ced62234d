from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...tools.agent_choice import Agent


class ResUsers(models.Model):
    """What an agent can do, how much they take at once, and whether they are away."""

    _inherit = 'res.users'

    helpdesk_lang_ids = fields.Many2many(
        'res.lang',
        'helpdesk_agent_lang_rel',
        'user_id',
        'lang_id',
        string='Languages of Customers',
        context={'active_test': False},
        help='Languages in which the agent answers customers. Empty: any.',
    )
    helpdesk_skill_ids = fields.Many2many(
        'helpdesk.skill',
        'helpdesk_agent_skill_rel',
        'user_id',
        'skill_id',
        string='Skills',
        help='Tickets that need a skill go to the agents who have it.',
    )
    helpdesk_country_ids = fields.Many2many(
        'res.country',
        'helpdesk_agent_country_rel',
        'user_id',
        'country_id',
        string='Countries of Customers',
        help='The agent is preferred for customers of these countries. Empty: no preference.',
    )
    helpdesk_capacity = fields.Integer(
        string='Open Tickets at Once',
        help='Automatic assignment gives the agent no more open tickets than this. 0: no limit.',
    )
    helpdesk_away = fields.Boolean(
        string='Away from Helpdesk',
        help='Who is away gets no tickets from the automatic assignment.',
    )

    _helpdesk_capacity_positive = models.Constraint(
        'CHECK (helpdesk_capacity >= 0)',
        'An agent cannot have less than 0 tickets at once. 0 means that there is no limit.',
    )

    # === PROPERTIES === #

    @property
    def SELF_READABLE_FIELDS(self):
        return super().SELF_READABLE_FIELDS + [
            'helpdesk_away',
            'helpdesk_capacity',
            'helpdesk_country_ids',
            'helpdesk_lang_ids',
            'helpdesk_skill_ids',
        ]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return super().SELF_WRITEABLE_FIELDS + ['helpdesk_away', 'helpdesk_lang_ids']

    # === CRUD METHODS === #

    def write(self, vals):
        """Hand out waiting tickets when somebody may take them now, and those of who leaves."""
        leaving = self.browse()
        if not vals.get('active', True):
            leaving = self.filtered('active')
        result = super().write(vals)
        if leaving:
            self.env['helpdesk.ticket'].sudo().search(
                [('user_id', 'in', leaving.ids), ('fold', '=', False)]
            )._queue_orphans()
        if vals.keys() & self._get_assignment_fields():
            self.env['helpdesk.ticket']._trigger_assignment_of_queue()
        return result

    # === ACTION METHODS === #

    def action_set_helpdesk_away(self, away):
        """Switch agents away or back: oneself, or as a leader the members of one's teams.

        :param bool away: whether they get no tickets from now on.
        :raises AccessError: if the user is not their leader.
        """
        self._check_helpdesk_leader()
        self.sudo().helpdesk_away = bool(away)
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _get_assignment_fields(self):
        """Return the fields by which somebody may become free for waiting tickets."""
        return {
            'active',
            'company_ids',
            'helpdesk_away',
            'helpdesk_capacity',
            'helpdesk_skill_ids',
        }

    def _filter_helpdesk_agents(self, company):
        """Return those of the users who can open tickets of a company: nobody else gets any.

        :param res.company company: may be empty.
        """
        group_id = self.env['ir.model.data']._xmlid_to_res_id('helpdesk_ecom.group_helpdesk_user')
        return self.filtered(
            lambda user: (
                user.active and company in user.company_ids and group_id in user.all_group_ids.ids
            )
        )

    def _get_choice_agent(self, presence, guest=False):
        """Return what the choice of an agent has to know of this user.

        :param Presence presence: where they are.
        :param bool guest: whether they are not of the team.
        :rtype: Agent
        """
        self.ensure_one()
        return Agent(
            id=self.id,
            capacity=self.helpdesk_capacity,
            skills=frozenset(self.helpdesk_skill_ids.ids),
            languages=frozenset(self.helpdesk_lang_ids.ids),
            countries=frozenset(self.helpdesk_country_ids.ids),
            back=presence.back,
            away=self.helpdesk_away,
            guest=guest,
        )

    def _get_open_ticket_loads(self):
        """Return how many open tickets each of these users has, in whatever team.

        What is snoozed takes nobody's time, and is not counted until it wakes.

        :rtype: dict[int, int]
        """
        rows = (
            self.env['helpdesk.ticket']
            .sudo()
            ._read_group(
                [('user_id', 'in', self.ids), ('fold', '=', False), ('is_snoozed', '=', False)],
                ['user_id'],
                ['__count'],
            )
        )
        return dict.fromkeys(self.ids, 0) | {user.id: count for user, count in rows}

    def _check_helpdesk_leader(self):
        """Check that the current user leads all of these users, or is who they are.

        :raises AccessError: otherwise.
        """
        others = self - self.env.user
        if not others or self.env.su:
            return
        if self.env.user.has_group('helpdesk_ecom.group_helpdesk_manager'):
            teams = self.env['helpdesk.team'].search([('member_ids', 'in', others.ids)])
            others -= teams.sudo().member_ids.sudo(False)
        if others:
            raise AccessError(
                self.env._('Only the leader of their team decides how an agent is given tickets.')
            )
