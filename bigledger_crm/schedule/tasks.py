"""The background tasks of the schedule itself."""

from celery import shared_task

from bigledger_crm.schedule import services
from bigledger_crm.tenancy.row_changes import merge_row_changes


@shared_task(ignore_result=True)
def forget_job_runs() -> None:
    """Deletes the records of old runs."""
    services.run_once("forget-job-runs", services.forget_old_runs)


@shared_task(ignore_result=True)
def merge_noted_changes() -> None:
    """Makes one note of many changes of a table."""
    services.run_once("merge-noted-changes", merge_row_changes)
