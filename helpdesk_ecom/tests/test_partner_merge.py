from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..tools.channel.event import Person
from .channel_common import HelpdeskChannelCommon
from .common import HelpdeskOrderCommon
from .common_mail import HelpdeskMailCommon

EM = Person(external_id='em-9', name='Emma Clark')


@tagged('post_install', '-at_install')
class TestPartnerMerge(HelpdeskChannelCommon, HelpdeskOrderCommon, HelpdeskMailCommon):
    """Two contacts turn out to be one person, or not."""

    _receive_mail = classmethod(HelpdeskMailCommon._receive.__func__)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env['res.partner'].create(
            {'name': 'Em Clark', 'email': 'em@second.example', 'phone': '+12125550199'}
        )
        cls.second_order = cls._create_order(cls.second)
        cls.ticket = cls._create_ticket(
            partner_id=cls.second.id,
            partner_phone='+12125550142',
            sale_order_id=cls.second_order.id,
        )
        cls.identity = cls.env['helpdesk.channel.identity'].create(
            {'channel_id': cls.channel.id, 'external_id': 'em-1', 'partner_id': cls.second.id}
        )

    def _merge(self, source=None, target=None, user=None):
        source = (source or self.second).with_user(user or self.leader)
        return source._helpdesk_merge_into(target or self.customer, 'She said so on the phone.')

    # === MERGE === #

    def test_merge(self):
        merge = self._merge()
        self.assertEqual(self.ticket.partner_id, self.customer)
        self.assertEqual(self.ticket.commercial_partner_id, self.customer)
        self.assertEqual(self.identity.partner_id, self.customer)
        self.assertFalse(self.second.active)
        self.assertEqual(self.second.helpdesk_merged_into_id, self.customer)
        self.assertEqual((merge.ticket_count, merge.identity_count), (1, 1))
        self.assertEqual(merge.create_uid, self.leader)
        self.assertIn('on the phone', self.ticket.message_ids[0].body)
        self.assertIn('on the phone', self.customer.message_ids[0].body)

    def test_orders_stay_and_are_seen(self):
        self._merge()
        self.assertEqual(self.second_order.partner_id, self.second)
        self.assertEqual(self.ticket.order_match, 'verified')
        customer = self.customer.with_user(self.agent)
        self.assertEqual(customer._get_helpdesk_customer_card()['order_count'], 2)
        found = customer.search_order_panel_orders()
        self.assertEqual(found['count'], 2)
        domain = customer.action_open_helpdesk_orders()['domain']
        self.assertEqual(self.env['sale.order'].search(domain), self.order | self.second_order)

    def test_tier_counts_the_orders_of_both(self):
        tier = self.env['helpdesk.customer.tier'].create({'name': 'Gold', 'min_order_count': 2})
        tier._update_partner_tiers()
        self.assertFalse(self.customer.helpdesk_tier_id | self.second.helpdesk_tier_id)
        merge = self._merge()
        self.assertEqual(self.customer.helpdesk_tier_id, tier)
        self.assertFalse(self.second.helpdesk_tier_id)
        self.assertEqual(self.ticket.customer_tier_id, tier)
        self.assertEqual(tier._update_partner_tiers(), 0, 'all at once give the same')

        merge.with_user(self.leader).action_undo()
        self.assertFalse(self.customer.helpdesk_tier_id | self.second.helpdesk_tier_id)
        self.assertFalse(self.ticket.customer_tier_id)

    def test_confirmed_order_stays_confirmed(self):
        other = self._create_order(self.env['res.partner'].create({'name': 'Her Mother'}))
        self.ticket.sale_order_id = other
        self.ticket.with_user(self.agent).action_confirm_order()
        merge = self._merge()
        self.assertEqual(self.ticket.order_match, 'manual')
        merge.with_user(self.leader).action_undo()
        self.assertEqual(self.ticket.order_match, 'manual')

    def test_number_of_a_merged_order(self):
        self._merge()
        ticket, _parked = self._receive_mail(self._mail(f'Where is {self.second_order.name}?'))
        self.assertEqual(ticket.sale_order_id, self.second_order)
        self.assertEqual(ticket.order_match, 'verified')

    def test_mail_of_the_old_address(self):
        """Who was merged is known by both addresses, and takes part in her tickets."""
        self._merge()
        ticket, _parked = self._receive_mail(self._mail(From='em@second.example'))
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertFalse(ticket.partner_suggestion_ids)
        first, _parked = self._receive_mail(self._mail())
        self._receive_mail(self._reply(first, From='em@second.example'))
        self.assertFalse(first.unverified_email)

    def test_chain(self):
        """The link always leads to the contact in use; the way back is the way there."""
        third = self.env['res.partner'].create({'name': 'E. Clark'})
        first = self._merge().with_user(self.leader)
        later = self._merge(self.customer, third).with_user(self.leader)
        self.assertEqual(self.second.helpdesk_merged_into_id, third)
        self.assertEqual(self.ticket.partner_id, third)
        with self.assertRaisesRegex(UserError, 'later on'):
            first.action_undo()
        later.action_undo()
        self.assertEqual(self.second.helpdesk_merged_into_id, self.customer)
        self.assertEqual(self.ticket.partner_id, self.customer)
        first.action_undo()
        self.assertEqual(self.ticket.partner_id, self.second)

    # === UNDO === #

    def test_undo(self):
        names = ('partner_id', 'partner_name', 'partner_email', 'partner_phone', 'order_match')
        before = self.ticket.read(names)
        own = self._create_ticket()
        notice = self._merge().with_user(self.leader).action_undo()
        self.assertEqual(notice['params']['type'], 'success')
        self.assertEqual(self.ticket.read(names), before)
        self.assertEqual(self.identity.partner_id, self.second)
        self.assertTrue(self.second.active)
        self.assertFalse(self.second.helpdesk_merged_into_id)
        self.assertEqual(own.partner_id, self.customer, 'it was never moved')

    def test_undo_leaves_what_has_changed(self):
        merge = self._merge().with_user(self.leader)
        bert = self.env['res.partner'].create({'name': 'Bert'})
        new = self._create_ticket()
        self.ticket.with_user(self.agent).partner_id = bert
        notice = merge.action_undo()
        self.assertIn('1 tickets and 0 channels', notice['params']['message'])
        self.assertEqual(self.ticket.partner_id, bert)
        self.assertEqual(new.partner_id, self.customer)
        self.assertEqual(self.identity.partner_id, self.second)

    def test_undo_keeps_a_new_number(self):
        merge = self._merge().with_user(self.leader)
        self.ticket.with_user(self.agent).partner_phone = '+12125550177'
        merge.action_undo()
        self.assertEqual(self.ticket.partner_phone, '+12125550177')
        self.assertEqual(self.ticket.partner_email, 'em@second.example')

    def test_undo_twice_and_merge_again(self):
        merge = self._merge().with_user(self.leader)
        merge.action_undo()
        with self.assertRaisesRegex(UserError, 'already'):
            merge.action_undo()
        self._merge()
        self.assertEqual(self.ticket.partner_id, self.customer)

    # === WHO MAY, AND WHOM === #

    def test_agents_may_not(self):
        with self.assertRaises(AccessError):
            self._merge(user=self.agent)
        merge = self._merge()
        with self.assertRaises(AccessError):
            merge.with_user(self.agent).action_undo()
        with self.assertRaises(AccessError):
            merge.with_user(self.leader).write({'moved': {}})
        with self.assertRaises(AccessError):
            self.env['helpdesk.partner.merge'].with_user(self.leader).create(
                {'source_id': self.second.id, 'target_id': self.customer.id}
            )
        with self.assertRaises(AccessError):
            self.second.with_user(self.leader).helpdesk_merged_into_id = self.agent.partner_id

    def test_obstacles(self):
        other = self.env['res.company'].create({'name': 'Other'})
        Partner = self.env['res.partner']
        portal = new_test_user(self.env, 'emma_portal', groups='base.group_portal').partner_id
        theirs = Partner.create({'name': 'Theirs', 'company_id': other.id})
        firm = Partner.create({'name': 'Firm', 'is_company': True})
        person = Partner.create({'name': 'Person', 'parent_id': firm.id})
        archived = Partner.create({'name': 'Gone', 'active': False})
        for source, target, words in (
            (self.second, self.second, 'two different'),
            (self.agent.partner_id, self.second, 'colleague'),
            (self.second, self.agent.partner_id, 'colleague'),
            (portal, self.second, 'logs in to the portal'),
            (self.second, archived, 'archived'),
            (firm, person, 'belongs to'),
            (firm, self.second, 'People belong'),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self._merge(source, target)
        with self.assertRaisesRegex(UserError, 'different companies'):
            self.leader.company_ids |= other
            self._merge(theirs, self.second)
        self._merge()
        with self.assertRaisesRegex(UserError, 'merged into'):
            self._merge(self.second, portal)

    def test_tickets_of_another_company(self):
        """Nobody moves what they can't see."""
        other = self.env['res.company'].create({'name': 'Other'})
        team = self.env['helpdesk.team'].create({'name': 'Theirs', 'company_id': other.id})
        theirs = self.env['helpdesk.ticket'].create(
            {'name': 'Theirs', 'team_id': team.id, 'partner_id': self.second.id}
        )
        with self.assertRaisesRegex(UserError, 'in a company'):
            self._merge()
        self.assertEqual(theirs.partner_id, self.second)
        self.leader.company_ids |= other
        leader = self.second.with_user(self.leader)
        leader.with_context(allowed_company_ids=(self.company | other).ids)._helpdesk_merge_into(
            self.customer
        )
        self.assertEqual(theirs.partner_id, self.customer)

    def test_dialog(self):
        action = self.identity.with_user(self.leader).action_merge()
        Dialog = self.env['helpdesk.partner.merge.dialog'].with_user(self.leader)
        dialog = Dialog.with_context(action['context']).create({'target_id': self.customer.id})
        self.assertEqual((dialog.ticket_count, dialog.identity_count), (1, 1))
        dialog.action_merge()
        self.assertEqual(self.ticket.partner_id, self.customer)

    def test_where_the_customer_is_known(self):
        second = self.channel.copy({'name': 'Second App'})
        identity = self.identity.copy({'channel_id': second.id, 'external_id': 'em-2'})
        partner = self.second.with_user(self.agent)
        self.assertEqual(partner.helpdesk_identity_ids, self.identity | identity)
        partner.get_view(view_type='form')
        with self.assertRaises(AccessError):
            self.second.with_user(self.outsider).helpdesk_identity_ids  # noqa: B018

    # === PROPOSALS === #

    def test_written_email(self):
        envelope = self._receive(self._event('I am emma.clark@customer.example', person=EM))
        suggestion = envelope.ticket_id.partner_suggestion_ids
        self.assertEqual(suggestion.partner_id, self.customer)
        self.assertEqual(suggestion.reason, 'written_email')
        self.assertEqual(suggestion.evidence, 'emma.clark@customer.example')
        with self.assertRaises(AccessError):
            suggestion.with_user(self.agent).action_merge()
        suggestion.with_user(self.leader).action_merge()
        self.assertEqual(envelope.ticket_id.partner_id, self.customer)
        self.assertEqual(envelope.identity_id.partner_id, self.customer)
        self.assertFalse(envelope.ticket_id.partner_suggestion_ids)
        self.assertIn('emma.clark@customer.example', self.customer.helpdesk_merge_ids.evidence)

    def test_written_phone_later(self):
        """Also in a ticket that is there, once, and not again when it was dismissed."""
        ticket = self._receive(self._event('Hello', person=EM)).ticket_id
        self.assertFalse(ticket.partner_suggestion_ids)
        for _index in range(2):
            self._receive(self._event('Call +1 212-555-0123', person=EM))
        self.assertEqual(ticket.partner_suggestion_ids.reason, 'written_phone')
        ticket.partner_suggestion_ids.with_user(self.agent).action_dismiss()
        self._receive(self._event('Call +1 212-555-0123', person=EM))
        self.assertFalse(ticket.partner_suggestion_ids)

    def test_who_is_known_is_not_guessed_at(self):
        self.identity.partner_id = self.second
        person = Person(external_id='em-1', name='Em Clark')
        ticket = self._receive(
            self._event('Write to emma.clark@customer.example', person=person)
        ).ticket_id
        self.assertFalse(ticket.partner_suggestion_ids)

    def test_same_name_and_order(self):
        ticket = self._receive(self._event(f'Where is {self.order.name}?', person=EM)).ticket_id
        self.assertEqual(ticket.partner_suggestion_ids.reason, 'same_order')
        self.assertEqual(ticket.partner_suggestion_ids.partner_id, self.customer)
        other = Person(external_id='otto-9', name='Otto Normal')
        ticket = self._receive(self._event(f'Where is {self.order.name}?', person=other)).ticket_id
        self.assertFalse(ticket.partner_suggestion_ids)

    def test_same_number_on_another_channel(self):
        self.identity.phone = '+12125550188'
        other = self.channel.copy({'name': 'Second App', 'state': 'on'})
        person = Person(external_id='x', name='Em', phone='12125550188')
        channel, self.channel = self.channel, other
        ticket = self._receive(self._event('Hello', person=person)).ticket_id
        self.channel = channel
        self.assertEqual(ticket.partner_suggestion_ids.partner_id, self.second)
        self.assertEqual(ticket.partner_suggestion_ids.reason, 'channel_phone')

    def test_portal_login_stays(self):
        """Whoever of the two logs in is who stays."""
        portal = new_test_user(self.env, 'em_portal', groups='base.group_portal').partner_id
        ticket = self._create_ticket(
            partner_id=portal.id,
            partner_suggestion_ids=[
                Command.create({'partner_id': self.second.id, 'reason': 'same_phone'})
            ],
        )
        ticket.partner_suggestion_ids.with_user(self.leader).action_merge()
        self.assertEqual(self.second.helpdesk_merged_into_id, portal)
        self.assertEqual(ticket.partner_id, portal)
