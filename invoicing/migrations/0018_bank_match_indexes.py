from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("invoicing", "0017_bank_match")]
    operations = [
        migrations.RunSQL("SET lock_timeout = '60s'", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "invoice",
            models.Index(
                fields=["company", "currency", "amount_due", "id"],
                condition=Q(stage="open"),
                name="invoice_open_by_amount_due",
            ),
        ),
        AddIndexConcurrently(
            "banktransaction",
            models.Index(
                fields=["company", "counterparty_account", "id"],
                condition=Q(status="matched") & ~Q(counterparty_account=""),
                name="banktransaction_by_payer",
            ),
        ),
        AddIndexConcurrently(
            "banktransaction",
            models.Index(
                fields=["company", "counterparty_name", "id"],
                condition=Q(status="matched") & ~Q(counterparty_name=""),
                name="banktransaction_by_payer_name",
            ),
        ),
    ]
