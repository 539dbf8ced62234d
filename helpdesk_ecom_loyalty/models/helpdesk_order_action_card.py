from odoo import Command, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.misc import clean_context


class HelpdeskOrderAction(models.Model):
    """Giving points to a card of the customer, and taking them back while they are unspent."""

    _inherit = 'helpdesk.order.action'

    # === BUSINESS METHODS - GIVING === #

    def _get_card_owner(self):
        """Return whose card it is: the buyer's, whose money it is.

        An agent writes the ticket's customer, also after an approval; he can't write the order's.
        """
        self.ensure_one()
        return self.sale_order_id.partner_id

    def _find_wallet(self):
        """Return the eWallet that the customer has already, as superuser."""
        self.ensure_one()
        program_sudo = self.loyalty_program_id.sudo()
        if program_sudo.program_type != 'ewallet':
            return self.env['loyalty.card'].sudo()
        today = fields.Date.context_today(self)
        domain = Domain('program_id', '=', program_sudo.id)
        domain &= Domain('partner_id', '=', self._get_card_owner().id)
        domain &= Domain('expiration_date', '=', False) | Domain('expiration_date', '>=', today)
        return self.env['loyalty.card'].sudo().search(domain, order='id', limit=1)

    def _give_points(self, step_sudo, points):
        """Give points to the customer: on the wallet that he has, else on a new card.

        :return: the card; the one that the step gave before, if it did.
        """
        history_sudo = self._get_step_history(step_sudo)
        if not history_sudo:
            wallet_sudo = self._find_wallet()
            history_sudo = (
                self._top_up(wallet_sudo, points) if wallet_sudo else self._generate_card(points)
            )
            history_sudo.helpdesk_step_id = step_sudo
        self.loyalty_card_id = history_sudo.card_id
        return history_sudo.card_id

    def _get_step_history(self, step_sudo):
        """Return the points that a step gave, as a line of the card's history."""
        return self.env['loyalty.history'].sudo().search([('helpdesk_step_id', '=', step_sudo.id)])

    def _generate_card(self, points):
        """Make a card as the sales app does; its program decides whether the customer is mailed."""
        wizard_sudo = (
            self.env['loyalty.generate.wizard']
            .sudo()
            .with_context(clean_context(self.env.context))
            .create(
                {
                    'program_id': self.loyalty_program_id.id,
                    'mode': 'selected',
                    'customer_ids': [Command.set(self._get_card_owner().ids)],
                    'points_granted': points,
                    'valid_until': self.loyalty_valid_until,
                    'description': self._get_history_description(),
                }
            )
        )
        return wizard_sudo.generate_coupons().history_ids

    def _top_up(self, wallet_sudo, points):
        """Add points to a card.

        :return: the line of its history.
        """
        wallet_sudo.points += points
        return self.env['loyalty.history'].create(
            {
                'card_id': wallet_sudo.id,
                'description': self._get_history_description(),
                'issued': points,
            }
        )

    def _get_history_description(self):
        """Return what the customer reads about it in the portal."""
        return self.env._(
            '%(ticket)s, order %(order)s',
            ticket=self.ticket_id.ticket_ref,
            order=self.sale_order_id.name,
        )

    # === BUSINESS METHODS - TAKING BACK === #

    def _take_back_points(self, step_sudo):
        """Take back what a step gave.

        :raise UserError: if a part of it is spent, or an order is about to spend it.
        """
        history_sudo = self._get_step_history(step_sudo)
        card_sudo, given = history_sudo.card_id, history_sudo.issued
        if not card_sudo:
            return
        users_sudo = self.env['sale.order.line'].search(
            [('coupon_id', '=', card_sudo.id), ('order_id.state', '!=', 'cancel')]
        )
        promised = sum(
            users_sudo.filtered(lambda line: line.order_id.state != 'sale').mapped('points_cost')
        )
        if card_sudo.currency_id.compare_amounts(card_sudo.points - promised, given) < 0:
            raise UserError(
                self.env._(
                    "%(card)s can't be taken back: the customer used it for %(orders)s.",
                    card=card_sudo.display_name,
                    orders=', '.join(users_sudo.order_id.mapped('name')) or self.env._('an order'),
                )
            )
        card_sudo.points -= given
        self.env['loyalty.history'].create(
            {
                'card_id': card_sudo.id,
                'description': self.env._('Taken back: %(what)s', what=history_sudo.description),
                'used': given,
            }
        )
        if card_sudo.program_id.program_type != 'ewallet':
            card_sudo.action_archive()

    # === BUSINESS METHODS - SENTENCES === #

    def _get_owner_sentences(self):
        """Return that the card is not the ticket's customer's, if so."""
        customer = self.ticket_id.partner_id
        owner = self._get_card_owner()
        if not customer or customer.commercial_partner_id == owner.commercial_partner_id:
            return []
        return [
            self.env._(
                'Not %(customer)s gets it but %(owner)s, who bought.',
                customer=customer.display_name,
                owner=owner.display_name,
            )
        ]

    def _get_validity_sentences(self):
        """Return until when it is valid, if there is an end."""
        if not self.loyalty_valid_until:
            return []
        return [
            self.env._(
                'It is valid until %(date)s.', date=format_date(self.env, self.loyalty_valid_until)
            )
        ]

    def _get_mail_sentences(self):
        """Return who learns of a new card, and how."""
        owner = self._get_card_owner()
        triggers = self.loyalty_program_id.sudo().communication_plan_ids.mapped('trigger')
        if 'create' in triggers and owner.email:
            return [self.env._('%(email)s is told by e-mail.', email=owner.email)]
        return [self.env._('Nobody is told by e-mail: write the code to the customer.')]
