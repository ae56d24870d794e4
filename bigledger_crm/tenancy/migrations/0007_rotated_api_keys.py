from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0006_validate_number_patterns")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            "apikey", "previous_hash", models.CharField(editable=False, max_length=64, null=True, unique=True)
        ),
        migrations.AddField(
            "apikey", "previous_expires_at", models.DateTimeField(blank=True, editable=False, null=True)
        ),
    ]
