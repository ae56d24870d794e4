"""Periodic jobs in the admin: when they ran, and how they failed last."""

from datetime import timedelta

from django.conf import settings
from django.contrib import admin

from bigledger_crm.schedule.models import JobFailure, JobRun
from bigledger_crm.tenancy.admin_base import ReadOnlyInstallationAdmin, one_of

_JOB = one_of("job", tuple(settings.CELERY_BEAT_SCHEDULE))


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyInstallationAdmin):
    """The runs of the last day.  One without an end is at work, or its process was killed."""

    list_display = ["job", "started_at", "finished_at", "duration"]
    list_filter = [_JOB, ("finished_at", admin.EmptyFieldListFilter)]
    search_fields = ["job"]

    @admin.display(description="Duration")
    def duration(self, run: JobRun) -> timedelta | None:
        """How long the run took."""
        return run.finished_at - run.started_at if run.finished_at else None


@admin.register(JobFailure)
class JobFailureAdmin(ReadOnlyInstallationAdmin):
    """The last failure of each job; it may have run since."""

    list_display = ["job", "failed_at", "error"]
    list_filter = ["failed_at"]
    search_fields = ["job", "error"]
