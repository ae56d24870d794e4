"""What was done when."""

from django.db import models

from bigledger_crm.kernel import clock


class JobRun(models.Model):
    """One run of a periodic job.  `slot` is the start of the span of time that the run is for."""

    job = models.CharField(max_length=60)
    slot = models.DateTimeField()
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "slot"], name="jobrun_once")]
        indexes = [models.Index(fields=["started_at"], name="jobrun_by_start")]

    def __str__(self) -> str:
        return f"{self.job} at {self.slot:%Y-%m-%d %H:%M:%S}"


class JobFailure(models.Model):
    """How a periodic job failed last.  A run that fails leaves no JobRun, so that its slot can be tried again."""

    job = models.CharField(max_length=60, primary_key=True)
    failed_at = models.DateTimeField(default=clock.now)
    error = models.TextField()

    def __str__(self) -> str:
        return f"{self.job} failed at {self.failed_at:%Y-%m-%d %H:%M:%S}"
