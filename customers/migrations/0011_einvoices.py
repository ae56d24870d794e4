from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

PREFERENCES = ("individual", "consolidated")
CHECKS = ("matches", "differs", "unknown")


class Migration(migrations.Migration):
    dependencies = [("customers", "0010_validate_identification")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            "customer",
            "einvoice_preference",
            models.CharField(choices=[(value, value) for value in PREFERENCES], default="individual", max_length=12),
        ),
        migrations.AddField("customer", "is_government", models.BooleanField(default=False)),
        migrations.AddField(
            "customer",
            "tin_check",
            models.CharField(
                blank=True, choices=[(value, value) for value in CHECKS], default="", editable=False, max_length=10
            ),
        ),
        migrations.AddField("customer", "tin_checked_at", models.DateTimeField(editable=False, null=True)),
        AddConstraintNotValid(
            "customer",
            models.CheckConstraint(
                condition=Q(einvoice_preference__in=PREFERENCES), name="customer_einvoice_preference_known"
            ),
        ),
        AddConstraintNotValid(
            "customer",
            models.CheckConstraint(
                condition=Q(tin_check="", tin_checked_at__isnull=True)
                | Q(tin_check__in=CHECKS, tin_checked_at__isnull=False) & ~Q(tin="") & ~Q(identification_number=""),
                name="customer_tin_check_of_numbers",
            ),
        ),
    ]
