from odoo import http
from odoo.http import request

from odoo.addons.mail.controllers.attachment import AttachmentController

from .uploads import check_files


class HelpdeskAttachmentController(AttachmentController):
    @http.route()
    def mail_attachment_upload(self, ufile, thread_id, thread_model, is_pending=False, **kwargs):
        """Override of `mail`: in conversations customers have the limits of the form."""
        if thread_model == 'helpdesk.ticket' and not request.env.user._is_internal():
            if error := check_files([ufile]):
                return request.make_json_response({'error': error})
        return super().mail_attachment_upload(
            ufile,
            thread_id,
            thread_model,
            is_pending=is_pending,
            **kwargs,
        )
