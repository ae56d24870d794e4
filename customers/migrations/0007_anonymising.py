from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

from bigledger_crm.tenancy.migration_operations.v1 import guarded
from customers.migration_operations.v3 import only_erased, only_moved_or_erased

EMPTY = Q(
    status="inactive",
    email="",
    phone="",
    website="",
    tax_number="",
    address__isnull=True,
    billing_address__isnull=True,
    shipping_address__isnull=True,
    tags=[],
    custom_fields={},
)
PERSONAL = "anonymised_at name customer_number email phone website tax_number address billing_address".split()
OLD, NEW = (", ".join(f"{row}.{column}" for column in PERSONAL) for row in ("OLD", "NEW"))


class Migration(migrations.Migration):
    dependencies = [("customers", "0006_validate_entries"), ("audit", "0004_erasure")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField("customer", "anonymised_at", models.DateTimeField(editable=False, null=True)),
        migrations.RemoveConstraint("customer", "customer_can_be_reached"),
        AddConstraintNotValid(
            "customer",
            models.CheckConstraint(
                condition=~Q(email="") | ~Q(phone="") | Q(anonymised_at__isnull=False), name="customer_can_be_reached"
            ),
        ),
        AddConstraintNotValid(
            "customer",
            models.CheckConstraint(
                condition=Q(anonymised_at__isnull=True) | EMPTY, name="customer_anonymised_is_empty"
            ),
        ),
        guarded(
            "customers_customer",
            name="anonymised_kept",
            event="UPDATE",
            condition=f"(OLD.anonymised_at IS NOT NULL AND ROW({OLD}) IS DISTINCT FROM ROW({NEW})) OR "
            "(OLD.anonymised_at IS NULL AND NEW.anonymised_at IS NOT NULL "
            "AND NOT audit_is_erased(NEW.company_id, NEW.id, TRUE))",
            message="customers_customer: an anonymised customer stays anonymised",
        ),
        only_erased(),
        only_moved_or_erased("customer_id", "amount_due", "stage", "number_sort", "unapplied"),
    ]
