"""What runs inside of Odoo: each function takes ``env`` (superuser) and plain arguments."""
