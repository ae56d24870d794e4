from django.db import migrations

from bigledger_crm.tenancy.migration_operations.v5 import key_without_sequence


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_erasing")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        key_without_sequence("documents_filetodelete"),
    ]
