from decimal import Decimal

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0017_company_payment_qr")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            "company",
            "small_difference_tolerance",
            models.DecimalField(decimal_places=4, default=Decimal("0.05"), max_digits=19),
        ),
        AddConstraintNotValid(
            "company",
            models.CheckConstraint(
                condition=models.Q(small_difference_tolerance__gte=0), name="company_small_difference_positive"
            ),
        ),
    ]
