from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sales", "0002_integrity")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            "quote", "is_imported", models.BooleanField(db_default=False, default=False, editable=False)
        ),
        migrations.AddField(
            "salesorder", "is_imported", models.BooleanField(db_default=False, default=False, editable=False)
        ),
    ]
