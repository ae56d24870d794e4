from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("sales", "0012_custom_fields")]
    operations = [
        migrations.RunSQL("SET lock_timeout = '60s'", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "salesorder",
            models.Index(
                condition=models.Q(("quote", None)),
                fields=["company", "order_date"],
                include=["status", "total", "exchange_rate"],
                name="salesorder_direct",
            ),
        ),
    ]
