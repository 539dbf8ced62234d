"""What PostgreSQL raises when somebody else was at the same rows: it goes well the next time."""

from psycopg2.errors import DeadlockDetected, LockNotAvailable, SerializationFailure

from odoo.exceptions import ConcurrencyError

RETRIABLE = (ConcurrencyError, SerializationFailure, DeadlockDetected, LockNotAvailable)
MAX_TRIES = 5
