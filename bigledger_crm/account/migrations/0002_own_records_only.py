from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bigledger_account", "0001_initial")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField("invitation", "own_records_only", models.BooleanField(default=False)),
        migrations.AddConstraint(
            "invitation",
            models.CheckConstraint(
                condition=models.Q(("own_records_only", False), ("role", "sales"), _connector="OR"),
                name="invitation_limited_in_sales_only",
            ),
        ),
    ]
