from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

# Reports read indexes only, as long as VACUUM has told which rows everybody sees.  PostgreSQL would wait for a fifth of
# the rows to change, which are the newest ones, that are asked for most.
_TABLES = (
    *("customers_receivableentry", "invoicing_allocation", "invoicing_creditnote", "invoicing_customerday"),
    *("invoicing_customeritem", "invoicing_invoice", "invoicing_payment", "sales_quote", "sales_salesorder"),
)
_IN_USUAL_TIME = models.ExpressionWrapper(models.F("invoice_date") + models.Value(120), output_field=models.DateField())
_SETTINGS = ("autovacuum_vacuum_scale_factor", "autovacuum_vacuum_insert_scale_factor")


class Migration(migrations.Migration):
    """What was owed on a past day is told by the dates of allocations, and how customers pay by an index of its own."""

    atomic = False
    dependencies = [
        ("invoicing", "0044_allocation_dates"),
        ("sales", "0014_custom_fields_of_documents"),
    ]
    operations = [
        migrations.RunSQL("SET lock_timeout = '60s'", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "allocation",
            models.Index(
                fields=["company", "allocation_date"],
                include=["invoice_date", "invoice", "amount"],
                name="allocation_by_days",
            ),
        ),
        AddIndexConcurrently(
            "allocation",
            models.Index(
                condition=models.Q(("allocation_date__gt", _IN_USUAL_TIME)),
                fields=["company", "allocation_date"],
                include=["invoice_date", "invoice", "amount"],
                name="allocation_late",
            ),
        ),
        AddIndexConcurrently(
            "allocation",
            models.Index(
                condition=models.Q(("allocation_date__gt", models.F("source_date"))),
                fields=["company", "allocation_date"],
                include=["source_date", "payment", "credit_note", "amount"],
                name="allocation_after_source",
            ),
        ),
        RemoveIndexConcurrently("allocation", "allocation_by_date"),
        AddIndexConcurrently(
            "invoice",
            models.Index(
                condition=models.Q(("last_payment_date__gt", _IN_USUAL_TIME), ("stage", "paid")),
                fields=["company", "last_payment_date"],
                include=["id", "invoice_date", "due_date", "customer", "owner", "currency", "exchange_rate"],
                name="invoice_paid_late",
            ),
        ),
        AddIndexConcurrently(
            "invoice",
            models.Index(
                condition=models.Q(("stage", "paid")),
                fields=["company", "customer", "last_payment_date"],
                include=["invoice_date", "due_date"],
                name="invoice_paid_by_customer",
            ),
        ),
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} SET ({', '.join(f'{name} = 0.02' for name in _SETTINGS)})",
                f"ALTER TABLE {table} RESET ({', '.join(_SETTINGS)})",
            )
            for table in _TABLES
        ),
    ]
