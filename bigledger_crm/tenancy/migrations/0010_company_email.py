from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0009_manager_role")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField("company", "sender_name", models.CharField(blank=True, default="", max_length=100)),
        migrations.AddField("company", "reply_to", models.EmailField(blank=True, default="", max_length=254)),
    ]
