from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

_COUNTER = r"\{number(:[0-9]{1,2})?\}"


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0004_fill_number_patterns")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        AddConstraintNotValid(
            "company",
            models.CheckConstraint(
                condition=models.Q(
                    customer_number_pattern__regex=_COUNTER,
                    quote_number_pattern__regex=_COUNTER,
                    order_number_pattern__regex=_COUNTER,
                    invoice_number_pattern__regex=_COUNTER,
                    credit_note_number_pattern__regex=_COUNTER,
                ),
                name="company_number_patterns_count",
            ),
        ),
        migrations.RemoveConstraint("company", "company_number_width_sane"),
        migrations.RemoveField("company", "number_width"),
        migrations.RemoveField("company", "customer_prefix"),
        migrations.RemoveField("company", "quote_prefix"),
        migrations.RemoveField("company", "order_prefix"),
        migrations.RemoveField("company", "invoice_prefix"),
        migrations.RemoveField("company", "credit_note_prefix"),
    ]
