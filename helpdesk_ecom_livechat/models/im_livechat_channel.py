from odoo import fields, models

from ..tools.chat import ENDED, LEFT, UNANSWERED

DEFAULT_MINUTES = 10


class ImLivechatChannel(models.Model):
    """Whose work the chats of a live chat channel are, and which of them become tickets."""

    _inherit = 'im_livechat.channel'

    helpdesk_team_id = fields.Many2one(
        'helpdesk.team',
        index='btree_not_null',
        ondelete='set null',
        help='The team that gets the tickets of these chats. With a team, every operator of the '
        'channel can make a ticket by /ticket, also those who have no right in the helpdesk.',
    )
    helpdesk_ticket_unanswered = fields.Boolean(
        string='Nobody Answered',
        default=True,
        help='Make a ticket when no operator answers, whether the visitor is still there or not.',
    )
    helpdesk_ticket_left = fields.Boolean(
        string='Visitor Left',
        default=True,
        help='Make a ticket when a chat ends with words of the visitor that nobody answered. A '
        'farewell counts as such words.',
    )
    helpdesk_ticket_ended = fields.Boolean(
        string='Every Other Chat',
        help='Make a ticket of every other chat, too, when it ends: those that were answered, and '
        'those that a chatbot held alone.',
    )
    helpdesk_unanswered_minutes = fields.Integer(
        string='Minutes without an Answer',
        default=DEFAULT_MINUTES,
        help='After so many minutes without a word, a chat that nobody answered becomes a ticket, '
        'though it has not ended.',
    )

    _helpdesk_unanswered_minutes_positive = models.Constraint(
        'CHECK(helpdesk_unanswered_minutes > 0)',
        'The minutes without an answer must be at least one.',
    )

    # === BUSINESS METHODS === #

    def _get_helpdesk_outcomes(self):
        """Return how chats of this channel must have ended to become tickets.

        :return: some of the values of `tools.chat.judge_chat`; none without a team.
        :rtype: set
        """
        if not self.helpdesk_team_id:
            return set()
        wanted = {
            UNANSWERED: self.helpdesk_ticket_unanswered,
            LEFT: self.helpdesk_ticket_left,
            ENDED: self.helpdesk_ticket_ended,
        }
        return {outcome for outcome, is_wanted in wanted.items() if is_wanted}
