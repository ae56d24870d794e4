from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tenancy', '0023_keys_without_sequence'),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            model_name='company',
            name='custom_fields_version',
            field=models.UUIDField(editable=False, null=True),
        ),
    ]
