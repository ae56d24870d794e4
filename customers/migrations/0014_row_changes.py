from django.db import migrations

from bigledger_crm.tenancy.migration_operations.v4 import notes_changes


class Migration(migrations.Migration):
    dependencies = [("customers", "0013_tin_unchecked"), ("tenancy", "0022_row_changes")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        *notes_changes("customers_customer"),
    ]
