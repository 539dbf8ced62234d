from odoo import models
from odoo.exceptions import UserError

from ...tools.channel.event import ChannelEvent


class HelpdeskChannelEnvelope(models.Model):
    """What could not be processed, or was not for us, and is tried once more."""

    _inherit = 'helpdesk.channel.envelope'

    # === ACTION METHODS === #

    def action_process_again(self):
        """Process what could not be processed once more, by the job.

        What was taken back, or is too old, has no contents any more and stays as it is; so does
        what nothing is done about, and what is for an account that still nobody here has.

        :raise UserError: if there is nothing that can be processed.
        """
        self.check_access('write')
        again_sudo = self.sudo().filtered(
            lambda envelope: (
                envelope.direction == 'in'
                and envelope.state in ('parked', 'ignored')
                and envelope.payload
                and envelope._is_processable()
            )
        )
        ignored_sudo = again_sudo.filtered(lambda envelope: envelope.state == 'ignored')
        again_sudo -= ignored_sudo - ignored_sudo._move_to_account()
        if not again_sudo:
            if ignored_sudo:
                raise UserError(
                    self.env._(
                        'It is for an account that no channel here has, or has come there already. '
                        'Enter the account at its channel first.'
                    )
                )
            raise UserError(
                self.env._(
                    'Only what came in and could not be processed can be processed again, while '
                    'its contents are kept. Open what was to go out to decide about it.'
                )
            )
        # the reason stays until it is known better: what can't be read is parked with it again
        again_sudo.write({'state': 'new', 'attempts': 0, 'next_try': False})
        self._trigger_inbox()
        if 'media' in again_sudo.mapped('kind'):
            self.env['ir.cron']._trigger_once('helpdesk_ecom.ir_cron_fetch_media')
        return True

    # === BUSINESS METHODS === #

    def _is_processable(self):
        """Tell whether there is anything to do about this kind of event."""
        return self.kind == 'media' or hasattr(self, f'_process_{self.kind}')

    def _move_to_account(self):
        """Hand envelopes to the channels of the accounts that they are for, as known by now.

        :return: those that are where they belong; the others are for nobody here, or have come
            there by another way.
        """
        targets = {}
        for channel, envelopes in self.grouped('channel_id').items():
            events = {
                envelope: ChannelEvent(
                    kind=envelope.kind,
                    external_id=envelope.external_id or '',
                    account=envelope.payload.get('account') or '',
                )
                for envelope in envelopes
            }
            channel_ids = channel._get_ids_by_account(list(events.values()))
            for envelope, event in events.items():
                if event.account in channel_ids:
                    targets[envelope] = channel_ids[event.account]
        there = {
            (envelope.channel_id.id, envelope.external_id)
            for envelope in self.search(
                [
                    ('direction', '=', 'in'),
                    ('channel_id', 'in', list(set(targets.values()))),
                    ('external_id', 'in', self.mapped('external_id')),
                ]
            )
        }
        settled = self.browse()
        for envelope, channel_id in targets.items():
            if envelope.channel_id.id != channel_id:
                if (channel_id, envelope.external_id) in there:
                    continue
                there.add((channel_id, envelope.external_id))
                envelope.channel_id = channel_id
            settled |= envelope
        return settled
