from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0020_company_activity")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField("membership", "own_records_only", models.BooleanField(default=False)),
        migrations.AddConstraint(
            "membership",
            models.CheckConstraint(
                condition=models.Q(("own_records_only", False), ("role", "sales"), _connector="OR"),
                name="membership_limited_in_sales_only",
            ),
        ),
    ]
