from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime, plaintext2html


class HelpdeskTicket(models.Model):
    """What the composer of a ticket knows of the channel, and how it sends another way."""

    _inherit = 'helpdesk.ticket'

    # === MAIL.THREAD === #

    def message_post(self, **kwargs):
        """Override of `mail`: a template says what the provider approved, nothing else.

        :raise UserError: if the answer can't go the way that the context key
            ``helpdesk_reply_by`` names, or as the template that ``helpdesk_template`` names.
        """
        if self and kwargs.get('message_type') == 'comment' and not self._is_forward(kwargs):
            way = self.env.context.get('helpdesk_reply_by')
            if way:
                self._ensure_reply_way(way)
            payload = self.env.context.get('helpdesk_template')
            if payload and self._goes_out_by_channel(kwargs):
                kwargs['body'] = plaintext2html(self._check_template_payload(payload))
                kwargs.pop('body_is_html', None)
        return super().message_post(**kwargs)

    def _message_get_suggested_recipients_batch(
        self,
        reply_discussion=False,
        reply_message=None,
        no_create=True,
        primary_email=False,
        additional_partners=None,
    ):
        """Override of `mail`: who is reached by the channel needs no email address.

        The composer sends nothing as long as one of the proposed recipients has none.
        """
        suggested = super()._message_get_suggested_recipients_batch(
            reply_discussion=reply_discussion,
            reply_message=reply_message,
            no_create=no_create,
            primary_email=primary_email,
            additional_partners=additional_partners,
        )
        for ticket in self.filtered('channel_identity_id'):
            customers = ticket.channel_identity_id.sudo().partner_id | ticket.partner_id
            suggested[ticket.id] = [
                recipient
                for recipient in suggested[ticket.id]
                if recipient['email'] or recipient['partner_id'] not in customers.ids
            ]
        return suggested

    # === RPC === #

    def get_channel_state(self):
        """Return what the composer shows of the channel; False if answers go by mail anyway.

        :return: dict of ``name``, ``provider``, ``state`` (of the channel: on, draft, stopped),
            ``has_window``, ``is_open``, ``until`` (UTC or False), ``templates``, ``text_limit``,
            ``email`` (where an answer by mail goes, or False) and ``ways`` (what
            ``helpdesk_reply_by`` may be).
        :raise AccessError: for those who may not answer.
        """
        self.ensure_one()
        self.check_access('write')
        identity_sudo = self.channel_identity_id.sudo()
        if not identity_sudo:
            return False
        channel_sudo = identity_sudo.channel_id
        # what is public below a post has no window
        has_window = not self.channel_thread and channel_sudo._get_window_hours() is not None
        until = has_window and identity_sudo.window_until
        return {
            'name': channel_sudo.name,
            'provider': channel_sudo.provider,
            'state': channel_sudo.state,
            'has_window': has_window,
            'is_open': not has_window or identity_sudo._is_window_open(),
            'until': fields.Datetime.to_string(until) if until else False,
            'templates': self._get_offered_templates(channel_sudo),
            'text_limit': channel_sudo._get_limits().text,
            'email': self._get_reply_email(),
            'ways': self._get_reply_ways(),
        }

    def send_channel_template(self, template_id, texts=None):
        """Answer with a template of the channel.

        :param int template_id: one that is offered for the ticket.
        :param dict texts: what the agent wrote for variables, by their names.
        :return: the id of the message.
        :raise UserError: if it is not offered, or a variable is empty.
        """
        self.ensure_one()
        self.check_access('write')
        channel_sudo = self.channel_identity_id.sudo().channel_id
        template_sudo = self._find_offered_template(channel_sudo, [('id', '=', template_id)])
        texts = {str(name): str(text) for name, text in (texts or {}).items()}
        payload, _body = self._render_channel_template(template_sudo, texts)
        ticket = self.with_context(helpdesk_template=payload, helpdesk_reply_by='channel')
        message = ticket.message_post(message_type='comment', subtype_xmlid='mail.mt_comment')
        return message.id

    # === BUSINESS METHODS === #

    def _get_known_reply_ways(self):
        """Return all values that ``helpdesk_reply_by`` may have. Addons add theirs."""
        return ['channel', 'email']

    def _get_reply_ways(self):
        """Return how the customer can be answered. Addons that know more ways add them.

        :return: list of values of ``helpdesk_reply_by``.
        """
        self.ensure_one()
        ways = ['channel'] if self.channel_identity_id else []
        return [*ways, 'email'] if self._get_reply_email() else ways

    def _get_reply_email(self):
        """Return where an answer by mail would go, or False."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        return ticket_sudo.partner_id.email_normalized or ticket_sudo.partner_email or False

    def _ensure_reply_way(self, way):
        """Refuse a way by which the customer can't be answered.

        :raise UserError: with the reason.
        """
        self.ensure_one()
        if way not in self._get_known_reply_ways():
            raise UserError(self.env._('Nobody knows how to answer by "%s".', way))
        goes_by_mail_anyway = way in ('channel', 'email') and not self.channel_identity_id
        if not goes_by_mail_anyway and way not in self._get_reply_ways():
            raise UserError(self._describe_reply_way(way)[0])

    def _describe_reply_way(self, way):
        """Return in words how an answer goes, and whether it can't be sent so.

        :param str way: ``channel`` or ``email``.
        :return: (words, whether sending would be refused)
        """
        self.ensure_one()
        if way == 'email':
            email = self._get_reply_email()
            if email:
                return self.env._('This answer goes by email to %s.', email), False
            return self.env._('The customer has no email address: it would reach nobody.'), True
        state = self.get_channel_state()
        if state['state'] == 'draft':
            return self.env._('%s is off: the answer would not be sent.', state['name']), True
        if state['state'] == 'stopped':
            return self.env._(
                '%s is out of order: the answer is kept, and sent when an administrator has '
                'mended it.',
                state['name'],
            ), False
        if not state['is_open']:
            return self.env._(
                'The customer wrote too long ago: %s takes only approved templates now. Close '
                'this dialog to choose one, or answer by email.',
                state['name'],
            ), True
        if state['until']:
            until = format_datetime(self.env, state['until'], dt_format='short')
            return self.env._(
                '%(channel)s: free answers until %(time)s.', channel=state['name'], time=until
            ), False
        return self.env._('This answer goes by %s.', state['name']), False

    # === BUSINESS METHODS - TEMPLATES === #

    def _get_offered_templates(self, channel_sudo):
        """Return what can be sent when the window is closed, in the customer's language first.

        :return: list of dicts of ``id, name, lang, category, pieces`` (texts and numbers of
            variables) and ``variables``: dicts of ``name, value, label``.
        """
        self.ensure_one()
        Template_sudo = self.env['helpdesk.channel.template'].sudo()
        templates_sudo = Template_sudo.search(Template_sudo._get_offered_domain(channel_sudo))
        if not templates_sudo:
            return []
        facts = self._get_template_facts()
        return [
            {
                'id': template_sudo.id,
                'name': template_sudo.name,
                'lang': template_sudo.lang,
                'category': template_sudo.category or '',
                'pieces': template_sudo._split(),
                'variables': [
                    {
                        'name': variable.name,
                        'value': variable._get_value(facts),
                        'label': variable._get_label(),
                    }
                    for variable in template_sudo.variable_ids
                ],
            }
            for template_sudo in templates_sudo._sort_by_lang(self._get_template_langs())
        ]

    def _get_template_langs(self):
        """Return in which languages the customer is written to, the best one first."""
        self.ensure_one()
        codes = (
            self._get_customer_language(),
            self.sudo().company_id.partner_id.lang,
            'en_US',
        )
        return [code for code in codes if code]

    def _find_offered_template(self, channel_sudo, domain):
        """Return a template (sudo) that may be sent by the channel.

        :raise UserError: if there is none.
        """
        Template_sudo = self.env['helpdesk.channel.template'].sudo()
        template_sudo = Template_sudo.search(
            [*Template_sudo._get_offered_domain(channel_sudo), *domain], limit=1
        )
        if not template_sudo:
            raise UserError(
                self.env._("This template can't be sent any more. Please choose another one.")
            )
        return template_sudo

    def _check_template_payload(self, payload):
        """Return the text of a template with values; whoever posts can't say what it is.

        :param dict payload: see `_render_channel_template`.
        :raise UserError: if no such template may be sent, or values are missing.
        """
        template_sudo = self._find_offered_template(
            self.channel_identity_id.sudo().channel_id,
            [('name', '=', payload.get('name')), ('lang', '=', payload.get('lang'))],
        )
        names, values = payload.get('names'), payload.get('values')
        if names != template_sudo.variable_ids.mapped('name') or len(values or []) != len(names):
            raise UserError(self.env._('The template has changed. Please choose it again.'))
        return template_sudo._render([str(value) for value in values])
