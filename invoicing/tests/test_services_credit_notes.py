"""Crediting invoices."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bigledger_crm.audit.services import timeline_of
from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import NotFound
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.errors import invalid_fields
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_order
from customers.errors import CustomerHasTransactions
from customers.models import ReceivableEntry
from customers.queries import customer_by_public_id
from customers.services import delete_customer
from invoicing.errors import (
    CreditExceedsAmountDue,
    CreditExceedsRemaining,
    InvoiceAlreadyCredited,
    InvoiceNotIssued,
)
from invoicing.inputs import CreditNoteInput, PaymentInput
from invoicing.integrity import check_integrity
from invoicing.models import CreditNote, Invoice
from invoicing.queries import state_of
from invoicing.services import (
    cancel_invoice,
    convert_order_to_invoice,
    create_credit_note,
    issue_invoice,
    record_payment,
    void_payment,
)
from sales.inputs import QuantityInput

pytestmark = pytest.mark.usefixtures("in_company", "time_in_2024")
D = Decimal


def part(invoice: Invoice, quantity: str, position: int = 1) -> QuantityInput:
    """Some of a line."""
    return QuantityInput(item_id=invoice.lines.get(position=position).public_id, quantity=D(quantity))


def credit(actor: Actor, invoice: Invoice, *parts: QuantityInput, **fields: Any) -> CreditNote:
    """Credits parts, or all that is left."""
    items = {"items": list(parts)} if parts else {}
    return create_credit_note(actor, CreditNoteInput(**{"invoice_id": invoice.public_id, **items, **fields}))


def test_a_part_lowers_what_is_due_balance_and_sales(actor: Actor) -> None:
    customer = make_customer(actor)
    lines = [line("100", "25.00", discount_percent=D(5), tax_code="SST")]
    invoice = make_invoice(actor, customer, lines, shipping_cost=D("50.00"), reference="PO-1")
    note = credit(actor, invoice, part(invoice, "40"), reason=" Damaged  in transit ")
    note.refresh_from_db()
    assert (note.credit_note_number, note.credit_note_date, note.reason) == (
        "CN-2024-0001",
        date(2024, 1, 15),
        "Damaged in transit",
    )
    amounts = (note.total_discount, note.subtotal, note.total_tax, note.shipping_cost, note.total)
    assert amounts == (D("50.00"), D("950.00"), D("57.00"), D(0), D("1007.00"))
    row = note.lines.get()
    assert (row.invoice_line, row.quantity, row.ranges) == (invoice.lines.get(), D(40), [(D(0), D(40))])
    assert (row.unit_price, row.discount_percent, row.tax_code, row.tax_rate) == (D(25), D(5), "SST", D(6))
    invoice.refresh_from_db()
    assert (invoice.amount_credited, invoice.amount_due) == (D("1007.00"), D("1560.50"))
    entry = ReceivableEntry.objects.get(kind="credit_note")
    assert (entry.amount, entry.sales_amount, entry.document_id) == (D("-1007.00"), D("-1007.00"), note.pk)
    assert (entry.document_number, entry.entry_date) == ("CN-2024-0001", date(2024, 1, 15))
    owing = customer_by_public_id(customer.public_id)
    assert (owing.current_balance, owing.total_sales, owing.last_sale_date) == (
        D("1560.50"),
        D("1560.50"),
        date(2024, 1, 15),
    )
    stored = StoredDocument.objects.get(kind="credit_note")
    assert (stored.number, stored.filename, stored.context["total"]) == ("CN-2024-0001", "CN-2024-0001.pdf", "1007.00")
    assert stored.context["references"] == [
        {"label": "Our invoice", "value": "INV-2024-0001"},
        {"label": "Your reference", "value": "PO-1"},
    ]
    (entry_note,) = [told.note for told in timeline_of(invoice.pk).filter(event="credit_note.created")]
    assert entry_note == "CN-2024-0001: MYR 1007.00 Damaged in transit"
    assert check_integrity(actor.company) == []


def test_the_rest_with_its_shipping(actor: Actor) -> None:
    invoice = make_invoice(actor, None, [line("3", "33.335", tax_code="SST"), line()], shipping_cost=D("9.99"))
    first = credit(actor, invoice, part(invoice, "1"), shipping_cost=D("4.00"))
    rest = credit(actor, invoice)
    assert [row.ranges for row in rest.lines.all()] == [[(D(1), D(3))], [(D(0), D(1))]]
    assert (first.shipping_cost, rest.shipping_cost) == (D("4.00"), D("5.99"))
    invoice.refresh_from_db()
    assert invoice.amount_credited == first.total + rest.total == invoice.total
    with pytest.raises(InvoiceAlreadyCredited) as refusal:
        credit(actor, invoice)
    assert refusal.value.details == [{"invoiceId": invoice.public_id}]
    assert check_integrity(actor.company) == []


def test_nothing_due_is_shown_as_paid_whoever_gave(actor: Actor) -> None:
    """A credit note settles what it credits: an invoice credited in full is paid, with no day of payment."""
    invoice = make_invoice(actor)
    credit(actor, invoice)
    invoice.refresh_from_db()
    stands = state_of(invoice, date(2030, 1, 1))
    assert (stands.status, stands.payment_status, stands.amount_due, stands.overdue_by) == ("paid", "paid", D(0), 0)
    assert (invoice.stage, invoice.last_payment_date) == ("paid", None)


def test_shipping_alone(actor: Actor) -> None:
    invoice = make_invoice(actor, shipping_cost=D("9.99"))
    note = create_credit_note(actor, CreditNoteInput(invoice_id=invoice.public_id, items=[], shipping_cost=D("9.99")))
    assert (note.total, note.lines.count()) == (D("9.99"), 0)
    with pytest.raises(CreditExceedsRemaining) as refusal:
        create_credit_note(actor, CreditNoteInput(invoice_id=invoice.public_id, items=[], shipping_cost=D("0.01")))
    (detail,) = refusal.value.details
    assert (detail["field"], str(detail["requested"]), str(detail["remaining"])) == ("shippingCost", "0.01", "0.00")
    empty = CreditNoteInput(invoice_id=invoice.public_id, items=[])
    assert set(invalid_fields(lambda: create_credit_note(actor, empty))) == {"items"}
    assert check_integrity(actor.company) == []


def test_more_than_remains_names_each_line(actor: Actor) -> None:
    invoice = make_invoice(actor, None, [line("3"), line("2"), line("1")])
    credit(actor, invoice, part(invoice, "2"))
    with pytest.raises(CreditExceedsRemaining) as refusal:
        credit(actor, invoice, part(invoice, "1.5"), part(invoice, "2", 2), part(invoice, "1.000001", 3))
    assert refusal.value.details == [
        {"itemId": part(invoice, "1").item_id, "requested": D("1.5"), "remaining": D(1)},
        {"itemId": part(invoice, "1", 3).item_id, "requested": D("1.000001"), "remaining": D(1)},
    ]
    assert CreditNote.objects.count() == 1
    assert check_integrity(actor.company) == []


def test_what_is_paid_is_voided_before_it_is_credited(actor: Actor) -> None:
    invoice = make_invoice(actor, None, [line("4", "25.00")])
    payment = record_payment(actor, invoice, PaymentInput(amount=D("75.00")))
    with pytest.raises(CreditExceedsAmountDue) as refusal:
        credit(actor, invoice, part(invoice, "2"))
    (detail,) = refusal.value.details
    assert (str(detail["amount"]), str(detail["amountDue"]), detail["currency"]) == ("50.00", "25.00", "MYR")
    assert credit(actor, invoice, part(invoice, "1")).total == D("25.00")
    void_payment(actor, payment)
    assert credit(actor, invoice).total == D("75.00")
    assert check_integrity(actor.company) == []


@pytest.mark.parametrize("status", ["draft", "cancelled"])
def test_only_an_issued_invoice_is_credited(actor: Actor, status: str) -> None:
    invoice = make_invoice(actor, draft=True)
    if status == "cancelled":
        cancel_invoice(actor, invoice)
    with pytest.raises(InvoiceNotIssued) as refusal:
        credit(actor, invoice)
    assert refusal.value.details == [{"invoiceId": invoice.public_id, "status": status}]


def test_every_failing_field_is_named(actor: Actor) -> None:
    invoice = make_invoice(actor, invoice_date=date(2024, 1, 10))
    assert set(invalid_fields(lambda: create_credit_note(actor, CreditNoteInput()))) == {"invoiceId"}
    late = invalid_fields(lambda: credit(actor, invoice, credit_note_date=date(2024, 1, 16), reason="x" * 501))
    assert late == {
        "creditNoteDate": "Credit note date cannot be in the future",
        "reason": "At most 500 characters are allowed",
    }
    early = invalid_fields(lambda: credit(actor, invoice, credit_note_date=date(2024, 1, 9)))
    assert early == {"creditNoteDate": "Credit note date cannot be before the invoice date"}
    once, bad = part(invoice, "0.5"), replace(part(invoice, "1"), quantity=D("0.0000001"))
    assert set(invalid_fields(lambda: credit(actor, invoice, once, bad, QuantityInput(quantity=D(-1))))) == {
        "items[1].itemId",
        "items[1].quantity",
        "items[2].itemId",
        "items[2].quantity",
    }
    assert set(invalid_fields(lambda: credit(actor, invoice, once, shipping_cost=D("0.001")))) == {"shippingCost"}
    assert not CreditNote.objects.exists()


def test_lines_of_nobody_and_of_another_invoice_are_unknown(actor: Actor) -> None:
    invoice, other = make_invoice(actor), make_invoice(actor)
    for key in (part(other, "1").item_id, ids.encode("invli", ids.new_id()), "invli_x"):
        with pytest.raises(NotFound, match="Invoice item"):
            credit(actor, invoice, QuantityInput(item_id=key, quantity=D(1)))
    with pytest.raises(NotFound, match="Invoice with ID"):
        create_credit_note(actor, CreditNoteInput(invoice_id="inv_x"))


def test_dates_of_an_invoice_dated_ahead_and_numbers_of_another_year(actor: Actor) -> None:
    ahead = make_invoice(actor, None, [line("2")], invoice_date=date(2025, 1, 15))
    assert credit(actor, ahead, part(ahead, "1")).credit_note_number == "CN-2025-0001"
    past = make_invoice(actor, None, [line("2")], invoice_date=date(2023, 12, 30))
    assert credit(actor, past, part(past, "1")).credit_note_number == "CN-2024-0001"
    old = credit(actor, past, credit_note_date=date(2023, 12, 31))
    assert (old.credit_note_number, old.credit_note_date) == ("CN-2023-0001", date(2023, 12, 31))
    assert check_integrity(actor.company) == []


def test_part_of_a_part_of_an_order_is_priced_along_the_order(actor: Actor) -> None:
    """The middle third of a line that bills two stretches of an order's line adds up to the cent."""
    order = make_order(actor, None, [line("10", "3.333333", tax_code="SST", discount_amount=D("1.11"))])
    key = order.lines.get().public_id
    first, middle = (
        issue_invoice(
            actor,
            convert_order_to_invoice(actor, order, partial_items=[QuantityInput(item_id=key, quantity=D(quantity))]),
        )
        for quantity in ("2.5", "3.1")
    )
    cancel_invoice(actor, first)
    rest = issue_invoice(actor, convert_order_to_invoice(actor, order))
    assert rest.lines.get().ranges == [(0, D("2.5")), (D("5.6"), 10)]
    notes = [credit(actor, rest, part(rest, quantity)) for quantity in ("2.3", "2.3")] + [credit(actor, rest)]
    for name in ("subtotal", "total_discount", "total_tax", "total"):
        assert sum(getattr(note, name) for note in notes) == getattr(rest, name)
    assert middle.total + rest.total == order.total
    assert check_integrity(actor.company) == []


def test_a_credited_customer_stays(actor: Actor) -> None:
    customer = make_customer(actor)
    credit(actor, make_invoice(actor, customer))
    with pytest.raises(CustomerHasTransactions) as refusal:
        delete_customer(actor, customer)
    assert refusal.value.details == [{"invoices": 1, "creditNotes": 1}]


@pytest.mark.parametrize(("currency", "total"), [("JPY", "50"), ("KWD", "49.999")])
def test_in_the_invoice_s_currency_at_its_rate(actor: Actor, currency: str, total: str) -> None:
    customer = make_customer(actor, currency=currency)
    invoice = make_invoice(actor, customer, [line("2", "49.999")], exchange_rate=D("2.5"))
    note = credit(actor, invoice, part(invoice, "1"))
    assert (note.currency, note.exchange_rate, note.total) == (currency, D("2.5"), D(total))
    assert check_integrity(actor.company) == []
