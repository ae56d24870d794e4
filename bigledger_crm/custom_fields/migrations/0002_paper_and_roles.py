import django.contrib.postgres.fields
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("custom_fields", "0001_tables")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField("customfield", "show_on_paper", models.BooleanField(db_default=False, default=False)),
        migrations.AddField(
            "customfield",
            "roles",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20), blank=True, db_default=[], default=list, size=None
            ),
        ),
        AddConstraintNotValid(
            "customfield",
            models.CheckConstraint(
                condition=models.Q(roles__contained_by=["owner", "manager", "finance", "sales", "viewer"]),
                name="customfield_roles_known",
            ),
        ),
    ]
