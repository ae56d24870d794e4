from django.db import migrations, models

from bigledger_crm.tenancy.migration_operations.v4 import change_notes


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0021_own_records_only")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="RowChanges",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("company_id", models.UUIDField()),
                ("table_name", models.CharField(max_length=63)),
                ("changes", models.BigIntegerField()),
            ],
            options={"indexes": [models.Index(fields=["company_id", "table_name"], name="rowchanges_by_table")]},
        ),
        change_notes(),
    ]
