import builtins
import errno
import os
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged


class FullDisk:
    """A file that takes a few bytes, and no more."""

    def __init__(self, file):
        self.file = file

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.file.close()

    def write(self, content):
        self.file.write(content[:3])
        self.file.flush()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@tagged('post_install', '-at_install')
class TestIrAttachment(TransactionCase):
    """The same contents can be kept once there is space again."""

    def test_after_a_full_disk(self):
        self.env['ir.config_parameter'].set_param('ir_attachment.location', 'file')
        values = {'name': 'cup.png', 'raw': os.urandom(100)}
        really_open = builtins.open

        def full_open(path, mode='r', *args, **kwargs):
            file = really_open(path, mode, *args, **kwargs)
            return FullDisk(file) if mode == 'wb' and 'filestore' in str(path) else file

        with patch('builtins.open', full_open), self.assertRaises(OSError):
            self.env['ir.attachment'].create(values)
        attachment = self.env['ir.attachment'].create(values)
        attachment.invalidate_recordset()
        self.assertEqual(attachment.raw, values['raw'])
