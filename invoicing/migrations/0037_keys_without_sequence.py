from django.db import migrations

from bigledger_crm.tenancy.migration_operations.v2 import key_without_sequence


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0036_validate_journal_purposes")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        key_without_sequence("invoicing_saleschange"),
        key_without_sequence("invoicing_salessum"),
        key_without_sequence("invoicing_customerday"),
        key_without_sequence("invoicing_customeritem"),
    ]
