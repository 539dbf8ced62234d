from odoo import fields, models


class HelpdeskTeamTurn(models.Model):
    """When a member of a team was given a ticket last: whose turn is long ago gets the next one.

    Kept apart from users and teams, which people edit while the assignment runs.
    """

    _name = 'helpdesk.team.turn'
    _description = 'Turn of an Agent'
    _order = 'team_id, turn'
    _log_access = False

    team_id = fields.Many2one('helpdesk.team', required=True, ondelete='cascade')
    user_id = fields.Many2one('res.users', required=True, ondelete='cascade')
    turn = fields.Integer(required=True, help='Numbered upwards within the team.')

    _team_user_uniq = models.UniqueIndex('(team_id, user_id)')
