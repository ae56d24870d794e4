"""The books prove right after a sale, and every kind of tampering is named."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from pytest_django import Settings

from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.documents.services import ensure_rendered
from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line
from customers.inputs import CustomerInput
from customers.services import create_customer, delete_customer, update_customer
from invoicing.inputs import CreditNoteInput, InvoiceInput, PaymentInput
from invoicing.integrity import check_integrity
from invoicing.models import Invoice
from invoicing.services import (
    convert_order_to_invoice,
    create_credit_note,
    create_invoice,
    issue_invoice,
    record_payment,
)
from sales.catalogue_inputs import ItemInput
from sales.inputs import LineInput, OrderInput, QuantityInput, QuoteInput
from sales.models import Quote, SalesOrderLine
from sales.services import (
    EmailOptions,
    accept_quote,
    change_order_status,
    convert_quote_to_order,
    create_item,
    create_order,
    create_quote,
    duplicate_quote,
    revise_quote,
    send_quote,
)


@pytest.fixture
def sold(actor: Actor) -> Iterator[Actor]:
    """A quote turned into an order, billed in two parts, shipped and partly paid; and one direct invoice in draft.

    QT-2024-0001, SO-2024-0001 (11 widgets less 7.5 %, and a fee less 1.11), INV-2024-0001 and 0002 (issued), 0003.
    """
    with company_scope(actor.company), clock.travelling(datetime(2024, 3, 4, 2, tzinfo=UTC)):
        customer = create_customer(actor, CustomerInput(name="Ali & Sons", email="ali@example.com"))
        item = create_item(
            actor, ItemInput(item_code="WDG", name="Widget", unit_price=Decimal("25.33"), tax_code="SST")
        )
        lines = [
            LineInput(item_id=item.public_id, quantity=Decimal(11), discount_percent=Decimal("7.5")),
            line("3", "33.335", description="Fee", discount_amount=Decimal("1.11")),
        ]
        fields: dict[str, Any] = {"customer_id": customer.public_id, "shipping_cost": Decimal("50.00")}
        quote = accept_quote(actor, create_quote(actor, QuoteInput(**fields, items=lines)))
        order = convert_quote_to_order(actor, quote)
        widgets, fee = SalesOrderLine.objects.filter(order=order)
        parts = [
            QuantityInput(item_id=widgets.public_id, quantity=Decimal("3.7")),
            QuantityInput(item_id=fee.public_id, quantity=Decimal(1)),
        ]
        first = issue_invoice(actor, convert_order_to_invoice(actor, order, partial_items=parts))
        issue_invoice(actor, convert_order_to_invoice(actor, order))
        change_order_status(actor, order, "shipped")
        record_payment(actor, first, PaymentInput(amount=Decimal("40.00"), payment_method="cash"))
        create_invoice(actor, InvoiceInput(**fields, items=lines[:1], prices_include_tax=True))
        create_order(actor, OrderInput(**fields, items=lines))
        yield actor


def tamper(*statements: str) -> None:
    """Runs SQL with the guards of every table off, as somebody with the owner's rights could."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in statements:
            words = statement.split()
            table = words[1] if words[0] == "UPDATE" else words[2]
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(statement)


def found(company: Company) -> str:
    return "\n".join(str(difference) for difference in check_integrity(company))


def test_books_are_right_after_a_sale(sold: Actor) -> None:
    assert check_integrity() == []
    out = StringIO()
    call_command("check_books", stdout=out)
    assert out.getvalue() == (
        "The books are correct: 1 companies, 1 customers, 1 quotes, 2 sales orders, 3 invoices, 0 credit notes, "
        "1 payments, "
        "3 receivable entries\n"
    )


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


@pytest.fixture
def credited(sold: Actor) -> Actor:
    """As sold, with two credit notes of INV-2024-0002 (7.3 widgets): CN-2024-0001 of 2, CN-2024-0002 of 1.3."""
    invoice = Invoice.objects.get(invoice_number="INV-2024-0002")
    key = invoice.lines.all()[0].public_id
    for quantity in ("2", "1.3"):
        part = QuantityInput(item_id=key, quantity=Decimal(quantity))
        create_credit_note(sold, CreditNoteInput(invoice_id=invoice.public_id, items=[part]))
    assert check_integrity() == []
    return sold


NOTE, CREDITED = "invoicing_creditnote", "invoicing_creditnoteline"
TAMPERED_CREDIT: dict[str, tuple[str, str]] = {
    "not posted": (
        f"DELETE FROM {ENTRY} WHERE document_number = 'CN-2024-0002'",
        "ledger entry credit_note for CN-2024-0002: number of entries is 0, should be 1",
    ),
    "entry's day": (
        f"UPDATE {ENTRY} SET entry_date = '2023-01-01' WHERE document_number = 'CN-2024-0001'",
        "credit_note for CN-2024-0001: date is 2023-01-01, should be 2024-03-04",
    ),
    "amount credited": (
        "UPDATE invoicing_invoice SET amount_credited = 1 WHERE amount_credited > 0",
        "INV-2024-0002: amountCredited is 1.0000, should be",
    ),
    "sales": ("UPDATE customers_customer SET total_sales = 1", "totalSales by the documents is 1.0000, should be"),
    "balance": ("UPDATE customers_customer SET current_balance = 1", "currentBalance by the documents is 1.0000"),
    "price": (
        f"UPDATE {CREDITED} SET line_total = line_total + 0.01 WHERE quantity = 2",
        "credit note CN-2024-0001: line 1: lineTotal is",
    ),
    "total": (f"UPDATE {NOTE} SET subtotal = subtotal + 1, total = total + 1", "CN-2024-0001: subtotal is"),
    "overlap": (
        f"""UPDATE {CREDITED} SET credited_ranges = '[["1.9", "3.2"]]' WHERE quantity = 1.3""",
        "CN-2024-0002: line 1: credited part is 1.9 to 3.2, should be apart from 0 to 2 on CN-2024-0001",
    ),
    "outside": (
        f"""UPDATE {CREDITED} SET credited_ranges = '[["6.1", "7.4"]]' WHERE quantity = 1.3""",
        "CN-2024-0002: line 1: credited part is 6.1 to 7.4, should be inside 0 to 7.3",
    ),
    "too short": (
        f"""UPDATE {CREDITED} SET credited_ranges = '[["2", "3"]]' WHERE quantity = 1.3""",
        "CN-2024-0002: line 1: quantity is 1.300000, should be 1",
    ),
    "terms": (f"UPDATE {CREDITED} SET unit_price = 1", "CN-2024-0001: line 1: unitPrice is 1.000000, should be 25.33"),
    "of another invoice": (
        f"UPDATE {NOTE} SET invoice_id = (SELECT id FROM invoicing_invoice WHERE invoice_number = 'INV-2024-0001') "
        "WHERE credit_note_number = 'CN-2024-0002'",
        "CN-2024-0002: line 1: invoice is INV-2024-0001, should be INV-2024-0002",
    ),
    "shipping": (
        f"UPDATE {NOTE} SET shipping_cost = 51, total = total + 51",
        "invoice INV-2024-0002: credited shipping cost is 102.0000, should be at most 0",
    ),
    "currency": (f"UPDATE {NOTE} SET currency = 'SGD'", "CN-2024-0001: currency against INV-2024-0002 is SGD"),
    "rate": (f"UPDATE {NOTE} SET exchange_rate = 2", "CN-2024-0001: exchangeRate against INV-2024-0002 is 2"),
    "date": (
        f"UPDATE {NOTE} SET credit_note_date = '2024-03-03'",
        "CN-2024-0001: date against INV-2024-0002 is 2024-03-03, should be 2024-03-04",
    ),
    "cancelled invoice": (
        "UPDATE invoicing_invoice SET status = 'cancelled', amount_credited = 0 WHERE amount_credited > 0",
        "CN-2024-0001: status against INV-2024-0002 is cancelled, should be sent",
    ),
    "no lines": (
        f"DELETE FROM {CREDITED} WHERE quantity = 2",
        "credit note CN-2024-0001: number of lines is 0, should be at least 1",
    ),
    "gap": (
        f"UPDATE {NOTE} SET credit_note_number = 'CN-2024-0003' WHERE credit_note_number = 'CN-2024-0001'",
        "number 1 of 2024 for credit_note: times given is 0, should be 1",
    ),
    "stored document": (
        "UPDATE documents_storeddocument SET context = jsonb_set(context, '{total}', '\"1.00\"')",
        "credit note CN-2024-0001: total on the PDF is 1.00, should be",
    ),
    "no stored document": (
        "DELETE FROM documents_storeddocument WHERE kind = 'credit_note'",
        "credit note CN-2024-0001: total on the PDF is nothing, should be",
    ),
}


@pytest.mark.parametrize("name", TAMPERED_CREDIT)
def test_tampering_with_credit_notes_is_named(credited: Actor, name: str) -> None:
    statement, told = TAMPERED_CREDIT[name]
    tamper(statement)
    assert told in found(credited.company)


@pytest.mark.parametrize("name", TAMPERED)
def test_tampering_is_named(sold: Actor, name: str) -> None:
    statement, told = TAMPERED[name]
    tamper(statement)
    assert told in found(sold.company)


def test_a_document_issued_in_another_series_is_not_missing(sold: Actor) -> None:
    sold.company.invoice_number_pattern = "RE-{year}-{number:4}"
    sold.company.save()
    with company_scope(sold.company):
        invoice = Invoice.objects.get(status="draft")
        customer = invoice.customer
        fee = line("1", "9", description="Fee")
        inputs = InvoiceInput(customer_id=customer.public_id, items=[fee], invoice_date=date(2025, 1, 1))
        create_invoice(sold, inputs)
    assert found(sold.company) == ""


def test_revisions_follow_their_number(sold: Actor) -> None:
    with company_scope(sold.company):
        quote = Quote.objects.get()
        copy = duplicate_quote(sold, quote)
        for _ in range(2):
            send_quote(sold, copy, EmailOptions())
            copy = revise_quote(sold, copy)
        duplicate_quote(sold, copy)
    assert found(sold.company) == ""
    tamper("UPDATE sales_quote SET quote_number = 'QT-2024-0002-R9' WHERE version = 3")
    assert "number is QT-2024-0002-R9, should be QT-2024-0002-R3" in found(sold.company)
    tamper("UPDATE sales_quote SET quote_number = 'QT-2024-0002-R3', status = 'sent' WHERE version = 3")
    tamper("UPDATE sales_quote SET status = 'sent' WHERE version = 1 AND quote_number = 'QT-2024-0002'")
    assert "quote QT-2024-0002-R2" in found(sold.company)


def test_what_is_issued_of_an_order(sold: Actor) -> None:
    tamper("UPDATE sales_salesorder SET issued_total = 1 WHERE order_number = 'SO-2024-0001'")
    assert "sales order SO-2024-0001: issuedTotal is 1.0000" in found(sold.company)


def test_deleted_renumbered_and_hand_numbered_customers_leave_no_gap(sold: Actor) -> None:
    with company_scope(sold.company):
        by_hand = create_customer(sold, CustomerInput(name="B", email="b@example.com", customer_number="CUST-0003"))
        gone = create_customer(sold, CustomerInput(name="C", email="c@example.com"))
        create_customer(sold, CustomerInput(name="D", email="d@example.com"))
        delete_customer(sold, gone)
        update_customer(sold, by_hand, CustomerInput(customer_number="VIP"))
    assert found(sold.company) == ""


def test_files_are_compared_with_their_hash(sold: Actor, settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    with company_scope(sold.company):
        stored = ensure_rendered(StoredDocument.objects.get(number="INV-2024-0001"))
    assert found(sold.company) == ""
    file = tmp_path / stored.file
    file.write_bytes(b"another document")
    assert "document INV-2024-0001: file is another one" in found(sold.company)
    file.unlink()
    assert "document INV-2024-0001: file is missing" in found(sold.company)


def test_the_command_prints_differences_and_fails(other_company: Company, sold: Actor) -> None:
    tamper("UPDATE customers_customer SET current_balance = 5")
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("check_books", stdout=out, stderr=err)
    assert stop.value.code == 1
    assert out.getvalue().startswith(
        "Tech Supplies Sdn Bhd: customer CUST-0001: currentBalance by the ledger is 5.0000"
    )
    assert "2 differences" in err.getvalue()
    out = StringIO()
    call_command("check_books", "--company", other_company.public_id, stdout=out)
    assert out.getvalue().startswith("The books are correct: 1 companies, 0 customers")
    with pytest.raises(CommandError, match="not found"):
        call_command("check_books", "--company", "Nobody")
