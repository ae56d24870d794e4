from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("customers", "0011_einvoices")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        ValidateConstraint("customer", "customer_einvoice_preference_known"),
        ValidateConstraint("customer", "customer_tin_check_of_numbers"),
    ]
