from django.db import migrations

from bigledger_crm.tenancy.migration_operations.v2 import key_without_sequence


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0002_integrity")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        key_without_sequence("tenancy_rowchanges"),
    ]
