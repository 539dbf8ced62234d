"""Teams to route to, and rules that do it."""

from odoo import Command

from .common import HelpdeskOrderCommon


class HelpdeskRoutingCommon(HelpdeskOrderCommon):
    """A second team, a customer from Germany who speaks French, and no rule yet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Rule = cls.env['helpdesk.routing.rule'].with_user(cls.leader)
        cls.env['helpdesk.routing.rule'].search([]).active = False
        cls.expert = cls._new_user('expert', 'group_helpdesk_user')
        cls.team_2 = cls.env['helpdesk.team'].create(
            {'name': 'Second Level', 'member_ids': [Command.set(cls.expert.ids)]}
        )
        cls.lang_fr = cls.env['res.lang']._activate_lang('fr_FR')
        cls.lang_en = cls.env['res.lang']._lang_get('en_US')
        cls.germany, cls.usa = cls.env.ref('base.de'), cls.env.ref('base.us')
        cls.hans = cls.env['res.partner'].create(
            {
                'name': 'Hans Meier',
                'email': 'hans@customer.example',
                'lang': 'fr_FR',
                'country_id': cls.germany.id,
            }
        )
        cls.tag, cls.tag_2 = cls.env['helpdesk.tag'].create(
            [{'name': 'Fragile test'}, {'name': 'Urgent test'}]
        )
        cls.skill, cls.skill_2 = cls.env['helpdesk.skill'].create(
            [{'name': 'Porcelain'}, {'name': 'Glass'}]
        )
        cls.env.flush_all()

    @classmethod
    def _rule(cls, name='Rule', **vals):
        """Return a rule that the leader makes; lists of records become commands."""
        return cls.Rule.create(
            {
                'name': name,
                **{
                    key: [Command.set(value.ids)] if key.endswith('_ids') else value
                    for key, value in vals.items()
                },
            }
        )

    @classmethod
    def _get_log(cls, ticket):
        """Return the text of the notes that routing left on a ticket."""
        notes = ticket.sudo().message_ids.filtered(lambda m: 'Routed by rule' in (m.body or ''))
        return '\n'.join(notes.mapped('body'))
