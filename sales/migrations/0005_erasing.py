from django.db import migrations

from bigledger_crm.tenancy.migration_operations.v1 import append_only, guarded
from bigledger_crm.tenancy.migration_operations.v3 import emptied, is_erased, replaced

ERASED = "customers_only_erased(to_jsonb(OLD), to_jsonb(NEW))"


def title_kept(allowed: str = "") -> migrations.RunSQL:
    return guarded(
        "sales_salesorder",
        name="title_kept",
        event="UPDATE",
        condition="OLD.status <> 'draft' AND OLD.title IS DISTINCT FROM NEW.title",
        message="sales_salesorder: the title of an order that is agreed stays",
        update_allowed_if=allowed,
    )


def lines_locked(table: str, document: str, parent: str, changeable: str = "", allowed: str = "") -> migrations.RunSQL:
    status = f"(SELECT status FROM {document} WHERE id = {{row}}.{parent}_id) <> 'draft'"
    kept, now = f"to_jsonb(OLD){changeable}", f"to_jsonb(NEW){changeable}"
    return guarded(
        table,
        name="locked_change",
        event="UPDATE",
        condition=f"({kept}) <> ({now}) AND ({status.format(row='OLD')} OR {status.format(row='NEW')})",
        message=f"{table}: only the lines of a draft can be changed",
        update_allowed_if=allowed,
    )


def texts_gone(parent: str) -> str:
    """What was offered stays, by the item's code; the texts of lines of an erased document go."""
    return (
        f"{is_erased(f'{parent}_id', wholly=True)} AND {emptied(['notes'], ['description'])} "
        "AND NEW.description = COALESCE(NULLIF(NEW.item_code, ''), '—')"
    )


SHIPPED = " - 'shipped_quantity' - 'invoiced_quantity'"
QUOTE = ("sales_quoteline", "sales_quote", "quote")
ORDER = ("sales_salesorderline", "sales_salesorder", "order", SHIPPED)


class Migration(migrations.Migration):
    dependencies = [("sales", "0004_owner_index"), ("customers", "0007_anonymising")]
    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        replaced(title_kept(), title_kept(ERASED)),
        replaced(lines_locked(*QUOTE), lines_locked(*QUOTE, allowed=texts_gone("quote"))),
        replaced(lines_locked(*ORDER), lines_locked(*ORDER, allowed=texts_gone("order"))),
        replaced(
            append_only("sales_orderstatuschange"),
            append_only(
                "sales_orderstatuschange",
                update_allowed_if=f"{is_erased('order_id', wholly=False)} AND {emptied(['note'])}",
            ),
        ),
    ]
