from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0012_setup_steps")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            "company",
            "max_discount_percent",
            models.DecimalField(blank=True, decimal_places=4, max_digits=7, null=True),
        ),
        AddConstraintNotValid(
            "company",
            models.CheckConstraint(
                condition=models.Q(max_discount_percent__range=(0, 100)), name="company_max_discount_percent_is_one"
            ),
        ),
    ]
