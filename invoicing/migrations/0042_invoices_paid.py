from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """What was owed on a past day, and what a customer buys most, are told from indexes alone."""

    atomic = False
    dependencies = [("invoicing", "0041_invoices_owed")]
    operations = [
        migrations.RunSQL("SET lock_timeout = '60s'", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "customeritem",
            models.Index(
                models.F("company_id"),
                models.F("customer_id"),
                models.OrderBy(models.F("value"), descending=True),
                name="customeritem_by_value",
            ),
        ),
        AddIndexConcurrently(
            "invoice",
            models.Index(
                fields=["company", "stage", "last_payment_date"],
                include=["id", "invoice_date", "due_date", "customer", "owner", "currency", "exchange_rate"],
                name="invoice_paid",
            ),
        ),
        RemoveIndexConcurrently("invoice", "invoice_by_paying_day"),
    ]
