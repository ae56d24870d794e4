from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

INVOICES = (
    models.Index(
        fields=["company", "due_date", "id"],
        condition=Q(stage="open", overdue_noted_at=None),
        name="invoice_overdue_untold",
    ),
    models.Index(fields=["company", "amount_due", "id"], name="invoice_by_amount_due"),
    models.Index(fields=["company", "stage", "invoice_date", "id"], name="invoice_by_stage"),
    models.Index(
        fields=["company", "stage", "invoice_date"],
        include=["id", "total", "exchange_rate", "customer"],
        name="invoice_sales",
    ),
    models.Index(
        fields=["company", "stage", "due_date", "id"],
        include=["amount_due", "exchange_rate"],
        name="invoice_by_standing",
    ),
    models.Index(
        fields=["company", "stage", "last_payment_date"],
        include=["invoice_date", "due_date"],
        name="invoice_by_last_payment",
    ),
)


def with_credit(day, name):
    return models.Index(fields=["company", "customer", day, "id"], condition=Q(unapplied__gt=0), name=name)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("invoicing", "0012_validate_settlement")]
    operations = [
        migrations.RunSQL("SET lock_timeout = '60s'", migrations.RunSQL.noop),
        *(AddIndexConcurrently("invoice", index) for index in INVOICES),
        AddIndexConcurrently("payment", with_credit("payment_date", "payment_with_credit")),
        AddIndexConcurrently("creditnote", with_credit("credit_note_date", "creditnote_with_credit")),
    ]
