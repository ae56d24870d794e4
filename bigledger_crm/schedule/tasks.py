"""The background tasks of the schedule itself."""

from celery import shared_task

from bigledger_crm.schedule import services


@shared_task(ignore_result=True)
def forget_job_runs() -> None:
    """Deletes the records of old runs."""
    services.run_once("forget-job-runs", services.forget_old_runs)
