from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0016_move_tins")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField("company", "iban", models.CharField(blank=True, default="", max_length=34)),
        migrations.AddField("company", "bic", models.CharField(blank=True, default="", max_length=11)),
        migrations.AddField("company", "static_qr", models.CharField(blank=True, default="", max_length=512)),
    ]
