from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("customers", "0005_refunds_and_write_offs")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        ValidateConstraint("receivableentry", "receivableentry_kind_known"),
        ValidateConstraint("receivableentry", "receivableentry_sign"),
    ]
