from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("sales", "0010_origin_kept")]
    operations = [
        migrations.RunSQL("SET lock_timeout = '60s'", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "salesorder",
            models.Index(
                fields=["company", "customer", "order_date", "id"],
                include=["status"],
                name="salesorder_of_customer",
            ),
        ),
        RemoveIndexConcurrently("salesorder", "salesorder_by_customer"),
    ]
