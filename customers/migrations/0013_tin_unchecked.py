from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("customers", "0012_validate_einvoices")]
    operations = [
        migrations.RunSQL("SET lock_timeout = '60s'", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "customer",
            models.Index(
                fields=["company", "id"],
                condition=Q(tin_check="") & ~Q(tin="") & ~Q(identification_number=""),
                name="customer_tin_unchecked",
            ),
        ),
    ]
