"""Every kind of tampering with the books of a sale is named."""

from bigledger_crm.tenancy.actor import Actor
from invoicing.tests.tampering import not_told

PAYMENT = "invoicing_payment"
ENTRY = "customers_receivableentry"
TAMPERED: dict[str, tuple[str, str]] = {
    "balance": ("UPDATE customers_customer SET current_balance = 1", "CUST-0001: currentBalance by the ledger is 1.0"),
    "balance by documents": (
        "UPDATE customers_customer SET current_balance = 1",
        "CUST-0001: currentBalance by the documents is 1.0000, should be 3",
    ),
    "sales": ("UPDATE customers_customer SET total_sales = 2", "CUST-0001: totalSales by the ledger is 2.0"),
    "sales by documents": ("UPDATE customers_customer SET total_sales = 2", "totalSales by the documents is 2.0"),
    "last sale": (
        "UPDATE customers_customer SET last_sale_date = NULL",
        "CUST-0001: lastSaleDate is nothing, should be 2024-03-04",
    ),
    "entry gone": (
        f"DELETE FROM {ENTRY} WHERE kind = 'invoice' AND document_number = 'INV-2024-0001'",
        "ledger entry invoice for INV-2024-0001: number of entries is 0, should be 1",
    ),
    "payment not posted": (
        f"DELETE FROM {ENTRY} WHERE kind = 'payment'",
        "ledger entry payment for INV-2024-0001: number of entries is 0, should be 1",
    ),
    "entry of a draft": (
        f"INSERT INTO {ENTRY} SELECT gen_random_uuid(), 'invoice', total, total, currency, invoice_date, id, "
        "invoice_number, '', now(), company_id, customer_id FROM invoicing_invoice WHERE status = 'draft'",
        "ledger entry invoice for INV-2024-0003: number of entries is 1, should be 0",
    ),
    "entry's amount": (
        f"UPDATE {ENTRY} SET amount = amount + 0.01 WHERE document_number = 'INV-2024-0002'",
        "ledger entry invoice for INV-2024-0002: amount is",
    ),
    "entry's sales": (
        f"UPDATE {ENTRY} SET sales_amount = 7 WHERE kind = 'payment'",
        "ledger entry payment for INV-2024-0001: sales amount is 7.0000, should be 0.0000",
    ),
    "entry's kind": (
        f"UPDATE {ENTRY} SET kind = 'cancellation' WHERE kind = 'payment'",
        "cancellation for INV-2024-0001",
    ),
    "entry's currency": (f"UPDATE {ENTRY} SET currency = 'SGD'", "currency is SGD, should be MYR"),
    "entry's day": (f"UPDATE {ENTRY} SET entry_date = '2023-01-01'", "date is 2023-01-01, should be 2024-03-04"),
    "void without entry": (
        f"UPDATE {PAYMENT} SET voided_at = now()",
        "ledger entry void for INV-2024-0001: number of entries is 0, should be 1",
    ),
    "amount paid": (
        "UPDATE invoicing_invoice SET amount_paid = 39 WHERE amount_paid > 0",
        "INV-2024-0001: amountPaid is 39",
    ),
    "amount credited": (
        "UPDATE invoicing_invoice SET amount_credited = 1 WHERE amount_paid > 0",
        "INV-2024-0001: amountCredited is 1.0000, should be 0.0000",
    ),
    "last payment": (
        "UPDATE invoicing_invoice SET last_payment_date = NULL",
        "INV-2024-0001: last payment date is nothing, should be 2024-03-04",
    ),
    "payment's currency": (
        f"UPDATE {PAYMENT} SET currency = 'USD'",
        "for INV-2024-0001: currency is USD, should be MYR",
    ),
    "quote line": (
        "UPDATE sales_quoteline SET line_total = line_total + 0.01 WHERE position = 1",
        "quote QT-2024-0001: line 1: lineTotal is 257.7400, should be 257.73",
    ),
    "inclusive tax": (
        "UPDATE invoicing_invoiceline SET tax_amount = tax_amount + 0.01 WHERE order_line_id IS NULL",
        "invoice INV-2024-0003: line 1: taxAmount is",
    ),
    "total": (
        "UPDATE sales_salesorder SET subtotal = subtotal + 5, total = total + 5",
        "sales order SO-2024-0001: subtotal is",
    ),
    "discount": ("UPDATE sales_quote SET total_discount = 0", "quote QT-2024-0001: totalDiscount is 0.0000, should be"),
    "no lines": (
        "DELETE FROM invoicing_invoiceline WHERE order_line_id IS NULL",
        "invoice INV-2024-0003: number of lines is 0, should be at least 1",
    ),
    "invoiced quantity": (
        "UPDATE sales_salesorderline SET invoiced_quantity = 2 WHERE position = 1",
        "sales order SO-2024-0001: line 1: invoicedQuantity is 2.000000, should be 11.000000",
    ),
    "shipped quantity": (
        "UPDATE sales_salesorderline SET shipped_quantity = 2 WHERE position = 2",
        "sales order SO-2024-0001: line 2: shippedQuantity is 2.000000, should be",
    ),
    "shipping billed twice": (
        "UPDATE invoicing_invoice SET shipping_cost = 50, total = total - shipping_cost + 50",
        "sales order SO-2024-0001: invoiced shipping cost is 100.0000, should be at most 50.0000",
    ),
    "parts that overlap": (
        """UPDATE invoicing_invoiceline SET billed_ranges = '[["3.6", "10.9"]]' WHERE quantity = 7.3""",
        "INV-2024-0002: line 1: billed part is 3.6 to 10.9, should be apart from 0",
    ),
    "part outside": (
        """UPDATE invoicing_invoiceline SET billed_ranges = '[["3.8", "11.1"]]' WHERE quantity = 7.3""",
        "INV-2024-0002: line 1: billed part is 3.8 to 11.1, should be inside 0 to 11",
    ),
    "part too short": (
        """UPDATE invoicing_invoiceline SET billed_ranges = '[["3.7", "10"]]' WHERE quantity = 7.3""",
        "INV-2024-0002: line 1: quantity is 7.300000, should be 6.3",
    ),
    "part's price": (
        "UPDATE invoicing_invoiceline SET line_total = line_total + 0.01, tax_amount = tax_amount - 0.01 "
        "WHERE quantity = 3.7",
        "INV-2024-0001: line 1: lineTotal is",
    ),
    "part's terms": (
        "UPDATE invoicing_invoiceline SET unit_price = 1 WHERE quantity = 3.7",
        "INV-2024-0001: line 1: unitPrice is 1.000000, should be 25.330000",
    ),
    "part of another order": (
        "UPDATE invoicing_invoice SET order_id = (SELECT id FROM sales_salesorder WHERE order_number = 'SO-2024-0002')",
        "INV-2024-0001: line 1: order is SO-2024-0002, should be SO-2024-0001",
    ),
    "gap": (
        "UPDATE sales_quote SET quote_number = 'QT-2024-0002'",
        "number 1 of 2024 for quote: times given is 0, should be 1",
    ),
    "beyond the counter": (
        "UPDATE sales_quote SET quote_number = 'QT-2024-0002'",
        "number QT-2024-0002: times given is 1, should be 0",
    ),
    "double": (
        "UPDATE invoicing_invoice SET invoice_number = 'XX-2024-0001' WHERE invoice_number = 'INV-2024-0002'",
        "number INV-2024-0001: times given is 2, should be 1",
    ),
    "malformed": ("UPDATE sales_quote SET quote_number = 'Quote 1'", "number is Quote 1, should be a prefix"),
    "customer number": (
        "UPDATE numbering_documentsequence SET last_value = 2 WHERE kind = 'customer'",
        "number 2 for customer: times given is 0, should be 1",
    ),
    "not converted": (
        "UPDATE sales_quote SET status = 'accepted'",
        "quote QT-2024-0001: number of orders is 1, should be 0",
    ),
    "no order": (
        "UPDATE sales_salesorder SET quote_id = NULL",
        "quote QT-2024-0001: number of orders is 0, should be 1",
    ),
    "order unlike its quote": (
        "UPDATE sales_quote SET total = total + 5, shipping_cost = shipping_cost + 5",
        "sales order SO-2024-0001: total against QT-2024-0001 is",
    ),
    "line unlike its quote": (
        "UPDATE sales_quoteline SET quantity = 12 WHERE position = 1",
        "SO-2024-0001: line 1 is goods / 11.0",
    ),
    "shipped in part": (
        "UPDATE sales_salesorder SET status = 'shipped' WHERE order_number = 'SO-2024-0002'",
        "sales order SO-2024-0002: shipped quantity when shipped is 0.000000, should be 14.000000",
    ),
    "cancelled yet invoiced": (
        "UPDATE sales_salesorder SET status = 'cancelled'",
        "sales order SO-2024-0001: invoiced quantity when cancelled is 14.000000, should be 0",
    ),
    "never issued": (
        "UPDATE invoicing_invoice SET issued_at = NULL",
        "INV-2024-0001: time of issue when sent is nothing, should be a time",
    ),
    "document's currency": (
        "UPDATE sales_salesorder SET currency = 'SGD'",
        "SO-2024-0001: currency against customer CUST-0001 is SGD, should be MYR",
    ),
    "stored document": (
        "UPDATE documents_storeddocument SET context = jsonb_set(context, '{total}', '\"1.00\"')",
        "invoice INV-2024-0001: total on the PDF is 1.00, should be",
    ),
    "no stored document": (
        "DELETE FROM documents_storeddocument",
        "invoice INV-2024-0001: total on the PDF is nothing, should be",
    ),
}


def test_tampering_is_named(sold: Actor) -> None:
    assert not_told(TAMPERED, sold.company) == {}
