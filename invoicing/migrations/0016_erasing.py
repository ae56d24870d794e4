from django.db import migrations

from bigledger_crm.tenancy.migration_operations.v1 import guarded
from bigledger_crm.tenancy.migration_operations.v3 import emptied, is_erased, replaced

ERASED = "customers_only_erased(to_jsonb(OLD), to_jsonb(NEW))"
# What was billed stays, by the item's code; the texts of lines of an erased document go.
TEXTS_GONE = (
    f"{is_erased('invoice_id', wholly=True)} AND {emptied(['notes'], ['description'])} "
    "AND NEW.description = COALESCE(NULLIF(NEW.item_code, ''), '—')"
)


def title_kept(allowed: str = "") -> migrations.RunSQL:
    return guarded(
        "invoicing_invoice",
        name="title_kept",
        event="UPDATE",
        condition="OLD.status <> 'draft' AND OLD.title IS DISTINCT FROM NEW.title",
        message="invoicing_invoice: the title of an issued invoice stays",
        update_allowed_if=allowed,
    )


def lines_locked(allowed: str = "") -> migrations.RunSQL:
    status = "(SELECT status FROM invoicing_invoice WHERE id = {row}.invoice_id) <> 'draft'"
    return guarded(
        "invoicing_invoiceline",
        name="locked_change",
        event="UPDATE",
        condition=f"(to_jsonb(OLD)) <> (to_jsonb(NEW)) AND ({status.format(row='OLD')} OR {status.format(row='NEW')})",
        message="invoicing_invoiceline: only the lines of a draft can be changed",
        update_allowed_if=allowed,
    )


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0015_bank"), ("customers", "0007_anonymising")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        replaced(title_kept(), title_kept(ERASED)),
        replaced(lines_locked(), lines_locked(TEXTS_GONE)),
    ]
