from django.db import migrations

from bigledger_crm.tenancy.fields import composite_foreign_keys
from bigledger_crm.tenancy.triggers import draft_only, guarded, lines_locked, number_kept

# What an issued invoice said may not change any more; its reference, notes and what is paid of it may.
FROZEN = (
    "customer_id, customer_name, customer_email, customer_phone, customer_tax_number, billing_address, "
    "shipping_address, currency, exchange_rate, prices_include_tax, terms, subtotal, total_discount, total_tax, "
    "shipping_cost, total, created_by, created_at, issued_at, invoice_date, due_date, purchase_order, order_id"
)


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0001_initial"), ("sales", "0002_guards")]
    operations = [
        composite_foreign_keys(
            "invoicing_invoice", [("customer_id", "customers_customer"), ("order_id", "sales_salesorder")]
        ),
        composite_foreign_keys(
            "invoicing_invoiceline",
            [
                ("invoice_id", "invoicing_invoice"),
                ("item_id", "sales_item"),
                ("order_line_id", "sales_salesorderline"),
            ],
        ),
        composite_foreign_keys(
            "invoicing_payment", [("invoice_id", "invoicing_invoice"), ("customer_id", "customers_customer")]
        ),
        draft_only("invoicing_invoice", FROZEN),
        number_kept("invoicing_invoice", "invoice_number"),
        guarded(
            "invoicing_invoice",
            name="one_way",
            event="UPDATE",
            condition="OLD.status = 'cancelled' AND NEW.status <> 'cancelled'",
            message="invoicing_invoice: a cancelled invoice stays cancelled",
        ),
        *lines_locked("invoicing_invoiceline", "invoicing_invoice", "invoice"),
        guarded(
            "invoicing_payment",
            name="kept",
            event="UPDATE OR DELETE",
            condition="TG_OP = 'DELETE' OR OLD.voided_at IS NOT NULL "
            "OR (to_jsonb(OLD) - 'voided_at') <> (to_jsonb(NEW) - 'voided_at')",
            message="invoicing_payment: a payment is never edited or deleted, only voided once",
            truncate=True,
        ),
    ]
