from django.db import migrations

from bigledger_crm.tenancy.fields import composite_foreign_keys
from bigledger_crm.tenancy.triggers import append_only, guarded

# What a sent document said may not change any more; its state, dates of events and stamps may.
FROZEN = (
    "customer_id, customer_name, customer_email, customer_phone, customer_tax_number, billing_address, "
    "shipping_address, currency, exchange_rate, prices_include_tax, terms, subtotal, total_discount, total_tax, "
    "shipping_cost, total, created_by, created_at"
)


def frozen(table, extra):
    """Migration step: refuses to change the frozen columns of a document that is no draft."""
    columns = f"{FROZEN}, {extra}".split(", ")
    old = ", ".join(f"OLD.{column}" for column in columns)
    new = ", ".join(f"NEW.{column}" for column in columns)
    return guarded(
        table,
        name="frozen",
        event="UPDATE",
        condition=f"OLD.status <> 'draft' AND ROW({old}) IS DISTINCT FROM ROW({new})",
        message=f"{table}: only drafts can be edited",
    )


def number_kept(table, number):
    """Migration step: a numbered document is never deleted, and keeps its number, company and key."""
    return guarded(
        table,
        name="number_kept",
        event="UPDATE OR DELETE",
        condition=f"TG_OP = 'DELETE' OR OLD.{number} <> NEW.{number} OR OLD.company_id <> NEW.company_id "
        "OR OLD.id <> NEW.id",
        message=f"{table}: a numbered document keeps its number and is never deleted",
        truncate=True,
    )


def lines_locked(table, parent_table, parent, changeable=()):
    """Migration step: lines change with their draft only; `changeable` columns may always be updated."""
    steps = []
    draft = f"(SELECT status FROM {parent_table} WHERE id = {{row}}.{parent}_id) <> 'draft'"
    message = f"{table}: only a draft''s lines can be changed"
    steps.append(
        guarded(table, name="locked_new", event="INSERT", condition=draft.format(row="NEW"), message=message)
    )
    steps.append(
        guarded(
            table, name="locked_gone", event="DELETE", condition=draft.format(row="OLD"), message=message, truncate=True
        )
    )
    kept = "to_jsonb(OLD)" + "".join(f" - '{column}'" for column in changeable)
    now = "to_jsonb(NEW)" + "".join(f" - '{column}'" for column in changeable)
    steps.append(
        guarded(
            table,
            name="locked_change",
            event="UPDATE",
            condition=f"({kept}) <> ({now}) AND {draft.format(row='OLD')}",
            message=message,
        )
    )
    return steps


class Migration(migrations.Migration):
    dependencies = [("sales", "0001_initial"), ("customers", "0002_guards")]
    operations = [
        composite_foreign_keys("sales_taxrate", [("tax_code_id", "sales_taxcode")]),
        composite_foreign_keys("sales_item", [("tax_code_id", "sales_taxcode")]),
        composite_foreign_keys("sales_quote", [("customer_id", "customers_customer")]),
        composite_foreign_keys("sales_quoteline", [("quote_id", "sales_quote"), ("item_id", "sales_item")]),
        composite_foreign_keys(
            "sales_salesorder", [("customer_id", "customers_customer"), ("quote_id", "sales_quote")]
        ),
        composite_foreign_keys("sales_salesorderline", [("order_id", "sales_salesorder"), ("item_id", "sales_item")]),
        composite_foreign_keys("sales_orderstatuschange", [("order_id", "sales_salesorder")]),
        composite_foreign_keys("sales_shipment", [("order_id", "sales_salesorder")]),
        composite_foreign_keys(
            "sales_shipmentline", [("shipment_id", "sales_shipment"), ("order_line_id", "sales_salesorderline")]
        ),
        frozen("sales_quote", "quote_date, valid_until, title, description, reference, notes"),
        frozen("sales_salesorder", "order_date, quote_id"),
        number_kept("sales_quote", "quote_number"),
        number_kept("sales_salesorder", "order_number"),
        *lines_locked("sales_quoteline", "sales_quote", "quote"),
        *lines_locked(
            "sales_salesorderline", "sales_salesorder", "order", ("shipped_quantity", "invoiced_quantity")
        ),
        append_only("sales_orderstatuschange"),
        append_only("sales_shipmentline"),
    ]
