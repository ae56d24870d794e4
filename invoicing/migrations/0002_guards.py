from django.db import migrations

from bigledger_crm.tenancy.migration_operations.v1 import (
    append_only,
    composite_foreign_keys,
    draft_only,
    guarded,
    lines_locked,
    number_kept,
)
from customers.migration_operations.v1 import FOLLOWS_MERGED_CUSTOMER

# What an issued invoice said may not change any more; its reference, notes and what is paid of it may.
FROZEN = (
    "customer_id, customer_name, customer_email, customer_phone, customer_tax_number, billing_address, "
    "shipping_address, currency, exchange_rate, prices_include_tax, terms, subtotal, total_discount, total_tax, "
    "shipping_cost, total, created_by, created_at, issued_at, invoice_date, due_date, purchase_order, order_id"
)

# Lines come with their credit note: none can be added to one that is complete.
MORE_THAN_THE_NOTE = """(
    SELECT n.subtotal + n.total_tax - COALESCE(SUM(l.line_total + l.tax_amount), 0)
    FROM invoicing_creditnote n LEFT JOIN invoicing_creditnoteline l ON l.credit_note_id = n.id
    WHERE n.id = NEW.credit_note_id GROUP BY n.id
) < NEW.line_total + NEW.tax_amount"""

FOREIGN_KEYS = [
    composite_foreign_keys(
        "invoicing_invoice", [("customer_id", "customers_customer"), ("order_id", "sales_salesorder")]
    ),
    composite_foreign_keys(
        "invoicing_invoiceline",
        [("invoice_id", "invoicing_invoice"), ("item_id", "sales_item"), ("order_line_id", "sales_salesorderline")],
    ),
    composite_foreign_keys(
        "invoicing_payment", [("invoice_id", "invoicing_invoice"), ("customer_id", "customers_customer")]
    ),
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
    composite_foreign_keys(
        "invoicing_reminder",
        [
            ("step_id", "invoicing_reminderstep"),
            ("invoice_id", "invoicing_invoice"),
            ("quote_id", "sales_quote"),
            ("email_id", "outbox_outboxemail"),
        ],
    ),
]


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0001_initial"), ("sales", "0002_guards"), ("outbox", "0002_guards")]
    operations = [
        *FOREIGN_KEYS,
        draft_only("invoicing_invoice", FROZEN, update_allowed_if=FOLLOWS_MERGED_CUSTOMER),
        number_kept("invoicing_invoice", "invoice_number"),
        guarded(
            "invoicing_invoice",
            name="title_kept",
            event="UPDATE",
            condition="OLD.status <> 'draft' AND OLD.title IS DISTINCT FROM NEW.title",
            message="invoicing_invoice: the title of an issued invoice stays",
        ),
        guarded(
            "invoicing_invoice",
            name="one_way",
            event="UPDATE",
            condition="OLD.status = 'cancelled' AND NEW.status <> 'cancelled'",
            message="invoicing_invoice: a cancelled invoice stays cancelled",
        ),
        guarded(
            "invoicing_invoice",
            name="cancelled_kept",
            event="UPDATE",
            # What the database computes is not there yet.
            condition="OLD.status = 'cancelled' AND (to_jsonb(OLD) - 'amount_due' - 'stage') "
            "<> (to_jsonb(NEW) - 'amount_due' - 'stage')",
            message="invoicing_invoice: a cancelled invoice stays cancelled, as it is",
            update_allowed_if=FOLLOWS_MERGED_CUSTOMER,
        ),
        *lines_locked("invoicing_invoiceline", "invoicing_invoice", "invoice"),
        guarded(
            "invoicing_payment",
            name="kept",
            event="UPDATE OR DELETE",
            condition="TG_OP = 'DELETE' OR OLD.voided_at IS NOT NULL OR (to_jsonb(OLD) - 'voided_at' - 'void_reason') "
            "<> (to_jsonb(NEW) - 'voided_at' - 'void_reason')",
            message="invoicing_payment: a payment is never edited or deleted, only voided once",
            update_allowed_if=FOLLOWS_MERGED_CUSTOMER,
            truncate=True,
        ),
        append_only("invoicing_creditnote", update_allowed_if=FOLLOWS_MERGED_CUSTOMER),
        append_only("invoicing_creditnoteline"),
        guarded(
            "invoicing_creditnoteline",
            name="complete",
            event="INSERT",
            condition=MORE_THAN_THE_NOTE,
            message="invoicing_creditnoteline: the lines of a credit note come with it",
        ),
        append_only("invoicing_reminder"),
    ]
