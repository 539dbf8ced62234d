from odoo.tests import HttpCase, tagged

from .inbox_common import InboxCommon


@tagged('post_install', '-at_install', 'browser')
class TestFullComposerTour(InboxCommon, HttpCase):
    """An agent expands the composer; the customer writes meanwhile."""

    def test_held(self):
        self._hear(self.ticket, 'Where is it?')
        url = f'/odoo/helpdesk.ticket/{self.ticket.id}'
        self.start_tour(url, 'helpdesk_full_composer_tour', login='agent')
        answers = self.ticket.message_ids.filtered(lambda m: 'on its way' in m.body)
        self.assertEqual(len(answers), 1)
        self.assertEqual(answers.author_id, self.agent.partner_id)
