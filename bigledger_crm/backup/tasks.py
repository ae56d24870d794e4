"""The background tasks of backups."""

from celery import shared_task

from bigledger_crm.backup import services
from bigledger_crm.schedule.services import run_once

_HOURS = 3600


@shared_task(ignore_result=True, soft_time_limit=6 * _HOURS, time_limit=6 * _HOURS + 60)
def back_up_nightly() -> None:
    """Makes the nightly backup when it is due."""
    run_once("back-up", services.back_up_when_due)
