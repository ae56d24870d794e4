from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

TYPES = ("brn", "nric", "passport", "army")


EMPTY = Q(
    status="inactive",
    email="",
    phone="",
    website="",
    tax_number="",
    tin="",
    identification_type="",
    identification_number="",
    address__isnull=True,
    billing_address__isnull=True,
    shipping_address__isnull=True,
    tags=[],
    custom_fields={},
)


class Migration(migrations.Migration):
    dependencies = [("customers", "0008_validate_anonymising")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField("customer", "tin", models.CharField(blank=True, default="", max_length=50)),
        migrations.AddField(
            "customer",
            "identification_type",
            models.CharField(
                blank=True, choices=[(value, value) for value in TYPES], default="", max_length=10
            ),
        ),
        migrations.AddField(
            "customer", "identification_number", models.CharField(blank=True, default="", max_length=20)
        ),
        AddConstraintNotValid(
            "customer",
            models.CheckConstraint(
                condition=Q(identification_type="", identification_number="")
                | (Q(identification_type__in=TYPES) & ~Q(identification_number="")),
                name="customer_identification_whole",
            ),
        ),
        migrations.RemoveConstraint("customer", "customer_anonymised_is_empty"),
        AddConstraintNotValid(
            "customer",
            models.CheckConstraint(
                condition=Q(anonymised_at__isnull=True) | EMPTY, name="customer_anonymised_is_empty"
            ),
        ),
    ]
