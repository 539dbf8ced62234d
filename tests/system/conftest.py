"""System tests: the addons from outside, as customers, agents and other programs meet them.

Real processes, real databases, real mail servers, all on loopback and thrown away afterwards.
Run by ``./dev test`` (alone: ``./dev test --only system``, ``./dev test tests/system/test_x.py``).

Fixtures

``odoo``      (module) an OdooServer, running, on a database of its own with all our addons and no
              demo data.  ``odoo.xmlrpc('login')`` and ``odoo.json2('login')`` are clients,
              ``odoo.sql(query, *params)`` goes straight to the database, ``odoo.create_user(login,
              *groups)``, ``odoo.run_cron(xml_id)``, ``odoo.fetch_mail()``.  admin's password is
              admin.  A test fails at its end if the server logged an ERROR; expected ones:
              ``@pytest.mark.server_errors('regular expression')``.
``new_odoo``  (function) makes such servers for tests that kill, restart or want several:
              ``server = new_odoo()``, then ``server.kill()`` (SIGKILL), ``stop()``, ``start()``,
              ``restart()``; ``new_odoo(server.database)`` is a second node on the same database;
              ``workers=2, crons=1`` as in production.
``smtp``      (function) an empty SMTP sink: ``odoo.use_smtp(smtp)``, then
              ``smtp.wait('customer@example.com')`` returns what arrived, ``smtp.messages`` all;
              ``smtp.answer = '451 later'`` refuses.
``dovecot``   (session) an IMAP server: ``dovecot.mailbox('a@b.c')``, ``stop()`` and ``start()``.
``mailbox``   (function) a new mailbox at it: ``mailbox.deliver(raw_bytes)``,
              ``odoo.use_mailbox(mailbox, 'helpdesk.ticket')``, ``odoo.fetch_mail()``,
              ``mailbox.unseen()``.

``wait_for(condition, what, timeout)`` of odoo_server waits by condition: no test sleeps.
"""

from __future__ import annotations

from fixtures import *  # noqa: F403
