from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("invoicing", "0028_validate_report_emails")]
    operations = [
        migrations.RunSQL("SET lock_timeout = '60s'", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "invoice",
            models.Index(
                fields=["company", "customer", "invoice_date", "id"],
                include=["status", "stage", "total", "exchange_rate", "due_date", "last_payment_date"],
                name="invoice_of_customer",
            ),
        ),
        RemoveIndexConcurrently("invoice", "invoice_by_customer"),
        AddIndexConcurrently(
            "invoice",
            models.Index(
                fields=["company", "stage", "invoice_date"],
                include=["id", "total", "total_tax", "shipping_cost", "exchange_rate", "customer", "owner"],
                name="invoice_sales_by_day",
            ),
        ),
        RemoveIndexConcurrently("invoice", "invoice_sales"),
        AddIndexConcurrently(
            "invoice",
            models.Index(
                fields=["company", "stage", "last_payment_date"],
                include=["invoice_date", "due_date", "customer"],
                name="invoice_by_paying_day",
            ),
        ),
        RemoveIndexConcurrently("invoice", "invoice_by_last_payment"),
        AddIndexConcurrently(
            "invoice",
            models.Index(
                fields=["company", "due_date"],
                include=["invoice_date", "customer", "owner", "currency", "exchange_rate", "amount_due"],
                condition=Q(stage="open"),
                name="invoice_open",
            ),
        ),
        AddIndexConcurrently(
            "creditnote",
            models.Index(
                fields=["company", "credit_note_date", "id"],
                include=["total", "total_tax", "shipping_cost", "exchange_rate", "customer", "invoice"],
                name="creditnote_sales_by_day",
            ),
        ),
        RemoveIndexConcurrently("creditnote", "creditnote_by_date"),
        AddIndexConcurrently(
            "allocation",
            models.Index(
                fields=["company", "allocation_date"],
                include=["invoice", "payment", "credit_note", "amount"],
                name="allocation_by_date",
            ),
        ),
    ]
