from django.db import migrations

from bigledger_crm.tenancy.migration_operations.v1 import append_only, composite_foreign_keys
from customers.migration_operations.v1 import FOLLOWS_MERGED_CUSTOMER, only_moved


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]
    operations = [
        composite_foreign_keys("customers_customer", [("merged_into_id", "customers_customer")]),
        composite_foreign_keys("customers_contact", [("customer_id", "customers_customer")]),
        composite_foreign_keys("customers_receivableentry", [("customer_id", "customers_customer")]),
        only_moved(),
        append_only("customers_receivableentry", update_allowed_if=FOLLOWS_MERGED_CUSTOMER),
    ]
