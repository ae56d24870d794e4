from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0007_rotated_api_keys")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField("company", "payment_terms", models.PositiveSmallIntegerField(default=30)),
    ]
