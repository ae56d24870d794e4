from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

TYPES = ("01", "02", "03", "04", "05", "06", "E")


class Migration(migrations.Migration):
    dependencies = [("sales", "0005_erasing")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            "taxcode",
            "tax_type",
            models.CharField(blank=True, choices=[(value, value) for value in TYPES], default="", max_length=2),
        ),
        migrations.AddField("taxcode", "exemption_reason", models.CharField(blank=True, default="", max_length=300)),
        migrations.AddField("item", "classification_code", models.CharField(blank=True, default="", max_length=3)),
        AddConstraintNotValid(
            "taxcode", models.CheckConstraint(condition=Q(tax_type__in=["", *TYPES]), name="taxcode_type_known")
        ),
    ]
