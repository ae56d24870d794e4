from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("customers", "0014_row_changes")]
    operations = [
        migrations.RunSQL("SET lock_timeout = '60s'", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "receivableentry",
            models.Index(
                fields=["company", "entry_date"],
                include=["kind", "document_id"],
                condition=Q(kind="cancellation") | Q(kind="void"),
                name="receivableentry_withdrawals",
            ),
        ),
    ]
