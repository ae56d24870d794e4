from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Lists of unpaid invoices are planned knowing that most of all invoices are paid, and most of the unpaid are open."""

    atomic = False
    dependencies = [("invoicing", "0046_printed_custom_fields")]
    operations = [
        migrations.RunSQL("SET lock_timeout = '60s'", migrations.RunSQL.noop),
        migrations.RunSQL(
            "CREATE STATISTICS invoice_standing (mcv) ON stage, amount_paid FROM invoicing_invoice",
            "DROP STATISTICS invoice_standing",
        ),
        AddIndexConcurrently(
            "invoice",
            models.Index(
                condition=models.Q(("stage", "open")),
                fields=["company", "amount_due", "id"],
                name="invoice_owed_by_amount",
            ),
        ),
        AddIndexConcurrently(
            "invoice",
            models.Index(
                condition=models.Q(
                    ("amount_paid", 0),
                    models.Q(("stage", "draft"), ("stage", "open"), ("stage", "cancelled"), _connector="OR"),
                ),
                fields=["company", "due_date", "id"],
                name="invoice_unpaid",
            ),
        ),
    ]
