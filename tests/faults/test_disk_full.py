"""The disk is full while customers write."""

from contextlib import ExitStack

import pytest
from cluster import Cluster
from disk import SmallDisk
from odoo_server import OdooServer, database_copy, wait_for
from traffic import Traffic, compare_mails, make_mails

pytestmark = pytest.mark.server_errors('.*')
MAILS = 4


@pytest.fixture
def stack():
    with ExitStack() as stack:
        yield stack


def test_disk_of_the_database(stack, tmp_path, attempt, report):
    """What can't be stored is not acknowledged, so it comes again."""
    disk = SmallDisk(tmp_path / 'small', 900)
    stack.callback(disk.close)
    cluster = Cluster(tmp_path / 'pg', tmp_path / 'small' / 'data', disk.prefix)
    stack.callback(cluster.close)
    cluster.create().load('desk')
    server = OdooServer(
        'desk', tmp_path / 'odoo', workers=2, crons=1, environment=cluster.environment
    )
    stack.callback(server.kill)
    server.start()
    traffic = Traffic(server).start()
    traffic.wait_for_some(10)
    disk.fill()
    try:
        wait_for(lambda: 'No space left' in cluster.log.read_text(), 'a full disk', 120)
    finally:
        disk.free()
    report('the disk of the database is full', traffic.finish())


def test_disk_of_the_files(stack, dovecot, mailbox, tmp_path, attempt, report):
    """Mails with files are kept, and come once there is space again."""
    disk = SmallDisk(tmp_path / 'odoo' / 'data', 16)
    stack.callback(disk.close)
    database = stack.enter_context(database_copy(f'system_disk_{attempt}'))
    server = OdooServer(database, tmp_path / 'odoo', prefix=disk.prefix)
    stack.callback(server.kill)
    server.start()
    server.sql("DELETE FROM ir_config_parameter WHERE key = 'ir_attachment.location'")
    server.restart()
    server.use_alias_domain()
    server.use_mailbox(mailbox)
    mails = make_mails(MAILS, attempt)
    for number, mail in enumerate(mails):
        mail.add_attachment(
            bytes([number]) * 300_000, maintype='image', subtype='png', filename='cup.png'
        )
    mailbox.deliver(*mails)
    disk.fill()
    server.fetch_mail()
    disk.free()
    server.fetch_mail()
    server.run_cron('helpdesk_ecom.ir_cron_retry_parked_mail')
    rows = server.sql(
        'SELECT ticket.name FROM helpdesk_ticket ticket JOIN ir_attachment attachment '
        "ON attachment.res_model = 'helpdesk.ticket' AND attachment.res_id = ticket.id "
        'WHERE ticket.name LIKE %s AND attachment.file_size = 300000',
        'Broken cup%',
    )
    report('the disk of the files is full', compare_mails(mails, rows))
