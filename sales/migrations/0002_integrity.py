from django.db import migrations

from bigledger_crm.tenancy.migration_operations.v1 import (
    append_only,
    composite_foreign_keys,
    draft_only,
    emptied,
    guarded,
    is_erased,
    lines_locked,
    notes_changes,
    number_kept,
    owner_is_member,
)
from customers.migration_operations.v1 import ERASED, FOLLOWS_MERGED_CUSTOMER

# What a sent document said may not change any more; its state, dates of events and stamps may.
FROZEN = (
    "customer_id, customer_name, customer_email, customer_phone, customer_tax_number, billing_address, "
    "shipping_address, currency, exchange_rate, prices_include_tax, terms, subtotal, total_discount, total_tax, "
    "shipping_cost, total, created_by, created_at"
)


def texts_gone(parent: str) -> str:
    """What was offered stays, by the item's code; the texts of lines of an erased document go."""
    return (
        f"{is_erased(f'{parent}_id', wholly=True)} AND {emptied(['notes'], ['description'])} "
        "AND NEW.description = COALESCE(NULLIF(NEW.item_code, ''), '—')"
    )


class Migration(migrations.Migration):
    replaces = [("sales", "0008_row_changes")]
    dependencies = [("sales", "0001_tables"), ("customers", "0002_integrity")]
    operations = [
        composite_foreign_keys("sales_taxrate", [("tax_code_id", "sales_taxcode")]),
        composite_foreign_keys("sales_item", [("tax_code_id", "sales_taxcode")]),
        composite_foreign_keys(
            "sales_quote", [("customer_id", "customers_customer"), ("supersedes_id", "sales_quote")]
        ),
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
        owner_is_member("sales_quote"),
        owner_is_member("sales_salesorder"),
        draft_only(
            "sales_quote",
            f"{FROZEN}, quote_date, valid_until, title, description, reference, notes",
            update_allowed_if=FOLLOWS_MERGED_CUSTOMER,
        ),
        draft_only(
            "sales_salesorder", f"{FROZEN}, order_date, quote_id", update_allowed_if=FOLLOWS_MERGED_CUSTOMER
        ),
        number_kept("sales_quote", "quote_number"),
        number_kept("sales_salesorder", "order_number"),
        guarded(
            "sales_quote",
            name="version_kept",
            event="UPDATE",
            condition="OLD.version <> NEW.version OR OLD.supersedes_id IS DISTINCT FROM NEW.supersedes_id",
            message="sales_quote: a quote keeps its number, its version and what it supersedes",
        ),
        guarded(
            "sales_salesorder",
            name="title_kept",
            event="UPDATE",
            condition="OLD.status <> 'draft' AND OLD.title IS DISTINCT FROM NEW.title",
            message="sales_salesorder: the title of an order that is agreed stays",
            update_allowed_if=ERASED,
        ),
        *lines_locked("sales_quoteline", "sales_quote", "quote", update_allowed_if=texts_gone("quote")),
        *lines_locked(
            "sales_salesorderline",
            "sales_salesorder",
            "order",
            ("shipped_quantity", "invoiced_quantity"),
            update_allowed_if=texts_gone("order"),
        ),
        append_only(
            "sales_orderstatuschange",
            update_allowed_if=f"{is_erased('order_id', wholly=False)} AND {emptied(['note'])}",
        ),
        append_only("sales_shipment"),
        append_only("sales_shipmentline"),
        *notes_changes("sales_item"),
        *notes_changes("sales_quote"),
        *notes_changes("sales_salesorder"),
    ]
