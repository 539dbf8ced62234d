"""Mails of customers, and what Odoo does with them."""

from __future__ import annotations

import itertools
import os
from datetime import datetime, timezone
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

NUMBERS = itertools.count(1)
TEXT = (
    'Hello,\n\nI ordered a cup two weeks ago and it arrived broken this morning. The box was '
    'dented on one side. Could you please send me another one, or give me my money back? I attach '
    'nothing, as the picture would show only shards.\n\nThank you and kind regards\n'
)
QUOTE = '\n'.join(f'> {line}' for line in TEXT.splitlines())


def _message(to, email, name, subject, text, *, html):
    message = EmailMessage()
    message['From'] = formataddr((name, email))
    message['To'] = to
    message['Subject'] = subject
    message['Date'] = format_datetime(datetime.now(timezone.utc))
    message['Message-Id'] = f'<bench-{os.getpid()}-{next(NUMBERS)}@customer.example>'
    message.set_content(text)
    if html:
        paragraphs = ''.join(f'<p>{part}</p>' for part in text.split('\n\n'))
        message.add_alternative(f'<html><body>{paragraphs}</body></html>', subtype='html')
    return message


def new(to, email, name, subject, *, html=False, attachment=0):
    """A first mail, perhaps with a picture of so many bytes."""
    message = _message(to, email, name, subject, TEXT, html=html)
    if attachment:
        message.add_attachment(
            os.urandom(attachment), maintype='image', subtype='jpeg', filename='broken.jpg'
        )
    return message.as_string()


def reply(to, email, subject, message_id):
    """An answer to a message, which it quotes."""
    message = _message(to, email, '', f'Re: {subject}', f'{TEXT}\n{QUOTE}\n', html=True)
    message['In-Reply-To'] = message['References'] = message_id
    return message.as_string()


def receive(env, mail):
    """Hand a mail to Odoo's gateway; the id of the record that it belongs to."""
    return env['mail.thread'].message_process(False, mail)
