from django.db import migrations

from bigledger_crm.tenancy.fields import composite_foreign_keys
from bigledger_crm.tenancy.triggers import append_only, guarded

PAYMENT_MESSAGE = "invoicing_payment: a payment is never edited or deleted, only voided once"


def payment_kept(*changeable: str) -> migrations.RunSQL:
    """Refuses to change a payment but for these columns, and these only until it is voided."""
    old, new = (f"to_jsonb({row})" + "".join(f" - '{name}'" for name in changeable) for row in ("OLD", "NEW"))
    return guarded(
        "invoicing_payment",
        name="kept",
        event="UPDATE OR DELETE",
        condition=f"TG_OP = 'DELETE' OR OLD.voided_at IS NOT NULL OR ({old}) <> ({new})",
        message=PAYMENT_MESSAGE,
        truncate=True,
    )


BEFORE = payment_kept("voided_at")

# Lines come with their credit note: none can be added to one that is complete.
MORE_THAN_THE_NOTE = """(
    SELECT n.subtotal + n.total_tax - COALESCE(SUM(l.line_total + l.tax_amount), 0)
    FROM invoicing_creditnote n LEFT JOIN invoicing_creditnoteline l ON l.credit_note_id = n.id
    WHERE n.id = NEW.credit_note_id GROUP BY n.id
) < NEW.line_total + NEW.tax_amount"""


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0004_credit_notes")]
    operations = [
        composite_foreign_keys(
            "invoicing_creditnote", [("customer_id", "customers_customer"), ("invoice_id", "invoicing_invoice")]
        ),
        composite_foreign_keys(
            "invoicing_creditnoteline",
            [
                ("credit_note_id", "invoicing_creditnote"),
                ("item_id", "sales_item"),
                ("invoice_line_id", "invoicing_invoiceline"),
            ],
        ),
        append_only("invoicing_creditnote"),
        append_only("invoicing_creditnoteline"),
        guarded(
            "invoicing_creditnoteline",
            name="complete",
            event="INSERT",
            condition=MORE_THAN_THE_NOTE,
            message="invoicing_creditnoteline: the lines of a credit note come with it",
        ),
        guarded(
            "invoicing_invoice",
            name="cancelled_kept",
            event="UPDATE",
            # What the database computes is not there yet.
            condition="OLD.status = 'cancelled' AND (to_jsonb(OLD) - 'amount_due' - 'stage') "
            "<> (to_jsonb(NEW) - 'amount_due' - 'stage')",
            message="invoicing_invoice: a cancelled invoice stays cancelled, as it is",
        ),
        migrations.RunSQL(BEFORE.reverse_sql, BEFORE.sql),
        payment_kept("voided_at", "void_reason"),
    ]
