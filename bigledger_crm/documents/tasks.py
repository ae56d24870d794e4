"""The background tasks of stored files."""

from celery import shared_task

from bigledger_crm.documents import deleting
from bigledger_crm.schedule.services import run_once


@shared_task(ignore_result=True)
def delete_waiting_files() -> None:
    """Deletes the files that should be gone, and whose process died before they were."""
    run_once("delete-waiting-files", deleting.delete_waiting_files)
