"""The books prove right after a sale, whatever came of it, and differences are told."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.documents.services import ensure_rendered
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line
from customers.inputs import CustomerInput
from customers.services import create_customer, delete_customer, update_customer
from invoicing.inputs import InvoiceInput
from invoicing.integrity import check_integrity
from invoicing.models import Invoice
from invoicing.services import create_invoice
from invoicing.tests.tampering import found, tamper
from sales.models import Quote
from sales.services import (
    EmailOptions,
    duplicate_quote,
    revise_quote,
    send_quote,
)


def test_books_are_right_after_a_sale(sold: Actor) -> None:
    assert check_integrity() == []
    out = StringIO()
    call_command("check_books", stdout=out)
    assert out.getvalue() == (
        "The books are correct (companies: 1, customers: 1, quotes: 1, sales orders: 2, invoices: 3, "
        "credit notes: 0, payments: 1, receivable entries: 3)\n"
    )


ENTRY = "customers_receivableentry"


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
    assert "Differences in the books: 2" in err.getvalue()
    out = StringIO()
    call_command("check_books", "--company", other_company.public_id, stdout=out)
    assert out.getvalue().startswith("The books are correct (companies: 1, customers: 0, ")
    with pytest.raises(CommandError, match="not found"):
        call_command("check_books", "--company", "Nobody")
