from django.db import migrations

from customers.triggers import lets_mergers_pass


class Migration(migrations.Migration):
    dependencies = [("sales", "0005_days_in_indexes"), ("customers", "0006_merging")]
    operations = [
        lets_mergers_pass("sales_quote_draft_only"),
        lets_mergers_pass("sales_salesorder_draft_only"),
    ]
