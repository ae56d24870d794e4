"""Which backups were made."""

from django.db import models

from bigledger_crm.kernel import clock


class Backup(models.Model):
    """One backup of the installation that was begun; without `finished_at` it failed (`error` says why) or still runs.

    `name` is that of the archive in BACKUP_URL, and `size` is in bytes.
    """

    name = models.CharField(max_length=80, unique=True)
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)
    size = models.BigIntegerField(default=0)
    error = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["finished_at"], name="backup_by_finish")]
        constraints = [
            models.CheckConstraint(condition=models.Q(size__gte=0), name="backup_size_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name
