from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("invoicing", "0023_validate_einvoice_settings")]
    operations = [
        migrations.RunSQL("SET lock_timeout = '60s'", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "einvoice", models.Index(fields=["company", "kind", "created_at", "id"], name="einvoice_by_kind")
        ),
        AddIndexConcurrently(
            "einvoice",
            models.Index(fields=["company", "is_consolidated", "created_at", "id"], name="einvoice_by_consolidation"),
        ),
    ]
