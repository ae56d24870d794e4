from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0014_validate_max_discount_percent")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField("company", "tin", models.CharField(blank=True, default="", max_length=50)),
        migrations.AddField("company", "tourism_tax_number", models.CharField(blank=True, default="", max_length=50)),
    ]
