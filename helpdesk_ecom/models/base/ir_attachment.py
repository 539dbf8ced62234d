import os
from contextlib import suppress

from odoo import api, models


class IrAttachment(models.Model):
    """A full disk must not poison files: what comes again has to find its place."""

    _inherit = 'ir.attachment'

    @api.model
    def _file_write(self, bin_value, checksum):
        """Override of `base`: leave nothing behind of a file that could not be written whole.

        Odoo leaves what it has written so far under the name of the contents, and from then on
        refuses the contents, as they "collide" with it.

        :raise OSError: as before, such as with a full disk.
        """
        try:
            return super()._file_write(bin_value, checksum)
        except OSError:
            path = self._full_path(f'{checksum[:2]}/{checksum}')
            with suppress(OSError):
                if os.path.getsize(path) != len(bin_value):
                    os.unlink(path)
            raise
