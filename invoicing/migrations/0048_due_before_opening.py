from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """An opening balance can have been due before its own date; all rows that the old constraint took are fine."""

    dependencies = [("invoicing", "0047_statistics_of_invoices")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.RemoveConstraint("invoice", "invoice_dates_in_order"),
        AddConstraintNotValid(
            "invoice",
            models.CheckConstraint(
                condition=models.Q(
                    ("due_date__gte", models.F("invoice_date")), ("is_opening_balance", True), _connector="OR"
                ),
                name="invoice_dates_in_order",
            ),
        ),
    ]
