"""Real mail servers for the tests: Debian's Dovecot (IMAP) and an SMTP sink, on loopback."""

from __future__ import annotations

import datetime
import email
import email.message
import email.policy
import grp
import imaplib
import logging
import os
import pwd
import shutil
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from odoo_server import ROOT, free_port, wait_for

sys.path.append(str(ROOT))
from tools.postgres import unprivileged  # noqa: E402

HOST = '127.0.0.1'
PASSWORD = 'secret'
CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {run}
state_dir = {run}
log_path = {folder}/dovecot.log
import_environment = TZ LD_LIBRARY_PATH
disable_plaintext_auth = no
auth_failure_delay = 0
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
"""


class Dovecot:
    """One IMAP server with as many mailboxes as a test wants; started and stopped at will."""

    host = HOST

    def __init__(self, folder: Path):
        self.folder, self.run = folder, folder / 'run'
        self.root = Path(os.environ.get('DOVECOT_ROOT') or '/')
        self.port, self.tls_port = free_port(), free_port()
        self.process: subprocess.Popen | None = None
        (folder / 'mail').mkdir(parents=True)
        self._write_certificate()
        user = pwd.getpwnam('nobody') if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        text = CONFIG.format(
            folder=folder,
            run=self.run,
            user=user.pw_name,
            group=grp.getgrgid(user.pw_gid).gr_name,
            uid=user.pw_uid,
            gid=user.pw_gid,
            port=self.port,
            tls_port=self.tls_port,
            password=PASSWORD,
        )
        (folder / 'dovecot.conf').write_text(text)
        if os.geteuid() == 0 and not unprivileged():
            # a real root where namespaces are shut: the services run as a real ``nobody``
            for path in (folder, *folder.rglob('*')):
                os.chown(path, user.pw_uid, user.pw_gid)

    def _write_certificate(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, 'localhost')])
        now = datetime.datetime.now(datetime.timezone.utc)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=2))
            .sign(key, hashes.SHA256())
        )
        (self.folder / 'cert.pem').write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        (self.folder / 'key.pem').write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )

    def start(self) -> Dovecot:
        config = str(self.folder / 'dovecot.conf')
        libraries = os.pathsep.join(str(path) for path in self.root.glob('usr/lib/*-linux-gnu*'))
        environment = {**os.environ}
        if self.root != Path('/'):
            environment['LD_LIBRARY_PATH'] = libraries
        with (self.folder / 'dovecot.out').open('a') as out:
            self.process = subprocess.Popen(
                [
                    *unprivileged(),
                    # by doveconf, as dovecot itself does: it knows doveconf by a fixed path
                    *(str(self.root / 'usr/bin/doveconf'), '-f', 'service=master', '-c', config),
                    *('-e', str(self.root / 'usr/sbin/dovecot'), '-F', '-c', config),
                ],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        wait_for(self._answers, f'Dovecot (see {self.folder}/dovecot.log)')
        return self

    def ensure_started(self) -> Dovecot:
        """Start it again, and say why in the tests' output, if it ended or answers no more.

        It gives up on a machine that stalls or whose clock is set, which is no failure of what
        the tests are about.
        """
        ended = self.process.poll()
        if ended is not None or not self._answers():
            print(f'Dovecot answers no more (its end: {ended}), started again:\n{self._logs()}')
            self.stop()
            self.start()
        return self

    def _logs(self) -> str:
        return ''.join(path.read_text() for path in self.folder.glob('dovecot.[lo]*'))

    def _answers(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(f'Dovecot ended:\n{self._logs()}')
        try:
            imaplib.IMAP4(HOST, self.port, timeout=5).logout()
        except (OSError, imaplib.IMAP4.error):
            return False
        return True

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def mailbox(self, address: str) -> Mailbox:
        """The mailbox of that address, made (empty) with the first login.

        All have one password: a file of users is read again once a second at the most, too late
        for a mailbox that is used at once.
        """
        return Mailbox(self, address, PASSWORD)

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


@dataclass
class Mailbox:
    """What a provider hands out: an address with a password at an IMAP server."""

    server: Dovecot
    address: str
    password: str
    host = HOST

    @property
    def port(self) -> int:
        return self.server.port

    @property
    def tls_port(self) -> int:
        return self.server.tls_port

    def connect(self) -> imaplib.IMAP4:
        """A logged-in imaplib client, INBOX selected."""
        client = imaplib.IMAP4(HOST, self.port, timeout=30)
        client.login(self.address, self.password)
        client.select()
        return client

    def deliver(self, *messages: bytes | email.message.Message) -> None:
        """Put mails into INBOX, unseen.  Bytes stay as they are, broken or not."""
        client = self.connect()
        for message in messages:
            raw = (
                message
                if isinstance(message, bytes)
                else message.as_bytes(policy=email.policy.SMTP)
            )
            state, answer = client.append('INBOX', None, None, raw)
            assert state == 'OK', answer
        client.logout()

    def unseen(self) -> int:
        """How many mails nobody has fetched yet."""
        client = self.connect()
        numbers = client.search(None, 'UNSEEN')[1][0].split()
        client.logout()
        return len(numbers)


@dataclass
class Sent:
    """One mail that reached the sink."""

    sender: str  # of the envelope
    recipients: list[str]  # of the envelope
    raw: bytes

    @property
    def message(self) -> email.message.EmailMessage:
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    @property
    def text(self) -> str:
        """The readable part, HTML if there is nothing else."""
        body = self.message.get_body(('plain', 'html'))
        return body.get_content() if body else ''

    @property
    def html(self) -> str:
        body = self.message.get_body(('html',))
        return body.get_content() if body else ''


class SmtpSink:
    """Takes every mail and keeps it; ``answer`` makes it refuse (e.g. '451 try later')."""

    host = HOST

    def __init__(self):
        logging.getLogger('mail.log').setLevel(logging.WARNING)  # of aiosmtpd
        self.messages: list[Sent] = []
        self.answer = '250 OK'
        self._news = threading.Condition()
        self._controller = Controller(self, hostname=HOST, port=free_port(), data_size_limit=None)
        self.port = self._controller.port

    def start(self) -> SmtpSink:
        self._controller.start()
        return self

    def stop(self) -> None:
        self._controller.stop()

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        if self.answer.startswith('2'):
            with self._news:
                self.messages.append(Sent(envelope.mail_from, envelope.rcpt_tos, envelope.content))
                self._news.notify_all()
        return self.answer

    def clear(self) -> None:
        with self._news:
            self.messages.clear()
            self.answer = '250 OK'

    def to(self, address: str) -> list[Sent]:
        with self._news:
            return [mail for mail in self.messages if address in mail.recipients]

    def wait(self, address: str, count: int = 1, timeout: float = 30) -> list[Sent]:
        """The mails to that address, as soon as there are ``count``."""
        with self._news:
            self._news.wait_for(
                lambda: sum(address in mail.recipients for mail in self.messages) >= count, timeout
            )
        mails = self.to(address)
        seen = [(mail.sender, mail.recipients, mail.message['subject']) for mail in self.messages]
        assert len(mails) >= count, f'{count} mails to {address} expected; the sink has {seen}'
        return mails
