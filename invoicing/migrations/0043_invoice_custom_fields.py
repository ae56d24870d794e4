from django.db import migrations, models

from bigledger_crm.custom_fields.migration_operations.v1 import keeps_custom_fields
from bigledger_crm.kernel.exact_json import ExactDecoder, ExactEncoder


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0042_invoices_paid"), ("customers", "0004_contact_custom_fields")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            "invoice",
            "custom_fields",
            models.JSONField(blank=True, db_default={}, decoder=ExactDecoder, default=dict, encoder=ExactEncoder),
        ),
        *keeps_custom_fields("invoicing_invoice", "invoices"),
    ]
