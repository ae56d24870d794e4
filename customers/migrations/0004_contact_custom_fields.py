from django.db import migrations, models

from bigledger_crm.custom_fields.migration_operations.v1 import keeps_custom_fields
from bigledger_crm.kernel.exact_json import ExactDecoder, ExactEncoder
from customers.migration_operations.v2 import only_erased


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_custom_fields")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            "contact",
            "custom_fields",
            models.JSONField(blank=True, db_default={}, decoder=ExactDecoder, default=dict, encoder=ExactEncoder),
        ),
        *keeps_custom_fields("customers_contact", "contacts"),
        only_erased(),
    ]
