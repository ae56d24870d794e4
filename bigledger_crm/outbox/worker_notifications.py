"""Telling a worker that an email or event waits.  Only a hint: whatever goes wrong here, the sweeper finds the row."""

import logging
from collections.abc import Sequence
from uuid import UUID

from celery import current_app

from bigledger_crm.kernel import log_context

DELIVER_EMAIL = "bigledger_crm.outbox.tasks.deliver_email"
DELIVER_WEBHOOK = "bigledger_crm.outbox.tasks.tell_endpoint"
CONNECT_SECONDS = 0.5
EXPIRES_SECONDS = 60  # a worker that is far behind skips old notifications; rows that still wait get another
_QUICK = {
    "socket_connect_timeout": CONNECT_SECONDS,
    "socket_timeout": CONNECT_SECONDS,
    "max_retries": 0,
    "retry_on_timeout": False,
}
logger = logging.getLogger(__name__)


def notify_worker(
    row_id: UUID, task: str = DELIVER_EMAIL, *, seconds: float = 0, arguments: Sequence[int] = ()
) -> bool:
    """Asks for a delivery, in so many seconds; tells whether the broker took the message.  Never raises, is quick.

    `arguments` are those that another `task` takes after the row's id.
    """
    try:
        with current_app.connection_for_write(connect_timeout=CONNECT_SECONDS, transport_options=_QUICK) as connection:
            current_app.send_task(
                task,
                (str(row_id), *arguments),
                connection=connection,
                retry=False,
                expires=EXPIRES_SECONDS,
                countdown=seconds or None,
                headers=log_context.headers(),
            )
    except Exception as error:  # noqa: BLE001 - what waits is safe in its row; a broken broker must not fail a sale
        logger.warning("No worker was notified of %s (%s); the sweeper will find it", row_id, error)
        return False
    return True
