"""Writing down what can't be found out again, even while the database restarts."""

import logging
import time
from collections.abc import Callable

from django.db import InterfaceError, OperationalError, connection

PATIENCE_SECONDS = 40.0  # with the longest conversation still within a task's time
PAUSE_SECONDS = 0.5
logger = logging.getLogger(__name__)


def retry_while_database_restarts(note: Callable[[], None]) -> None:
    """Calls `note`, a transaction that may be repeated, until the database takes it; its error after 40 seconds."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return note()
        except (InterfaceError, OperationalError) as error:
            if connection.in_atomic_block or time.monotonic() > end:
                raise
            logger.warning("The database is unreachable; a delivery result is waiting for it: %s", error)
            connection.close()
            time.sleep(PAUSE_SECONDS)
