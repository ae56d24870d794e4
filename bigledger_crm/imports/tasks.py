"""The background tasks of imports."""

from uuid import UUID

from celery import shared_task

from bigledger_crm.imports.services import deleting, working
from bigledger_crm.schedule.services import run_once


@shared_task(name=working.TASK, ignore_result=True)
def work_on_import(import_id: str) -> None:
    """Goes on with an import for a while."""
    working.work(UUID(import_id))


@shared_task(ignore_result=True)
def sweep_imports() -> None:
    """Notifies workers of imports that nobody is at."""
    run_once("sweep-imports", working.sweep)


@shared_task(ignore_result=True)
def delete_old_imports() -> None:
    """Deletes the rows and files of imports that are no longer needed."""
    run_once("delete-old-imports", deleting.delete_old)
