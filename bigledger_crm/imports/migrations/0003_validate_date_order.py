from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("imports", "0002_dates_and_defaults")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        ValidateConstraint("import", "import_date_order"),
        ValidateConstraint("importmapping", "importmapping_date_order"),
    ]
