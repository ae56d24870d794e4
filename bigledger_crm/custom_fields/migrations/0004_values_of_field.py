from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """For lists sorted by a field: the objects that have no value in it."""

    atomic = False
    dependencies = [("custom_fields", "0003_validate_roles")]
    operations = [
        migrations.RunSQL("SET lock_timeout = '60s'", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "customfieldvalue",
            models.Index(fields=["company", "field", "object_id"], name="customfieldvalue_of_field"),
        ),
    ]
