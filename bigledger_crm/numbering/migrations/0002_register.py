import django.db.models.deletion
from django.db import migrations, models

import bigledger_crm.kernel.clock
import bigledger_crm.kernel.ids


def _common() -> list[tuple[str, models.Field]]:
    key = models.UUIDField(
        default=bigledger_crm.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
    )
    company = models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.company"
    )
    return [
        ("id", key),
        ("kind", models.CharField(max_length=20)),
        ("year", models.PositiveSmallIntegerField()),
        ("month", models.PositiveSmallIntegerField()),
        ("company", company),
    ]


class Migration(migrations.Migration):
    dependencies = [("numbering", "0001_initial"), ("tenancy", "0006_validate_number_patterns")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            "documentsequence", "month", models.PositiveSmallIntegerField(db_default=0, default=0)
        ),
        migrations.CreateModel(
            "AssignedNumber",
            [
                *_common(),
                ("value", models.PositiveIntegerField()),
                ("number", models.CharField(max_length=60)),
            ],
            options={
                "abstract": False,
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("company", "kind", "number"), name="assignednumber_once"),
                    models.UniqueConstraint(
                        fields=("company", "kind", "year", "month", "value"), name="assignednumber_value_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            "SkippedNumbers",
            [
                *_common(),
                ("first_value", models.PositiveIntegerField()),
                ("last_value", models.PositiveIntegerField()),
                ("created_at", models.DateTimeField(default=bigledger_crm.kernel.clock.now, editable=False)),
            ],
            options={
                "verbose_name_plural": "skipped numbers",
                "abstract": False,
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "kind", "year", "month", "first_value"), name="skippednumbers_once"
                    ),
                ],
            },
        ),
    ]
