from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("invoicing", "0039_quote_sums")]
    operations = [
        migrations.RunSQL("SET lock_timeout = '60s'", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "customerday",
            models.Index(
                condition=models.Q(("invoices__gt", 0)),
                fields=["company_id", "customer_id", "day"],
                name="customerday_of_sales",
            ),
        ),
    ]
