from django.db import migrations, models

import bigledger_crm.kernel.clock
from bigledger_crm.tenancy.migration_operations.v1 import guarded
from bigledger_crm.tenancy.migration_operations.v3 import replaced


def kept(condition: str) -> migrations.RunSQL:
    return guarded(
        "documents_storeddocument",
        name="kept",
        event="DELETE",
        condition=condition,
        message="A stored document is kept",
        truncate=True,
    )


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_guards"), ("audit", "0004_erasure")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            "FileToDelete",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=255)),
                ("created_at", models.DateTimeField(default=bigledger_crm.kernel.clock.now)),
            ],
        ),
        # What was erased wholly has no printed document either.
        replaced(kept("TRUE"), kept("NOT audit_is_erased(OLD.company_id, OLD.document_id, TRUE)")),
    ]
