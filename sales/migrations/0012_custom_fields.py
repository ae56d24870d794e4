from django.db import migrations

from bigledger_crm.custom_fields.migration_operations.v1 import keeps_custom_fields


class Migration(migrations.Migration):
    dependencies = [("sales", "0011_orders_of_customers"), ("custom_fields", "0001_tables")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        *keeps_custom_fields("sales_item", "items"),
    ]
