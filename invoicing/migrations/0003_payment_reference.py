from django.db import migrations, models

from bigledger_crm.tenancy.migration_operations.v1 import guarded
from customers.migration_operations.v1 import FOLLOWS_MERGED_CUSTOMER

# The next migration gives cancelled invoices their reference, and nothing else.  What the database computes is not
# there yet when a trigger looks.
_FREE = "- 'payment_reference' - 'search_text' - 'amount_due' - 'stage' - 'number_sort'"
_GETS_REFERENCE = f"(OLD.payment_reference = '' AND (to_jsonb(OLD) {_FREE}) = (to_jsonb(NEW) {_FREE}))"


def _cancelled_kept(update_allowed_if: str) -> migrations.RunSQL:
    return guarded(
        "invoicing_invoice",
        name="cancelled_kept",
        event="UPDATE",
        condition="OLD.status = 'cancelled' AND (to_jsonb(OLD) - 'amount_due' - 'stage') "
        "<> (to_jsonb(NEW) - 'amount_due' - 'stage')",
        message="invoicing_invoice: a cancelled invoice stays cancelled, as it is",
        update_allowed_if=update_allowed_if,
    )


def _replaced(before: migrations.RunSQL) -> migrations.RunSQL:
    return migrations.RunSQL(before.reverse_sql, before.sql)


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0002_guards")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.AddField(
            "invoice",
            "payment_reference",
            models.CharField(default="", editable=False, max_length=25),
            preserve_default=False,
        ),
        _replaced(_cancelled_kept(FOLLOWS_MERGED_CUSTOMER)),
        _cancelled_kept(f"{FOLLOWS_MERGED_CUSTOMER} OR {_GETS_REFERENCE}"),
        guarded(
            "invoicing_invoice",
            name="reference_kept",
            event="UPDATE",
            condition="OLD.payment_reference <> '' AND OLD.payment_reference <> NEW.payment_reference",
            message="invoicing_invoice: an invoice keeps its payment reference",
        ),
    ]
