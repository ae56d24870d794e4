from django.db import migrations

from bigledger_crm.tenancy.migration_operations.v1 import guarded


class Migration(migrations.Migration):
    dependencies = [("sales", "0009_imported")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        guarded(
            "sales_quote",
            name="origin_kept",
            event="UPDATE",
            condition="OLD.is_imported <> NEW.is_imported",
            message="sales_quote: a quote keeps its origin",
        ),
        guarded(
            "sales_salesorder",
            name="origin_kept",
            event="UPDATE",
            condition="OLD.is_imported <> NEW.is_imported",
            message="sales_salesorder: an order keeps its origin",
        ),
    ]
