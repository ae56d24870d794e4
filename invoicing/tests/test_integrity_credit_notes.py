"""Every kind of tampering with credit notes is named."""

from decimal import Decimal

import pytest

from bigledger_crm.tenancy.actor import Actor
from invoicing.inputs import CreditNoteInput
from invoicing.integrity import check_integrity
from invoicing.models import Invoice
from invoicing.services import create_credit_note
from invoicing.tests.tampering import not_told
from sales.inputs import QuantityInput

ENTRY = "customers_receivableentry"


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


def test_tampering_with_credit_notes_is_named(credited: Actor) -> None:
    assert not_told(TAMPERED_CREDIT, credited.company) == {}
