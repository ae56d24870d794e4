from django.db import migrations

from bigledger_crm.tenancy.fields import composite_foreign_keys
from bigledger_crm.tenancy.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]
    operations = [
        composite_foreign_keys("customers_contact", [("customer_id", "customers_customer")]),
        composite_foreign_keys("customers_receivableentry", [("customer_id", "customers_customer")]),
        append_only("customers_receivableentry"),
    ]
