from django.db import migrations

from bigledger_crm.tenancy.migration_operations.v4 import notes_changes


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0025_saved_reports"), ("tenancy", "0022_row_changes")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        *notes_changes("invoicing_invoice"),
        *notes_changes("invoicing_creditnote"),
        *notes_changes("invoicing_payment"),
        *notes_changes("invoicing_journalentry"),
        *notes_changes("invoicing_einvoice"),
        *notes_changes("invoicing_banktransaction"),
    ]
