from django.db import migrations

from bigledger_crm.tenancy.migration_operations.v1 import guarded


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0037_keys_without_sequence")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        guarded(
            "invoicing_invoice",
            name="origin_kept",
            event="UPDATE",
            condition="OLD.is_imported <> NEW.is_imported OR OLD.is_opening_balance <> NEW.is_opening_balance",
            message="invoicing_invoice: an invoice keeps its origin",
        ),
    ]
