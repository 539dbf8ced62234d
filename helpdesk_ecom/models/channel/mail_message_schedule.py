import json

from odoo import api, fields, models

WAY_KEYS = ('helpdesk_reply_by', 'helpdesk_template')


class MailMessageSchedule(models.Model):
    """An answer that leaves later goes the way that was chosen when it was written."""

    _inherit = 'mail.message.schedule'

    helpdesk_way = fields.Json(
        string='Way of the Answer',
        help='Technical: the context in which the answer was posted, see the ticket.',
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `mail`: keep by which way, and as which template, an answer goes."""
        context = self.env.context
        if way := {key: context[key] for key in WAY_KEYS if context.get(key)}:
            vals_list = [{'helpdesk_way': way, **vals} for vals in vals_list]
        return super().create(vals_list)

    # === BUSINESS METHODS === #

    def _send_notifications(self, default_notify_kwargs=None):
        """Override of `mail`: let each leave in the context in which it was posted."""
        by_way = self.grouped(lambda schedule: json.dumps(schedule.helpdesk_way or {}))
        for way, schedules in by_way.items():
            super(
                MailMessageSchedule, schedules.with_context(**json.loads(way))
            )._send_notifications(default_notify_kwargs=default_notify_kwargs)
        return True
