import logging
import traceback
from xmlrpc.client import Binary

import psycopg2

from odoo import api, models
from odoo.tools.mail import append_content_to_html, html_sanitize

from ...tools.incoming_mail import (
    IncomingMail,
    extract_files,
    extract_text,
    heal_headers,
    is_plausible_date,
    is_storable,
    short_id,
    storable,
)
from ...tools.retriable import MAX_TRIES, RETRIABLE

_logger = logging.getLogger(__name__)

TICKET = 'helpdesk.ticket'


class MailThread(models.AbstractModel):
    """The way in. Odoo's gateway does the work; what goes to tickets passes our screening.

    Mail for other models takes the same path as without this addon: what is added there is a
    context key and a look at the routes, no query.
    """

    _inherit = 'mail.thread'

    # === MAIL GATEWAY === #

    @api.model
    def message_process(
        self,
        model,
        message,
        custom_values=None,
        save_original=False,
        strip_attachments=False,
        thread_id=None,
    ):
        """Override of `mail`: a mail for the desk never gets lost, whatever goes wrong."""
        incoming = self.env.context.get('helpdesk_incoming_mail') or IncomingMail(
            _as_bytes(message)
        )
        self = self.with_context(helpdesk_incoming_mail=incoming)
        fetching = bool(self.env.context.get('default_fetchmail_server_id'))
        for tries_left in reversed(range(MAX_TRIES)):
            try:
                result = super().message_process(
                    model,
                    incoming.raw,
                    custom_values=custom_values,
                    save_original=save_original,
                    strip_attachments=strip_attachments,
                    thread_id=thread_id,
                )
            except RETRIABLE as error:
                if not fetching:
                    raise  # the service layer repeats the whole request
                # Nobody repeats a mail that is being fetched. It has a transaction of its own, and
                # is marked as seen whatever happens.
                self.env.cr.rollback()
                if not tries_left:
                    return self._helpdesk_keep_failed_mail(incoming, model, error)
            except Exception as error:  # noqa: BLE001 whatever it was, the mail must not be lost
                if isinstance(error, psycopg2.Error) and not incoming.routed:
                    if not fetching:
                        raise  # the transaction is lost; the mail server will deliver again
                    self.env.cr.rollback()
                return self._helpdesk_keep_failed_mail(incoming, model, error)
            else:
                return result or self._helpdesk_keep_ignored_mail(incoming, model) or result

    @api.model
    def message_parse(self, message, save_original=False):
        """Override of `mail`: read what the standard library can't read as well as can be."""
        incoming = self.env.context.get('helpdesk_incoming_mail')
        if incoming is None:
            return super().message_parse(message, save_original=save_original)
        incoming.message = message
        try:
            message_dict = super().message_parse(message, save_original=save_original)
        except psycopg2.Error:
            raise
        except Exception as error:  # noqa: BLE001 the header parser fails in many ways
            if not heal_headers(message):
                raise
            incoming.note_problem(error)
            message_dict = super().message_parse(message, save_original=save_original)
        self._helpdesk_make_storable(incoming, message_dict)
        incoming.message_dict = message_dict
        return message_dict

    def _message_parse_extract_payload(self, message, message_dict, save_original=False):
        """Override of `mail`: fall back on the bare text and files of a mail that has no order."""
        incoming = self.env.context.get('helpdesk_incoming_mail')
        try:
            payload = super()._message_parse_extract_payload(
                message,
                message_dict,
                save_original=save_original,
            )
        except Exception as error:  # noqa: BLE001 unknown charset, unknown MIME type ...
            if incoming is None:
                raise
            incoming.note_problem(error)
            payload = self._helpdesk_extract_payload(message)
        else:
            if incoming is not None and not payload['body'] and not payload['attachments']:
                payload = self._helpdesk_extract_payload(message)
        return payload

    @api.model
    def message_route(
        self,
        message,
        message_dict,
        model=None,
        thread_id=None,
        custom_values=None,
    ):
        """Override of `mail`: screen what is on its way to tickets, and thread it."""
        routes = super().message_route(
            message,
            message_dict,
            model=model,
            thread_id=thread_id,
            custom_values=custom_values,
        )
        incoming = self.env.context.get('helpdesk_incoming_mail')
        if incoming is None:
            return routes
        incoming.routed = True
        ours = [route for route in routes if route[0] == TICKET]
        if ours:
            others = [route for route in routes if route[0] != TICKET]
            return others + self.env[TICKET]._screen_routes(incoming, ours)
        if incoming.error:
            raise incoming.error  # it is not for us: let others fail as they always did
        if message_dict.get('is_bounce'):
            self.env[TICKET]._keep_bounce(incoming, model)
        return routes

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """Override of `mail`: undo a half-made ticket, and spare the customer our errors."""
        if not any(route[0] == TICKET for route in routes or ()):
            return super()._message_route_process(message, message_dict, routes)
        aliases = self.env['mail.alias'].union(*(r[4] for r in routes if r[0] == TICKET and r[4]))
        # Core answers an error with a bounce to the customer and declares the alias invalid, if it
        # knows the alias. We keep the mail instead.
        routes = [(*r[:4], None) if r[0] == TICKET else r for r in routes]
        with self.env.cr.savepoint():
            # All that is written is flushed in here, where a conflict still leads to another try.
            result = super()._message_route_process(message, message_dict, routes)
            untested_sudo = aliases.sudo().filtered(lambda alias: alias.alias_status != 'valid')
            untested_sudo.alias_status = 'valid'
        return result

    @api.model
    def _detect_is_bounce(self, message, message_dict):
        """Override of `mail`: a receipt or a delay is no bounce; a person may say so, too."""
        incoming = self.env.context.get('helpdesk_incoming_mail')
        if incoming is None:
            return super()._detect_is_bounce(message, message_dict)
        if incoming.released or self.env[TICKET]._is_harmless_report(message, message_dict):
            return False
        return super()._detect_is_bounce(message, message_dict)

    @api.model
    def _detect_loop_headers(self, msg_dict):
        """Override of `mail`: let a person process what would be ignored; note it otherwise."""
        incoming = self.env.context.get('helpdesk_incoming_mail')
        if incoming is not None and incoming.released:
            return False
        is_loop = super()._detect_loop_headers(msg_dict)
        if incoming is not None and is_loop:
            incoming.ignored_as = 'loop'
        return is_loop

    @api.model
    def _detect_loop_sender(self, message, message_dict, routes):
        """Override of `mail`: keep what one sender sends beyond the limit instead of losing it."""
        incoming = self.env.context.get('helpdesk_incoming_mail')
        if incoming is not None and incoming.released:
            return False
        is_loop = super()._detect_loop_sender(message, message_dict, routes)
        ours = [route for route in routes or () if route[0] == TICKET]
        if is_loop and incoming is not None and ours:
            self.env['helpdesk.mail.parked']._park(incoming, 'flood', ours[0])
        return is_loop

    # === BUSINESS METHODS === #

    @api.model
    def _helpdesk_make_storable(self, incoming, message_dict):
        """Replace what the database refuses in what was read from a mail."""
        for key, value in message_dict.items():
            if isinstance(value, str) and not is_storable(value):
                message_dict[key] = type(value)(storable(value))
                incoming.note_problem(ValueError(f'{key} holds what cannot be stored'))
        if 'date' in message_dict and not is_plausible_date(message_dict['date']):
            date = message_dict.pop('date')  # that of its arrival is better
            incoming.note_problem(ValueError(f'no date of a mail: {date}'))
        message_dict['message_id'] = short_id(message_dict['message_id'])
        message_dict['attachments'] = [
            attachment
            if is_storable(attachment[0] or '')
            else self._Attachment(storable(attachment[0]), *attachment[1:])
            for attachment in message_dict.get('attachments') or ()
        ]

    @api.model
    def _helpdesk_extract_payload(self, message):
        """Return body and attachments of a mail as `_message_parse_extract_payload` does."""
        plain, html = extract_text(message)
        payload = {
            'body': self._helpdesk_text_to_html(plain, html),
            'attachments': [
                self._Attachment(name, content, {}) for name, content in extract_files(message)
            ],
        }
        return self._message_parse_extract_payload_postprocess(message, payload)

    @api.model
    def _helpdesk_keep_failed_mail(self, incoming, model, error):
        """Park a mail whose processing raised, if it is for the desk; else raise as before.

        :param IncomingMail incoming: the mail.
        :param str model: the fallback model of the mailbox.
        :param Exception error: what was raised.
        """
        if incoming.released or not self.env[TICKET]._is_mail_for_desk(incoming, model):
            raise error
        _logger.warning('A mail could not be processed and was parked.', exc_info=error)
        details = ''.join(traceback.format_exception(error))
        parked_sudo = self.env['helpdesk.mail.parked']._park(
            incoming, 'error', details=storable(details)
        )
        parked_sudo._note_error(error)
        return False

    @api.model
    def _helpdesk_keep_ignored_mail(self, incoming, model):
        """Park a mail that core dropped before it looked for a route, unless it is here already."""
        if incoming.routed or incoming.message_dict is None:
            return
        if not self.env[TICKET]._is_mail_for_desk(incoming, model):
            return
        if incoming.ignored_as:
            self.env['helpdesk.mail.parked']._park(incoming, incoming.ignored_as)
            return
        reason = self._helpdesk_judge_known_message_id(incoming.message_dict)
        if reason:
            self.env['helpdesk.mail.parked']._park(incoming, reason)

    @api.model
    def _helpdesk_judge_known_message_id(self, message_dict):
        """Return why to keep a mail whose Message-Id is known, None for one that came twice."""
        known_sudo = (
            self.env['mail.message']
            .sudo()
            .search(
                [('message_id', '=', message_dict['message_id'])],
                limit=1,
            )
        )
        if known_sudo.message_type != 'email':
            return 'loop'  # we sent it
        is_same = known_sudo.email_from == message_dict.get('email_from') and str(
            known_sudo.date
        ) == (message_dict.get('date') or str(known_sudo.date))
        return None if is_same else 'duplicate'

    @api.model
    def _helpdesk_text_to_html(self, plain, html):
        """Return the HTML of a mail, made of its plain text where it has none."""
        if html:
            return html_sanitize(html, sanitize_tags=False, strip_classes=True)
        return append_content_to_html('', plain, preserve=True) if plain else ''


def _as_bytes(message):
    """Return the source of a mail as `message_process` takes it: bytes, text or an RPC binary."""
    if isinstance(message, Binary):
        message = message.data
    return message.encode() if isinstance(message, str) else bytes(message)
