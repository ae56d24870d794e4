from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0019_validate_small_difference")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField("company", "msic_code", models.CharField(blank=True, default="", max_length=5)),
        migrations.AddField("company", "business_activity", models.CharField(blank=True, default="", max_length=300)),
    ]
