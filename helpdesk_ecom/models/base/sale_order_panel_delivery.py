from odoo import fields, models


class SaleOrder(models.Model):
    """How the goods of an order travel, for the order panel: a row of steps for each transfer.

    Nothing is made up: a step that Odoo has no record of, such as the parcel at the customer's
    door, is shown only if an addon that knows it says so.
    """

    _inherit = 'sale.order'

    # === BUSINESS METHODS === #

    def _get_helpdesk_panel_payment(self, money):
        """Return the first step of the order's way, its payment, or False.

        :param dict money: see `_get_helpdesk_panel_money`.
        """
        if self.currency_id.is_zero(money['paid']):
            if self.currency_id.is_zero(money['open']):
                return False
            return self._prepare_helpdesk_step('paid', self.env._('Not paid'), 'todo')
        date = max(self._get_helpdesk_transactions().mapped('last_state_change'), default=False)
        if self.currency_id.is_zero(money['open']):
            return self._prepare_helpdesk_step('paid', self.env._('Paid'), 'done', date)
        return self._prepare_helpdesk_step('paid', self.env._('Partly paid'), 'current', date)

    def _get_helpdesk_panel_deliveries(self, pickings):
        """Return the transfers between the shop and its customer, in the order of their making.

        Transfers inside the warehouse say when goods were packed; one of them is shown itself
        only while there is none yet that brings the goods to the customer.

        :return: list of dicts with ``id, name, state, state_label, is_return, is_late, date,
            carrier, tracking`` and ``steps``: dicts of ``code, label, date`` (UTC, or False) and
            ``state``, one of ``done, current, late, todo``.
        """
        inside = pickings.filtered(lambda picking: picking.picking_type_code == 'internal')
        shown = pickings - inside
        if not shown.filtered(lambda p: not p.return_id and p.state not in ('done', 'cancel')):
            shown |= inside.filtered(lambda picking: picking.state not in ('done', 'cancel'))
        return [
            self._prepare_helpdesk_panel_delivery(picking, pickings, inside)
            for picking in shown.sorted('id')
        ]

    def _prepare_helpdesk_panel_delivery(self, picking, pickings, inside):
        """Return what the panel shows of a transfer, see `_get_helpdesk_panel_deliveries`."""
        states = dict(picking._fields['state']._description_selection(self.env))
        is_return = bool(picking.return_id)
        if picking.state == 'cancel':
            steps = [self._prepare_helpdesk_step('cancelled', states['cancel'], 'todo')]
        elif is_return:
            steps = self._get_helpdesk_return_steps(picking)
        else:
            steps = self._get_helpdesk_delivery_steps(picking, inside)
            steps += self._get_helpdesk_returned_steps(
                pickings.filtered(lambda p: p.return_id == picking and p.state != 'cancel')
            )
        return {
            'id': picking.id,
            'name': picking.name,
            'state': picking.state,
            'state_label': states[picking.state],
            'is_return': is_return,
            'is_late': self._is_helpdesk_picking_late(picking),
            'date': fields.Datetime.to_string(
                picking.date_done if picking.state == 'done' else picking.scheduled_date
            )
            or False,
            'carrier': picking._get_helpdesk_carrier_name(),
            'tracking': picking._get_helpdesk_tracking(),
            'steps': steps,
        }

    def _get_helpdesk_delivery_steps(self, picking, inside):
        """Return the steps of goods on their way to the customer."""
        done, step = picking.state == 'done', self._prepare_helpdesk_step
        packed = done or (inside - picking and picking.state == 'assigned')
        if packed:
            # in one step the warehouse doesn't say when it packs
            dates = inside.filtered(lambda p: p.state == 'done').mapped('date_done')
            steps = [step('packed', self.env._('Packed'), 'done', max(dates, default=False))]
        elif picking.state == 'assigned':
            steps = [step('packed', self.env._('Ready to pack'), 'current')]
        else:
            steps = [step('packed', self.env._('Waiting for goods'), 'current')]
        if done:
            steps.append(step('shipped', self.env._('Shipped'), 'done', picking.date_done))
            if arrival := picking._get_helpdesk_arrival_date():
                steps.append(step('delivered', self.env._('Delivered'), 'done', arrival))
        else:
            due = picking.date_deadline or picking.scheduled_date
            late = self._is_helpdesk_picking_late(picking)
            label = self.env._('Should have left') if late else self.env._('Leaves')
            steps.append(step('shipped', label, 'late' if late else 'todo', due))
        return steps

    def _get_helpdesk_returned_steps(self, returns):
        """Return the step that says that goods of a delivery came back, or are about to."""
        if not returns:
            return []
        if all(picking.state == 'done' for picking in returns):
            date = max(returns.mapped('date_done'))
            return [self._prepare_helpdesk_step('returned', self.env._('Returned'), 'done', date)]
        label = self.env._('Return under way')
        return [self._prepare_helpdesk_step('returned', label, 'current')]

    def _get_helpdesk_return_steps(self, picking):
        """Return the steps of goods on their way back."""
        step = self._prepare_helpdesk_step
        steps = [step('announced', self.env._('Return announced'), 'done', picking.create_date)]
        if picking.state == 'done':
            return [*steps, step('received', self.env._('Received'), 'done', picking.date_done)]
        return [*steps, step('received', self.env._('On the way back'), 'current')]

    def _prepare_helpdesk_step(self, code, label, state, date=False):
        """Return a step of the order's way, with its date in UTC."""
        return {
            'code': code,
            'label': label,
            'state': state,
            'date': fields.Datetime.to_string(date) or False,
        }

    def _is_helpdesk_picking_late(self, picking):
        """Return whether goods should have left to the customer before today."""
        due = picking.date_deadline or picking.scheduled_date
        return bool(
            not picking.return_id
            and picking.state not in ('done', 'cancel')
            and due
            and fields.Datetime.context_timestamp(self, due).date()
            < fields.Date.context_today(self)
        )
