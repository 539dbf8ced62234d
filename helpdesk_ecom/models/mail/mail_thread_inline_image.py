from mimetypes import guess_extension

from odoo import models


class MailThread(models.AbstractModel):
    _inherit = 'mail.thread'

    def _message_parse_extract_payload(self, message, message_dict, save_original=False):
        """Override of `mail`: show pictures in the text that have no name.

        The gateway ties a picture to its place in the text only if it has both an id and a name,
        while Apple Mail and many phones leave the name out.
        """
        for number, part in enumerate(message.walk()):
            if (
                part.get_content_maintype() == 'image'
                and part.get('content-id')
                and not part.get_filename()
            ):
                extension = guess_extension(part.get_content_type()) or ''
                part.set_param('name', f'image{number}{extension}')
        return super()._message_parse_extract_payload(
            message,
            message_dict,
            save_original=save_original,
        )
