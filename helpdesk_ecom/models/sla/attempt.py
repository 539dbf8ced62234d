"""Try what may fail without harm to the rest of a transaction."""

from contextlib import contextmanager

from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY


class Attempt:
    """How it went: ``error`` is the exception, None if all is well."""

    error = None


@contextmanager
def attempt(env):
    """Undo the block if it raises, and say so instead of raising.

    That somebody else was faster concerns the whole transaction: it is raised all the same.
    """
    outcome = Attempt()
    try:
        with env.cr.savepoint():
            yield outcome
    except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
        raise
    except Exception as error:
        outcome.error = error
        if env.registry.cache_invalidated:
            env.registry.clear_cache()  # of what was undone
        # Mails that were undone must not be sent with the commit. Those of other blocks are in the
        # outbox, and leave with its own job.
        env.cr.postcommit.clear()
        env.ref('mail.ir_cron_mail_scheduler_action')._trigger()
