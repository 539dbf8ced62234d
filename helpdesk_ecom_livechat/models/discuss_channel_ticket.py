import logging
from datetime import timedelta

from odoo import SUPERUSER_ID, api, models
from odoo.fields import Domain
from odoo.tools import clean_context, html2plaintext

from odoo.addons.helpdesk_ecom.models.sla.attempt import attempt

from ..tools.chat import LEFT, UNANSWERED, choose_subject, judge_chat, shorten

_logger = logging.getLogger(__name__)

BATCH_SIZE = 50
# As `im_livechat` says it: nobody was there, or nobody wrote.
FAILURES = ('no_agent', 'no_answer')


class DiscussChannel(models.Model):
    """How a chat becomes a ticket: at once for a command or a chatbot, else by a job.

    Visitors who leave only leave a mark, so that nothing that may go wrong with a ticket keeps them
    from it, and nothing of it runs with their rights.
    """

    _inherit = 'discuss.channel'

    # === BUSINESS METHODS - MAKING === #

    def _make_helpdesk_ticket(self, *, subject='', team=None, agent=None):
        """Return the ticket of the chat, elevated; it is made if there is none.

        The caller has checked that the user may.

        :param str subject: what it is about, else what the visitor said first.
        :param team: the `helpdesk.team`, else that of the live chat channel, else the default.
        :param agent: the `res.users` who is at work on it, else who answered last in the chat.
        """
        self.ensure_one()
        chat_sudo = self.sudo()
        if chat_sudo.helpdesk_ticket_id:
            return chat_sudo.helpdesk_ticket_id
        messages_sudo = chat_sudo._get_helpdesk_messages()
        vals = chat_sudo._prepare_helpdesk_ticket_vals(messages_sudo, subject, team, agent)
        ticket_sudo = (
            self.env['helpdesk.ticket']
            .sudo()
            .with_context(
                clean_context(self.env.context),
                mail_create_nosubscribe=True,
                mail_auto_subscribe_no_notify=True,  # they are the ones who ask for it
            )
            .create(vals)
        )
        chat_sudo.write({'helpdesk_ticket_id': ticket_sudo.id, 'helpdesk_ticket_due': False})
        ticket_sudo._add_chat_messages(chat_sudo, messages_sudo)
        return ticket_sudo

    def _prepare_helpdesk_ticket_vals(self, messages, subject, team, agent):
        """Return the values of the chat's ticket; see `_make_helpdesk_ticket`."""
        Ticket_sudo = self.env['helpdesk.ticket'].with_user(SUPERUSER_ID)
        words = self._get_helpdesk_visitor_words()
        vals = {'channel_id': self._get_helpdesk_channel_id()}
        if team := team or self.livechat_channel_id.helpdesk_team_id:
            vals['team_id'] = team.id
        self.env['helpdesk.ticket']._complete_team([vals])
        company = Ticket_sudo._get_company_of_vals(vals)
        vals.update(self._prepare_helpdesk_customer_vals(company))
        vals = Ticket_sudo._drop_unusable_channel(vals)
        vals['name'] = shorten(subject) or choose_subject(words) or self._get_helpdesk_title(vals)
        Ticket_sudo._identify_customers([vals])
        partner = self.env['res.partner'].browse(vals.get('partner_id') or ())
        if self.livechat_lang_id:
            vals['lang_id'] = self.livechat_lang_id.id
        if self.country_id and not (partner.country_id or partner.commercial_partner_id.country_id):
            vals['country_id'] = self.country_id.id
        texts = [html2plaintext(message.body) for message in messages]
        Ticket_sudo._assign_order_of_message(vals, '\n'.join(texts))
        agent = agent or self._get_helpdesk_last_agent(messages)
        if agent and agent in Ticket_sudo.new({'team_id': vals['team_id']}).domain_user_ids:
            vals['user_id'] = agent.id
        return vals

    @api.model
    def _get_helpdesk_channel_id(self):
        """Return the id of the way by which chats come, False if somebody deleted it."""
        xmlid = 'helpdesk_ecom_livechat.channel_livechat'
        return self.env['ir.model.data']._xmlid_to_res_id(xmlid)

    def _get_helpdesk_title(self, vals):
        """Return the subject of a chat in which nothing was said."""
        partner = self.env['res.partner'].browse(vals.get('partner_id') or ())
        name = partner.name or vals.get('partner_name') or self.livechat_customer_guest_ids[:1].name
        return self.env._('Chat with %(visitor)s', visitor=name or self.name)

    def _get_helpdesk_last_agent(self, messages):
        """Return the user who answered last in the chat."""
        speakers = self._get_helpdesk_speakers(messages)
        authors = [message.author_id for message in messages if speakers[message] == 'agent']
        users = authors[-1].user_ids if authors else self.env['res.users']
        return users.filtered(lambda user: user.active and not user.share)[:1]

    # === BUSINESS METHODS - JOB === #

    def _schedule_helpdesk_ticket(self):
        """Have the job look at chats that ended, if tickets may come of them."""
        due = self.filtered(
            lambda chat: (
                not chat.helpdesk_ticket_id and chat.livechat_channel_id._get_helpdesk_outcomes()
            )
        )
        if due:
            due.helpdesk_ticket_due = True
            cron_id = self.env['ir.model.data']._xmlid_to_res_id(
                'helpdesk_ecom_livechat.ir_cron_make_tickets',
                raise_if_not_found=True,
            )
            self.env['ir.cron'].browse(cron_id)._trigger()

    @api.model
    def _cron_make_helpdesk_tickets(self):
        """Make tickets of the chats that ended or that nobody answers, one at a time."""
        domain = Domain('helpdesk_ticket_due', '=', True) | self._get_helpdesk_unanswered_domain()
        commit_progress = self.env['ir.cron']._commit_progress
        chats = self.search(domain, order='id', limit=BATCH_SIZE)
        commit_progress(remaining=len(chats))
        for chat in chats:
            chat = chat.try_lock_for_update(allow_referencing=True).filtered_domain(domain)
            if not chat:
                continue
            chat._process_helpdesk_ticket()
            if not commit_progress(1):
                break

    @api.model
    def _get_helpdesk_unanswered_domain(self):
        """Return the domain of the chats that have waited too long for a first answer."""
        channels = self.env['im_livechat.channel'].search(
            [('helpdesk_team_id', '!=', False), ('helpdesk_ticket_unanswered', '=', True)]
        )
        now = self.env.cr.now()
        return Domain(
            [
                ('channel_type', '=', 'livechat'),
                ('livechat_end_dt', '=', False),
                ('livechat_failure', 'in', FAILURES),
                ('helpdesk_ticket_id', '=', False),
            ]
        ) & Domain.OR(
            Domain('livechat_channel_id', 'in', group.ids)
            & Domain('last_interest_dt', '<=', now - timedelta(minutes=minutes))
            & Domain('message_ids', '!=', False)
            for minutes, group in channels.grouped('helpdesk_unanswered_minutes').items()
        )

    def _process_helpdesk_ticket(self):
        """Make the ticket of one chat if its channel wants one.

        What fails doesn't hold up the others, and is tried again when the job runs next.
        """
        self.ensure_one()
        with attempt(self.env) as outcome:
            self._make_helpdesk_ticket_by_outcome()
        if outcome.error:
            _logger.error('No ticket of chat %s could be made.', self.id, exc_info=outcome.error)
            self.env.invalidate_all()

    def _make_helpdesk_ticket_by_outcome(self):
        """Make the ticket of a chat if it ended, or waits, in a way that its channel names."""
        messages = self._get_helpdesk_messages()
        speakers = self._get_helpdesk_speakers(messages)
        outcome = judge_chat(
            [speakers[message] for message in messages],
            wanted_person=self.livechat_failure in FAILURES,
        )
        if outcome in self.livechat_channel_id._get_helpdesk_outcomes():
            ticket = self._make_helpdesk_ticket()
            if outcome in (UNANSWERED, LEFT):
                ticket._schedule_acknowledgement()
        self.helpdesk_ticket_due = False
