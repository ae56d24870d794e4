from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0003_outboxemail_emptied_at")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField("outboxemail", "is_held", models.BooleanField(db_default=False, default=False)),
    ]
