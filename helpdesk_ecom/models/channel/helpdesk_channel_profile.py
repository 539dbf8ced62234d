import logging

from odoo import fields, models

from ...tools.channel.error import RETRY, UNKNOWN, WAIT, ChannelError, backoff

_logger = logging.getLogger(__name__)

PREFIX = 'profile:'  # of the envelope, before the id of the identity
MAX_ATTEMPTS = 4


class HelpdeskChannelEnvelope(models.Model):
    """The names of people whom their provider names only when asked.

    The job that fetches files asks; the ticket is there already, and stays if nobody answers.
    """

    _inherit = 'helpdesk.channel.envelope'

    def _process_message(self, event):
        """Override: have the name of somebody new asked for, once."""
        vals = super()._process_message(event)
        identity = self.env['helpdesk.channel.identity'].browse(vals.get('identity_id'))
        if vals.get('ticket_id') and identity._needs_profile():
            self._store_profile(identity)
        return vals

    def _store_profile(self, identity):
        """Note that a name is to be fetched, unless it was asked for before."""
        external_id = f'{PREFIX}{identity.id}'
        known = self.search_count(
            [('channel_id', '=', self.channel_id.id), ('external_id', '=', external_id)], limit=1
        )
        if known:
            return
        self.create(
            {
                'direction': 'in',
                'channel_id': self.channel_id.id,
                'kind': 'media',
                'external_id': external_id,
                'state': 'new',
                'identity_id': identity.id,
            }
        )
        self.env['ir.cron']._trigger_once('helpdesk_ecom.ir_cron_fetch_media')

    def _fetch(self):
        """Override: fetch a name rather than a file. The network comes before all writing."""
        if not (self.external_id or '').startswith(PREFIX):
            return super()._fetch()
        try:
            profile = self.channel_id._fetch_profile(self.identity_id)
        except ChannelError as error:
            self._give_up_profile(error)
        except Exception as error:  # noqa: BLE001 a name must not hold up the files
            _logger.exception('The name of identity %s was not fetched.', self.identity_id.id)
            self._give_up_profile(ChannelError(UNKNOWN, type(error).__name__))
        else:
            self.identity_id._set_profile(profile)
            self.write({'state': 'done', 'error': False, 'next_try': False})
        return None

    def _give_up_profile(self, error):
        """Try again later if that may help; nobody has to decide anything."""
        attempts = self.attempts + 1
        vals = {'attempts': attempts, 'error': str(error)[:1000], 'error_code': error.code or False}
        if error.error_class in (RETRY, WAIT) and attempts < MAX_ATTEMPTS:
            wait = backoff(attempts, error.retry_after)
            vals['next_try'] = fields.Datetime.add(fields.Datetime.now(), seconds=wait)
        else:
            vals['state'] = 'ignored'
        self.write(vals)


class HelpdeskChannelIdentity(models.Model):
    """Somebody who is known by a number first, and gets a name later."""

    _inherit = 'helpdesk.channel.identity'

    def _needs_profile(self):
        """Tell whether the provider should be asked for a name."""
        return bool(self and not self.name and not self.username) and (
            self.channel_id._has_profiles()
        )

    def _set_profile(self, profile):
        """Take over a name, also where the number stands for want of one.

        :param dict profile: values of ``_fetch_profile``.
        """
        self.ensure_one()
        if not profile:
            return
        placeholder = self.external_id
        self.write(profile)
        name = self.name or self.username
        partner = self.partner_id
        if not name or partner.name != placeholder:
            return
        partner.name = name
        self.env['helpdesk.ticket'].search(
            [('channel_identity_id', '=', self.id), ('partner_name', '=', placeholder)]
        ).partner_name = name
