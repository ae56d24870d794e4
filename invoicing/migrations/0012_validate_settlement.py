from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0011_written_off")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        ValidateConstraint("invoice", "invoice_never_overpaid"),
        ValidateConstraint("invoice", "invoice_paid_only_when_issued"),
        ValidateConstraint("payment", "payment_exchange_rate_positive"),
        ValidateConstraint("payment", "payment_never_overspent"),
        ValidateConstraint("creditnote", "creditnote_never_overspent"),
        ValidateConstraint("creditnote", "creditnote_goodwill_has_reason"),
    ]
