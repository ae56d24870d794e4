from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from bigledger_crm.tenancy.migration_operations.v2 import validate_owners


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("invoicing", "0007_owner")]
    operations = [
        migrations.RunSQL("SET lock_timeout = '60s'", migrations.RunSQL.noop),
        validate_owners("invoicing_invoice"),
        AddIndexConcurrently("invoice", models.Index(fields=["company", "owner", "invoice_date", "id"], name="invoice_by_owner")),
    ]
