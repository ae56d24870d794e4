from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from bigledger_crm.tenancy.migration_operations.v2 import validate_owners


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("customers", "0003_owner")]
    operations = [
        migrations.RunSQL("SET lock_timeout = '60s'", migrations.RunSQL.noop),
        validate_owners("customers_customer"),
        AddIndexConcurrently("customer", models.Index(fields=["company", "owner", "created_at", "id"], name="customer_by_owner")),
    ]
