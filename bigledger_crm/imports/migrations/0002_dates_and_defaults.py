from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

_ORDER_KNOWN = models.Q(date_order__in=["", "dmy", "mdy"])


def _fields(model: str) -> list[migrations.AddField]:
    order = models.CharField(blank=True, db_default="", default="", max_length=3)
    return [
        migrations.AddField(model, "date_order", order),
        migrations.AddField(model, "meanings", models.JSONField(db_default={}, default=dict)),
        migrations.AddField(model, "defaults", models.JSONField(db_default={}, default=dict)),
    ]


class Migration(migrations.Migration):
    dependencies = [("imports", "0001_tables")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        *_fields("import"),
        *_fields("importmapping"),
        AddConstraintNotValid("import", models.CheckConstraint(condition=_ORDER_KNOWN, name="import_date_order")),
        AddConstraintNotValid(
            "importmapping", models.CheckConstraint(condition=_ORDER_KNOWN, name="importmapping_date_order")
        ),
    ]
