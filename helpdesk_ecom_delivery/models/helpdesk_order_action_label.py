import logging

from odoo import fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.helpdesk_ecom.tools.refund_math import is_outcome_unknown

_logger = logging.getLogger(__name__)


class HelpdeskOrderActionStep(models.Model):
    _inherit = 'helpdesk.order.action.step'

    code = fields.Selection(
        selection_add=[('return_label', 'Return label')],
        ondelete={'return_label': 'cascade'},
    )
    delivery_id = fields.Many2one(
        'stock.picking',
        help='What brought the goods that the label is to bring back.',
    )


class HelpdeskOrderAction(models.Model):
    """The label by which goods come back: ordered from the carrier that brought them.

    A label may cost money, and it is ordered outside of the database. So it is known by the
    transfer for which it is ordered before it is, and where nobody knows whether the carrier made
    it, a person looks. A carrier that says no doesn't stop the return: the agent is told, and the
    warehouse can try again from the transfer.
    """

    _inherit = 'helpdesk.order.action'

    # === BUSINESS METHODS === #

    def _prepare_step_return_label(self, step_sudo):
        """Give the return the carrier of its delivery: its labels are known by that."""
        for picking_sudo in self._get_label_transfers(step_sudo):
            picking_sudo.carrier_id = picking_sudo.carrier_id or step_sudo.delivery_id.carrier_id

    def _step_return_label(self, step_sudo):
        """Order the label, and attach it to the ticket."""
        pickings_sudo = self._get_label_transfers(step_sudo)
        if not pickings_sudo:
            return 'done', self.env._('nothing is on its way back that needs one')
        if outcome := self._find_outcome_return_label(step_sudo):
            return outcome
        delivery_sudo = step_sudo.delivery_id
        carrier_sudo = pickings_sudo.carrier_id[:1]
        try:
            with self.env.cr.savepoint():
                carrier_sudo.get_return_label(
                    pickings_sudo[:1], delivery_sudo.carrier_tracking_ref, delivery_sudo.date_done
                )
        except (UserError, ValidationError) as error:
            if is_outcome_unknown(error):
                return 'to_check', self._get_unknown_label_sentence(carrier_sudo, error)
            return self._do_without_label(carrier_sudo, str(error))
        except Exception as error:  # after the call everything is possible
            _logger.exception('Return label of order action %s', self.id)
            return 'to_check', self._get_unknown_label_sentence(carrier_sudo, error)
        return self._find_outcome_return_label(step_sudo) or self._do_without_label(
            carrier_sudo, self.env._('The carrier sent no label.')
        )

    def _find_outcome_return_label(self, step_sudo):
        """Return that the label is there, if it is; then the ticket has it, too."""
        pickings_sudo = self._get_label_transfers(step_sudo)
        pickings_sudo.invalidate_recordset(['return_label_ids'])
        labels_sudo = pickings_sudo.return_label_ids
        if not labels_sudo:
            return None
        self._attach_labels(labels_sudo)
        return 'done', self.env._(
            '%(labels)s of %(carrier)s, attached to the ticket',
            labels=', '.join(labels_sudo.mapped('name')),
            carrier=pickings_sudo.carrier_id[:1].name,
        )

    def _settle_step_return_label(self, step_sudo, outcome):
        """Take the word of the person who looked at the carrier's; a label that came is one.

        :raise UserError: if the label has come meanwhile, and is said not to exist.
        """
        found = self._find_outcome_return_label(step_sudo)
        if found and outcome != 'done':
            raise UserError(self.env._('Meanwhile the label has come: it is on the ticket.'))

    def _undo_step_return_label(self, step_sudo):
        """Leave the label: a carrier bills what is sent with it, and nothing will be."""

    # === BUSINESS METHODS - TOOLS === #

    def _get_label_transfers(self, step_sudo):
        """Return the transfers for which the step gets a label, as superuser: open ones."""
        return self._get_return_transfers().filtered(
            lambda picking: (
                picking.return_id == step_sudo.delivery_id
                and picking.state not in ('done', 'cancel')
            )
        )

    def _attach_labels(self, labels_sudo):
        """Put labels on the ticket, as a note: the agent sends them with his answer."""
        known = (
            self.env['ir.attachment']
            .sudo()
            .search(
                [
                    ('res_model', '=', 'helpdesk.ticket'),
                    ('res_id', '=', self.ticket_id.id),
                    ('checksum', 'in', labels_sudo.mapped('checksum')),
                ]
            )
        )
        new_sudo = labels_sudo.filtered(
            lambda label: label.checksum not in known.mapped('checksum')
        )
        if not new_sudo:
            return
        copies_sudo = self.env['ir.attachment'].sudo()
        for label_sudo in new_sudo:
            copies_sudo |= label_sudo.copy(
                {'res_model': 'helpdesk.ticket', 'res_id': self.ticket_id.id, 'access_token': False}
            )
        self.ticket_id.sudo().message_post(
            body=self.env._('Return label of %(order)s', order=self.sale_order_id.name),
            author_id=(self.requester_id or self.env.user).partner_id.id,
            attachment_ids=copies_sudo.ids,
            subtype_xmlid='mail.mt_note',
        )

    def _do_without_label(self, carrier_sudo, error):
        """Ask the agent for a label where the carrier makes none, and go on with the return."""
        sentence = self.env._(
            '%(carrier)s makes none: %(error)s Send the customer another one.',
            carrier=carrier_sudo.name,
            error=error,
        )
        self.ticket_id.sudo().activity_schedule(
            'mail.mail_activity_data_todo',
            user_id=(self.requester_id or self.env.user).id,
            summary=self.env._('Return label of %(order)s', order=self.sale_order_id.name),
            note=sentence,
        )
        return 'done', sentence

    def _get_unknown_label_sentence(self, carrier_sudo, error):
        """Return what a person has to look for when nobody knows whether there is a label."""
        return self.env._(
            'It is not known whether %(carrier)s made a label: %(error)s Look there, then say here '
            'whether it was done.',
            carrier=carrier_sudo.name,
            error=str(error),
        )
