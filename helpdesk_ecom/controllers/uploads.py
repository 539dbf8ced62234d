"""How much customers may send at once."""

import os

from odoo.http import request

MAX_FILES = 10
MAX_FILE_SIZE = 20 * 1024 * 1024  # bytes, each


def check_files(files):
    """Return what is wrong with uploaded files, in the language of the request; None if nothing.

    :param files: list of werkzeug's `FileStorage`; they are rewound.
    """
    if len(files) > MAX_FILES:
        return request.env._('Please attach at most %(count)s files.', count=MAX_FILES)
    for file in files:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        if size > MAX_FILE_SIZE:
            return request.env._(
                '"%(file)s" is too large: a file may have %(size)s MB.',
                file=file.filename,
                size=MAX_FILE_SIZE // 1024**2,
            )
    return None
