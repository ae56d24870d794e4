from django.db import migrations

from customers.triggers import lets_mergers_pass


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0009_reminders"), ("customers", "0006_merging")]
    operations = [
        lets_mergers_pass("invoicing_invoice_draft_only"),
        lets_mergers_pass("invoicing_invoice_cancelled_kept"),
        lets_mergers_pass("invoicing_payment_kept"),
        lets_mergers_pass("invoicing_creditnote_refuse_change"),
    ]
