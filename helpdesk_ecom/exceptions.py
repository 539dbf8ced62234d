"""Errors that the web client tells from others."""

from odoo.exceptions import UserError


class CustomerWroteMeanwhile(UserError):
    """An answer was held: its author has not seen what the customer wrote last."""

    def __init__(self, message, message_id, author, text):
        super().__init__(message)
        self.context = {'message_id': message_id, 'author': author, 'text': text}
