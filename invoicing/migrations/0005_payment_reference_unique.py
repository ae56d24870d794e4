from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

_INDEX = "invoice_payment_reference_unique"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("invoicing", "0004_fill_payment_references")]
    operations = [
        migrations.RunSQL("SET lock_timeout = '60s'", migrations.RunSQL.noop),
        AddConstraintNotValid(
            "invoice",
            models.CheckConstraint(
                condition=models.Q(payment_reference__regex=r"^RF[0-9]{2}[0-9A-Z]{1,21}$"),
                name="invoice_payment_reference_form",
            ),
        ),
        migrations.RunSQL(
            f"CREATE UNIQUE INDEX CONCURRENTLY {_INDEX} ON invoicing_invoice (company_id, payment_reference)",
            f"DROP INDEX CONCURRENTLY IF EXISTS {_INDEX}",
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"ALTER TABLE invoicing_invoice ADD CONSTRAINT {_INDEX} UNIQUE USING INDEX {_INDEX}",
                    f"ALTER TABLE invoicing_invoice DROP CONSTRAINT IF EXISTS {_INDEX}",
                )
            ],
            state_operations=[
                migrations.AddConstraint(
                    "invoice", models.UniqueConstraint(fields=["company", "payment_reference"], name=_INDEX)
                )
            ],
        ),
    ]
