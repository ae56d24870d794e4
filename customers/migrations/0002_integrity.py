from django.db import migrations

from bigledger_crm.tenancy.migration_operations.v1 import (
    append_only,
    composite_foreign_keys,
    guarded,
    notes_changes,
    owner_is_member,
)
from customers.migration_operations.v1 import FOLLOWS_MERGED_CUSTOMER, only_erased, only_moved_or_erased

PERSONAL = "anonymised_at name customer_number email phone website tax_number address billing_address".split()
OLD, NEW = (", ".join(f"{row}.{column}" for column in PERSONAL) for row in ("OLD", "NEW"))


class Migration(migrations.Migration):
    replaces = [("customers", "0015_withdrawals_index")]
    dependencies = [("customers", "0001_tables"), ("audit", "0002_integrity")]
    operations = [
        composite_foreign_keys("customers_customer", [("merged_into_id", "customers_customer")]),
        composite_foreign_keys("customers_contact", [("customer_id", "customers_customer")]),
        composite_foreign_keys("customers_receivableentry", [("customer_id", "customers_customer")]),
        owner_is_member("customers_customer"),
        only_erased(),
        only_moved_or_erased(),
        append_only("customers_receivableentry", update_allowed_if=FOLLOWS_MERGED_CUSTOMER),
        guarded(
            "customers_customer",
            name="anonymised_kept",
            event="UPDATE",
            condition=f"(OLD.anonymised_at IS NOT NULL AND ROW({OLD}) IS DISTINCT FROM ROW({NEW})) OR "
            "(OLD.anonymised_at IS NULL AND NEW.anonymised_at IS NOT NULL "
            "AND NOT audit_is_erased(NEW.company_id, NEW.id, TRUE))",
            message="customers_customer: an anonymised customer stays anonymised",
        ),
        *notes_changes("customers_customer"),
    ]
