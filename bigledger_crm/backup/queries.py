"""How old the last backup is."""

from datetime import datetime, timedelta

from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max, Min

from bigledger_crm.backup.models import Backup

# A nightly backup, and the time that it may take.
LATE_BACKUP = timedelta(hours=26)


def last_backup() -> datetime:
    """When the last backup that was finished had begun; before the first one, when the database was made."""
    newest = Backup.objects.filter(finished_at__isnull=False).aggregate(newest=Max("started_at"))["newest"]
    found: datetime = newest or MigrationRecorder.Migration.objects.aggregate(first=Min("applied"))["first"]
    return found
