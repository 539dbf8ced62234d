from odoo import Command

from odoo.addons.helpdesk_ecom.tests.order_action_common import OrderActionCommon


class VoucherCommon(OrderActionCommon):
    """A paid order, and a program of each kind, in a team that may give them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.use_coupons = True
        cls.reason = cls.env.ref('helpdesk_ecom.reason_goodwill')
        cls.env['loyalty.program'].search([]).active = False
        # those of the sales app print a PDF
        cls.mail_template = cls.env['mail.template'].create(
            {
                'name': 'Your coupon',
                'model_id': cls.env['ir.model']._get_id('loyalty.card'),
                'subject': 'Your coupon',
                'body_html': '<p><t t-out="object.code" /></p>',
                'use_default_to': True,
            }
        )
        cls.coupons = cls._create_program('coupons', discount_mode='per_order', discount=10.0)
        cls.gift_cards = cls._create_program('gift_card', discount_mode='per_point', discount=1.0)
        cls.wallets = cls._create_program('ewallet', discount_mode='per_point', discount=1.0)
        cls._pay_by_bank(cls._invoice(cls.order))

    @classmethod
    def _create_program(cls, program_type, **reward):
        """Return a program with one reward; only coupons are mailed."""
        plan = {'trigger': 'create', 'mail_template_id': cls.mail_template.id}
        return cls.env['loyalty.program'].create(
            {
                'name': f'Program {program_type}',
                'program_type': program_type,
                'applies_on': 'current' if program_type == 'coupons' else 'future',
                'trigger': 'with_code' if program_type == 'coupons' else 'auto',
                'portal_visible': False,
                'portal_point_name': 'Points',
                'rule_ids': [Command.clear()],
                'reward_ids': [Command.clear(), Command.create({'required_points': 1.0, **reward})],
                'communication_plan_ids': [
                    Command.clear(),
                    *([Command.create(plan)] if program_type == 'coupons' else []),
                ],
            }
        )

    def _give(self, action_type, program, user=None, **vals):
        """Return a coupon or store credit that the agent has submitted."""
        action = (
            self.env['helpdesk.order.action']
            .with_user(user or self.agent)
            .create(
                {
                    'ticket_id': self.ticket.id,
                    'action_type': action_type,
                    'reason_id': self.reason.id,
                    'loyalty_program_id': program.id,
                    **vals,
                }
            )
        )
        action.action_submit()
        return action

    def _redeem(self, card):
        """Return a confirmed order of the customer that was paid in part with a card."""
        order = self._create_order(confirm=False)
        if card.program_type == 'ewallet':
            order._update_programs_and_rewards()
            rewards = order._get_claimable_rewards()
        else:
            rewards = order._try_apply_code(card.code)
        self.assertNotIn('error', rewards)
        order._apply_program_reward(rewards[card], card)
        order.action_confirm()
        return order
