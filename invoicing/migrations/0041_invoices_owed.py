from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Receivables ask for the keys of open invoices too, to add what was settled later."""

    atomic = False
    dependencies = [("invoicing", "0040_days_of_customers")]
    operations = [
        migrations.RunSQL("SET lock_timeout = '60s'", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "invoice",
            models.Index(
                condition=models.Q(("stage", "open")),
                fields=["company", "due_date"],
                include=["id", "invoice_date", "customer", "owner", "currency", "exchange_rate", "amount_due"],
                name="invoice_owed",
            ),
        ),
        RemoveIndexConcurrently("invoice", "invoice_open"),
    ]
