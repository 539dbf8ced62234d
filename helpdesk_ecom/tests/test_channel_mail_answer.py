from odoo.tests import tagged

from .channel_common import HelpdeskChannelCommon

PICTURE = (
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9'
    'awAAAABJRU5ErkJggg=='
)
MAIL = """From: Agent <agent@shop.example>
To: care@shop.example
Subject: Re: Where is it?
Message-Id: <{name}@shop.example>
In-Reply-To: {parent}
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/html; charset=utf-8

<div>It is on its way: <a href="https://shop.example/t/1">track it</a></div>
<div class="gmail_quote"><div>On Mon, Jan 5, 2026 at 10:00 Emma wrote:</div>
<blockquote>Where is it? My secret is 42.</blockquote></div>
{files}
--b--
"""
FILE = """--b
Content-Type: {mimetype}; name="{name}"
Content-Disposition: attachment; filename="{name}"
Content-Transfer-Encoding: base64

{content}
"""


@tagged('post_install', '-at_install')
class TestChannelMailAnswer(HelpdeskChannelCommon):
    """An agent answers the mail that told of the customer's message: it goes by the channel."""

    count_mails = 0

    def setUp(self):
        super().setUp()
        self.ticket = self._receive(self._event('Where is it?')).ticket_id
        self.ticket.user_id = self.agent
        self.program.messages.clear()

    def _answer_by_mail(
        self, *files, parent=None, sender='agent@shop.example', to=None, headers=''
    ):
        TestChannelMailAnswer.count_mails += 1
        parent = parent or self.ticket.message_ids.filtered(lambda m: m.message_type == 'comment')
        source = MAIL.format(
            name=self.count_mails,
            parent=parent[:1].message_id,
            files='\n'.join(
                FILE.format(name=name, mimetype=mimetype, content=PICTURE)
                for name, mimetype in files
            ),
        ).replace('agent@shop.example', sender, 1)
        if to:
            source = source.replace('To: care@shop.example', f'To: care@shop.example, {to}')
        source = headers + source
        before = self.ticket.message_ids
        self.env['mail.thread'].message_process(None, source)
        return (self.ticket.message_ids - before).filtered(lambda m: m.message_type == 'email')

    def test_it_reaches_the_customer(self):
        message = self._answer_by_mail()
        self.assertEqual(message.author_id, self.agent.partner_id)
        self._run_outbox()
        (sent,) = self.program.messages
        self.assertEqual(sent['to'], 'emma-1')
        self.assertEqual(sent['text'], 'It is on its way: track it (https://shop.example/t/1)')
        self.assertEqual(message._get_delivery()['state'], 'sent')
        self.assertFalse(self.ticket.oldest_unanswered_customer_message_date)
        self.assertFalse(
            self.env['mail.mail'].search([('mail_message_id', '=', message.id)]).recipient_ids
            & self.ticket.partner_id
        )

    def test_files(self):
        """What the channel doesn't take stays behind, visibly; the words arrive."""
        limits = type(self.channel)._get_limits

        def only_pictures(channel):
            values = limits(channel)
            return type(values)(text=values.text, sizes={'image': 1000})

        self.patch(type(self.channel), '_get_limits', only_pictures)
        message = self._answer_by_mail(('cup.png', 'image/png'), ('label.pdf', 'application/pdf'))
        self._run_outbox()
        self.assertEqual(
            [sent.get('text') or sent['file']['name'] for sent in self.program.messages],
            ['It is on its way: track it (https://shop.example/t/1)', 'cup.png'],
        )
        self.assertEqual(message._get_delivery()['state'], 'failed')
        self.assertIn('label.pdf', message._get_delivery()['error'])

    def test_an_answer_to_a_note_stays_inside(self):
        note = self.ticket.with_user(self.agent_2).message_post(
            body='What do you think?',
            message_type='comment',
            subtype_xmlid='mail.mt_note',
            partner_ids=self.agent.partner_id.ids,
        )
        message = self._answer_by_mail(parent=note)
        self.assertTrue(message)
        self.assertFalse(message.helpdesk_envelope_ids)

    def test_a_stranger_reaches_nobody(self):
        message = self._answer_by_mail(sender='somebody@elsewhere.example')
        self.assertTrue(message)
        self.assertFalse(message.helpdesk_envelope_ids)

    def test_the_customer_by_mail_is_not_echoed(self):
        self.ticket.partner_id.email = 'emma.clark@customer.example'
        message = self._answer_by_mail(sender='emma.clark@customer.example')
        self.assertTrue(message)
        self.assertFalse(message.helpdesk_envelope_ids)

    def test_who_has_the_mail_needs_no_second_copy(self):
        self.ticket.partner_id.email = 'emma.clark@customer.example'
        message = self._answer_by_mail(to='emma.clark@customer.example')
        self.assertTrue(message)
        self.assertFalse(message.helpdesk_envelope_ids)

    def test_an_absent_agent_says_nothing(self):
        """What a mailbox answers by itself does not go on to the customer."""
        self._answer_by_mail(headers='Auto-Submitted: auto-replied\n')
        self.assertFalse(self.Envelope.search([('direction', '=', 'out')]))

    def test_nothing_is_published_from_a_mail_program(self):
        """What everybody could read is held back, with the reason."""
        self.ticket.channel_thread = 'post-1'
        message = self._answer_by_mail()
        self._run_outbox()
        self.assertFalse(self.program.messages)
        self.assertEqual(message._get_delivery()['state'], 'failed')
        self.assertIn('everybody', message._get_delivery()['error'])
