import django.db.models.deletion
from django.conf import settings
from django.db import migrations

import bigledger_crm.tenancy.base_models
from bigledger_crm.tenancy.migration_operations.v1 import guarded
from bigledger_crm.tenancy.migration_operations.v2 import owner_is_member
from customers.migration_operations.v1 import FOLLOWS_MERGED_CUSTOMER

# What the guard lets through so far: 0004 has filled the references, so that nothing needs it any more.
_FREE = "- 'payment_reference' - 'search_text' - 'amount_due' - 'stage' - 'number_sort'"
_GETS_REFERENCE = f"(OLD.payment_reference = '' AND (to_jsonb(OLD) {_FREE}) = (to_jsonb(NEW) {_FREE}))"
# What the database computes is not there yet.
_COMPUTED = "- 'amount_due' - 'stage' - 'number_sort'"


def _cancelled_kept(update_allowed_if):
    return guarded(
        "invoicing_invoice",
        name="cancelled_kept",
        event="UPDATE",
        condition="OLD.status = 'cancelled' AND (to_jsonb(OLD) - 'amount_due' - 'stage') "
        "<> (to_jsonb(NEW) - 'amount_due' - 'stage')",
        message="invoicing_invoice: a cancelled invoice stays cancelled, as it is",
        update_allowed_if=update_allowed_if,
    )


BEFORE = _cancelled_kept(f"{FOLLOWS_MERGED_CUSTOMER} OR {_GETS_REFERENCE}")
GETS_ANOTHER_OWNER = (
    "OLD.owner_id IS DISTINCT FROM NEW.owner_id "
    f"AND (to_jsonb(OLD) {_COMPUTED} - 'owner_id' - 'updated_at') = (to_jsonb(NEW) {_COMPUTED} - 'owner_id' - 'updated_at')"
)



class Migration(migrations.Migration):
    dependencies = [("invoicing", "0006_validate_payment_reference"), ("tenancy", "0012_setup_steps")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            "invoice",
            "owner",
            bigledger_crm.tenancy.base_models.CompanyForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        owner_is_member("invoicing_invoice"),
        migrations.RunSQL(BEFORE.reverse_sql, BEFORE.sql),
        _cancelled_kept(f"{FOLLOWS_MERGED_CUSTOMER} OR {GETS_ANOTHER_OWNER}"),
    ]
