from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("customers", "0007_anonymising")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        ValidateConstraint("customer", "customer_can_be_reached"),
        ValidateConstraint("customer", "customer_anonymised_is_empty"),
    ]
