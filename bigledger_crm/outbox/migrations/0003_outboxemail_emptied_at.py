from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0002_guards")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            "outboxemail", "emptied_at", models.DateTimeField(blank=True, editable=False, null=True)
        ),
    ]
