import logging
import re

from odoo import api, fields, models
from odoo.tools.mimetypes import guess_mimetype

from ...tools.channel.error import NEVER, RETRY, UNKNOWN, WAIT, ChannelError, backoff
from ...tools.channel.event import Media

_logger = logging.getLogger(__name__)

BATCH = 20
EXTENSIONS = {
    'image/jpeg': '.jpg',
    'image/png': '.png',
    'image/webp': '.webp',
    'image/gif': '.gif',
    'audio/ogg': '.ogg',
    'audio/mpeg': '.mp3',
    'audio/mp4': '.m4a',
    'audio/amr': '.amr',
    'video/mp4': '.mp4',
    'application/pdf': '.pdf',
}
# What a browser would run if somebody opened it is kept as plain text.
ACTIVE_TYPE = re.compile(
    r'(?!application/vnd\.openxmlformats).*(html|xml|xsl|svg|javascript|ecmascript)'
)


class HelpdeskChannelEnvelope(models.Model):
    """The files that customers send: fetched by a job of their own, after the words are there.

    The addresses of some live for minutes only, so the job is triggered at once.
    """

    _inherit = 'helpdesk.channel.envelope'

    def _store_media(self, message, event):
        """Note the files of a message, to be fetched.

        :param mail.message message: where they go.
        :param ChannelEvent event: that brought them.
        """
        self.ensure_one()
        self.create(
            [
                {
                    'direction': 'in',
                    'channel_id': self.channel_id.id,
                    'kind': 'media',
                    'external_id': f'{self.external_id}#{number}',
                    'state': 'new',
                    'payload': dict(vars(media)),
                    'conversation': self.conversation,
                    'moment': self.moment,
                    'message_id': message.id,
                    'ticket_id': message.res_id,
                }
                for number, media in enumerate(event.media)
            ]
        )
        self.env['ir.cron']._trigger_once('helpdesk_ecom.ir_cron_fetch_media')

    @api.model
    def _cron_fetch_media(self):
        """Fetch the files that customers sent, one transaction for each."""
        envelopes = self.search(
            [
                ('state', '=', 'new'),
                ('kind', '=', 'media'),
                '|',
                ('next_try', '=', False),
                ('next_try', '<=', fields.Datetime.now()),
            ],
            order='id',
            limit=BATCH,
        )
        cron = self.env['ir.cron']
        for number, envelope_id in enumerate(envelopes.ids, 1):
            envelope = self.browse(envelope_id)
            if envelope.exists() and envelope.state == 'new':
                envelope._fetch()
            left = len(envelopes) - number + (len(envelopes) == BATCH)
            if not cron._commit_progress(1, remaining=left):
                return

    def _fetch(self):
        """Fetch one file and attach it to its message. The network comes before all writing."""
        self.ensure_one()
        if not self.message_id and not self.ticket_id:
            self.write({'state': 'ignored', 'error': self.env._('The ticket was deleted.')})
            return
        media = Media(**(self.payload or {}))
        try:
            name, mimetype, content = self.channel_id._fetch_media(media)
        except ChannelError as error:
            self._fail_to_fetch(error)
            return
        except Exception as error:  # noqa: BLE001 one file must not hold up the others
            _logger.exception('The file of envelope %s could not be fetched.', self.id)
            self._fail_to_fetch(ChannelError(NEVER, type(error).__name__))
            return
        # the job may write pages, so that core would let this be one
        Attachment = self.env['ir.attachment'].with_context(attachments_mime_plainxml=True)
        attachment = Attachment.create(
            self._prepare_attachment_vals(media, name, mimetype, content)
        )
        message = self.message_id
        if message.exists():
            message.attachment_ids += attachment
            message._send_attachment_update()
        self.write({'state': 'done', 'error': False, 'next_try': False})

    def _prepare_attachment_vals(self, media, name, mimetype, content):
        """Return the values of the file's attachment. Its type is what it is, not what it says."""
        told = media.mimetype.partition(';')[0].strip() or mimetype
        mimetype = guess_mimetype(content, default=told).lower()
        if ACTIVE_TYPE.match(mimetype):
            mimetype = 'text/plain'
        name = (media.name or name or media.kind).replace('/', '_').replace('\\', '_')[-120:]
        if '.' not in name:
            name += EXTENSIONS.get(mimetype, '')
        return {
            'name': name,
            'raw': content,
            'mimetype': mimetype,
            'res_model': 'helpdesk.ticket',
            'res_id': self.ticket_id.id,
        }

    def _fail_to_fetch(self, error):
        """Try again later, or say in the ticket that a file could not be had."""
        attempts = self.attempts + 1
        again = error.error_class in (RETRY, WAIT, UNKNOWN) and attempts < 6
        vals = {
            'attempts': attempts,
            'error': str(error)[:1000],
            'error_class': error.error_class,
            'error_code': error.code or False,
        }
        if again:
            vals['next_try'] = fields.Datetime.add(
                fields.Datetime.now(), seconds=backoff(attempts, error.retry_after)
            )
        else:
            vals['state'] = 'parked'
            if self.ticket_id:
                self.ticket_id._message_log(
                    body=self.env._('A file of the customer could not be fetched: %s', error)
                )
        self.write(vals)
