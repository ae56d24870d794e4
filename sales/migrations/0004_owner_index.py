from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from bigledger_crm.tenancy.migration_operations.v2 import validate_owners


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("sales", "0003_owner")]
    operations = [
        migrations.RunSQL("SET lock_timeout = '60s'", migrations.RunSQL.noop),
        validate_owners("sales_quote"),
        AddIndexConcurrently("quote", models.Index(fields=["company", "owner", "quote_date", "id"], name="quote_by_owner")),
        validate_owners("sales_salesorder"),
        AddIndexConcurrently("salesorder", models.Index(fields=["company", "owner", "order_date", "id"], name="salesorder_by_owner")),
    ]
