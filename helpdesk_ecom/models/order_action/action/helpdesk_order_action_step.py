from markupsafe import Markup, escape

from odoo import SUPERUSER_ID, api, fields, models


class HelpdeskOrderActionStep(models.Model):
    """One step of an order action: recorded before it is done, and done once."""

    _name = 'helpdesk.order.action.step'
    _description = 'Step of an Order Action'
    _order = 'action_id, sequence, id'

    action_id = fields.Many2one(
        'helpdesk.order.action',
        required=True,
        index=True,
        ondelete='cascade',
    )
    sequence = fields.Integer(required=True)
    code = fields.Selection(
        [
            ('refund', 'Refund'),
            ('credit_note', 'Credit note'),
            ('order_credit', 'Credit on the order'),
            ('payout', 'Way of the money'),
            ('provider_refund', 'Refund by provider'),
            ('reconcile', 'Reconciliation'),
            ('bank_refund', 'Refund by bank'),
            ('address_check', 'Warehouse'),
            ('address_change', 'New delivery address'),
            ('return_transfer', 'Return transfer'),
            ('receipt', 'Receipt of the goods'),
            ('order_return', 'Less to bill'),
            ('cancel_check', 'Stop by the warehouse'),
            ('cancel_order', 'Cancellation'),
            ('void_payment', 'Release of the payment'),
            ('notify', 'Log'),
        ],
        required=True,
    )
    name = fields.Char(compute='_compute_name')
    state = fields.Selection(
        [
            ('pending', 'To do'),
            ('running', 'Running'),
            ('waiting', 'Waiting'),
            ('to_check', 'To check'),
            ('failed', 'Failed'),
            ('done', 'Done'),
        ],
        required=True,
        default='pending',
    )
    after_commit = fields.Boolean(
        help='The step leaves the database: what is known is committed before it runs.',
    )
    key = fields.Char(required=True, help='Names the step; outside it is known by key and attempt.')
    attempt = fields.Integer(help='How often it was tried outside of the database.')
    amount = fields.Monetary()
    currency_id = fields.Many2one(related='action_id.currency_id')
    message = fields.Text(help='What was done, or why it was not.')
    start_date = fields.Datetime(string='Started on')
    end_date = fields.Datetime(string='Ended on')
    move_ids = fields.Many2many('account.move', string='Credit Notes')
    order_line_ids = fields.Many2many('sale.order.line', string='Credit Lines')
    picking_ids = fields.Many2many('stock.picking', string='Transfers')
    activity_ids = fields.Many2many(
        'mail.activity',
        string='Requests',
        context={'active_test': False},
    )
    source_transaction_id = fields.Many2one('payment.transaction', string='Payment')
    transaction_id = fields.Many2one('payment.transaction', string='Refund')

    _key_uniq = models.UniqueIndex('(key)', 'The same step exists already.')

    # === COMPUTE METHODS === #

    @api.depends('code')
    def _compute_name(self):
        labels = dict(self._fields['code']._description_selection(self.env))
        for step in self:
            step.name = labels[step.code]

    # === BUSINESS METHODS === #

    def _set_state(self, state, message):
        """Record how the step stands, with a sentence for people."""
        self.ensure_one()
        vals = {'state': state, 'message': message}
        if state == 'running':
            vals.update(start_date=fields.Datetime.now(), attempt=self.attempt + 1)
        elif state == 'done':
            vals['end_date'] = fields.Datetime.now()
        self.write(vals)

    def _ask(self, record, user, summary, note=None):
        """Ask somebody to do something about a record; the step waits for it.

        The system asks, not the requester: who made a request may mark it as done himself.
        """
        self.ensure_one()
        self.activity_ids += record.with_user(SUPERUSER_ID).activity_schedule(
            'mail.mail_activity_data_todo',
            user_id=user.id,
            summary=summary,
            note=note,
        )

    def _get_asked(self, model):
        """Return the records of a model about which somebody was asked."""
        self.ensure_one()
        activities = self.activity_ids.filtered(lambda activity: activity.res_model == model)
        return self.env[model].browse(activities.mapped('res_id')).exists()

    def _get_answered(self, model):
        """Return those of them about which the request was answered by who may answer it."""
        self.ensure_one()
        activities = self._get_answers().filtered(lambda activity: activity.res_model == model)
        return self.env[model].browse(activities.mapped('res_id')).exists()

    def _get_unanswered(self, model):
        """Return those of them about which somebody is still asked."""
        self.ensure_one()
        activities = self.activity_ids.filtered(
            lambda activity: activity.active and activity.res_model == model
        )
        return self.env[model].browse(activities.mapped('res_id')).exists()

    def _get_answers(self):
        """Return the requests that were marked as done by who may answer them."""
        self.ensure_one()
        return self.activity_ids.filtered(
            lambda activity: not activity.active and self._may_answer(activity)
        )

    def _may_answer(self, activity_sudo):
        """Return whether who marked a request as done is asked, or does this work.

        A requester can't answer for the warehouse or for the accountants, also when he may write
        the record and made himself the one who is asked, unless he really is the one.
        """
        self.ensure_one()
        user_sudo = activity_sudo.write_uid
        is_money = self.code == 'bank_refund'
        group = 'account.group_account_invoice' if is_money else 'stock.group_stock_user'
        if user_sudo._is_superuser() or user_sudo.has_group(group):
            return True
        requester = self.action_id.requester_id
        if user_sudo != requester:
            return user_sudo == activity_sudo.user_id
        if is_money:
            return self.action_id._get_payout_user() == requester
        record_sudo = self.env[activity_sudo.res_model].browse(activity_sudo.res_id).sudo()
        return (record_sudo._get_helpdesk_responsible() or requester) == requester

    def _withdraw(self):
        """Take the requests back that nobody has answered."""
        self.activity_ids.filtered('active').unlink()

    def _get_summary(self):
        """Return one sentence on what the step did, for people, with links to its documents."""
        self.ensure_one()
        states = dict(self._fields['state']._description_selection(self.env))
        message = escape(self.message or '')
        for move_sudo in self.sudo().move_ids:
            message = message.replace(escape(move_sudo.name or ''), move_sudo._get_html_link())
        for picking_sudo in self.sudo().picking_ids:
            message = message.replace(escape(picking_sudo.name), picking_sudo._get_html_link())
        if self.state == 'done':
            return Markup('%s: %s') % (self.name, message) if message else self.name
        return Markup('%s: %s. %s') % (self.name, states[self.state], message)
