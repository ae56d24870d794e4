from django.db import migrations, models

from bigledger_crm.custom_fields.migration_operations.v1 import keeps_custom_fields
from bigledger_crm.kernel.exact_json import ExactDecoder, ExactEncoder
from bigledger_crm.tenancy.migration_operations.v1 import guarded
from customers.migration_operations.v1 import ERASED


def custom_fields() -> models.JSONField:
    return models.JSONField(blank=True, db_default={}, decoder=ExactDecoder, default=dict, encoder=ExactEncoder)


class Migration(migrations.Migration):
    """A quote that was sent stays as it is, its custom fields too; those of an order change until it is cancelled."""

    dependencies = [("sales", "0013_direct_orders"), ("customers", "0004_contact_custom_fields")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField("quote", "custom_fields", custom_fields()),
        migrations.AddField("salesorder", "custom_fields", custom_fields()),
        *keeps_custom_fields("sales_quote", "quotes"),
        *keeps_custom_fields("sales_salesorder", "sales-orders"),
        guarded(
            "sales_quote",
            name="custom_fields_kept",
            event="UPDATE",
            condition="OLD.status <> 'draft' AND OLD.custom_fields IS DISTINCT FROM NEW.custom_fields",
            message="sales_quote: only drafts can be edited, also their custom fields",
            update_allowed_if=ERASED,
        ),
        guarded(
            "sales_salesorder",
            name="custom_fields_kept",
            event="UPDATE",
            condition="OLD.status = 'cancelled' AND OLD.custom_fields IS DISTINCT FROM NEW.custom_fields",
            message="sales_salesorder: the custom fields of a cancelled order stay",
            update_allowed_if=ERASED,
        ),
    ]
