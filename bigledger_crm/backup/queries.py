"""How old the last backup is."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max, Min

from bigledger_crm.backup.models import Backup
from bigledger_crm.kernel import clock

# A nightly backup, and the time that it may take.
LATE_BACKUP = timedelta(hours=26)


def late_backup() -> datetime | None:
    """When the last backup had begun, if that is too long ago; None where BACKUP_URL is off."""
    if settings.BACKUP_STORAGE is None:
        return None
    begun = last_backup()
    return begun if clock.now() - begun > LATE_BACKUP else None


def last_backup() -> datetime:
    """When the last backup that was finished had begun; before the first one, when the database was made."""
    newest = Backup.objects.filter(finished_at__isnull=False).aggregate(newest=Max("started_at"))["newest"]
    found: datetime = newest or MigrationRecorder.Migration.objects.aggregate(first=Min("applied"))["first"]
    return found
