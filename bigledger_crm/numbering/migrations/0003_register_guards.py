from django.db import migrations, models

from bigledger_crm.tenancy.migration_operations.v1 import append_only


class Migration(migrations.Migration):
    dependencies = [("numbering", "0002_register")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        append_only("numbering_assignednumber"),
        append_only("numbering_skippednumbers"),
        migrations.AddConstraint(
            "documentsequence",
            models.UniqueConstraint(
                fields=("company", "kind", "year", "month"), name="documentsequence_one_per_series"
            ),
        ),
        migrations.RemoveConstraint("documentsequence", "documentsequence_series"),
    ]
