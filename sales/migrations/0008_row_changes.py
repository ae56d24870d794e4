from django.db import migrations

from bigledger_crm.tenancy.migration_operations.v4 import notes_changes


class Migration(migrations.Migration):
    dependencies = [("sales", "0007_validate_tax_types"), ("tenancy", "0022_row_changes")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        *notes_changes("sales_item"),
        *notes_changes("sales_quote"),
        *notes_changes("sales_salesorder"),
    ]
