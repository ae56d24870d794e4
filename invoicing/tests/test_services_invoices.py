"""Making, issuing and sending invoices."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db.models import Q

from bigledger_crm.audit.services import timeline_of
from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import InvalidStatusTransition, NotFound
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.errors import invalid_fields
from bigledger_crm.testing.factories import line, make_customer, make_invoice
from customers.models import ReceivableEntry
from customers.queries import customer_by_public_id
from invoicing.inputs import InvoiceInput, PaymentInput
from invoicing.integrity import check_integrity
from invoicing.lifecycle import INVOICE
from invoicing.models import Invoice
from invoicing.queries import invoice_by_public_id, invoices_with_payment_status, with_display_status
from invoicing.rules import PAYMENT_STATUSES, SHOWN_INVOICE_STATES, invoice_state
from invoicing.services import create_invoice, issue_invoice, record_payment, send_invoice
from sales.services import EmailOptions

pytestmark = pytest.mark.usefixtures("in_company", "time_in_2024")
D = Decimal


def put(invoice: Invoice, status: str) -> Invoice:
    """Puts an invoice into any stored state, past the services."""
    Invoice.objects.filter(pk=invoice.pk).update(status=status)
    return Invoice.objects.get(pk=invoice.pk)


def test_defaults_and_totals_of_a_draft(actor: Actor) -> None:
    actor.company.invoice_terms = "Bank transfer"
    customer = make_customer(actor, payment_terms=45)
    invoice = make_invoice(actor, customer, [line("1000", "22.50", discount_percent=D(10), tax_code="SST")], draft=True)
    invoice.refresh_from_db()
    assert (invoice.invoice_number, invoice.status, invoice.order) == ("INV-2024-0001", "draft", None)
    assert (invoice.invoice_date, invoice.due_date) == (date(2024, 1, 15), date(2024, 2, 29))
    assert (invoice.terms, invoice.issued_at) == ("Bank transfer", None)
    amounts = (invoice.total_discount, invoice.subtotal, invoice.total_tax, invoice.total)
    assert amounts == (D("2250.00"), D("20250.00"), D("1215.00"), D("21465.00"))
    assert not ReceivableEntry.objects.exists()
    assert customer_by_public_id(customer.public_id).current_balance == 0


def test_every_failing_field_is_named(actor: Actor) -> None:
    fields: dict[str, Any] = {"due_date": date(2024, 1, 14), "purchase_order": "x" * 101, "terms": "x" * 10_001}
    named = invalid_fields(lambda: make_invoice(actor, None, [line("-1")], **fields))
    assert set(named) == {"dueDate", "purchaseOrder", "terms", "items[0].quantity"}
    assert named["dueDate"] == "Due date cannot be before the invoice date"
    assert set(invalid_fields(lambda: create_invoice(actor, InvoiceInput(items=[line()])))) == {"customerId"}


def test_issuing_posts_to_the_ledger_and_keeps_the_pdf(actor: Actor) -> None:
    customer = make_customer(actor)
    invoice = issue_invoice(actor, make_invoice(actor, customer, [line("2", tax_code="SST")], draft=True))
    invoice.refresh_from_db()
    assert invoice.status == "sent"
    assert invoice.issued_at is not None
    entry = ReceivableEntry.objects.get()
    assert (entry.kind, entry.document_id, entry.document_number) == ("invoice", invoice.pk, "INV-2024-0001")
    assert (entry.amount, entry.sales_amount, entry.currency) == (D("212.00"), D("212.00"), "MYR")
    assert entry.entry_date == invoice.invoice_date
    customer = customer_by_public_id(customer.public_id)
    assert (customer.current_balance, customer.total_sales) == (D("212.00"), D("212.00"))
    assert customer.last_sale_date == date(2024, 1, 15)
    assert StoredDocument.objects.get().context["total"] == "212.00"
    assert not OutboxEmail.objects.exists()
    assert check_integrity(actor.company) == []


def test_the_last_sale_only_moves_forward(actor: Actor) -> None:
    customer = make_customer(actor)
    for day in (date(2023, 5, 1), date(2024, 1, 10), date(2023, 8, 1)):
        make_invoice(actor, customer, invoice_date=day)
    assert customer_by_public_id(customer.public_id).last_sale_date == date(2024, 1, 10)


def test_sending_a_draft_issues_it_and_queues_one_email(actor: Actor) -> None:
    invoice, email = send_invoice(actor, make_invoice(actor, draft=True), EmailOptions(), send_reminders=True)
    invoice.refresh_from_db()
    assert (invoice.status, invoice.send_reminders) == ("sent", True)
    assert (email.kind, email.related_id, email.to) == ("invoice.sent", invoice.pk, ["billing@acme.example.com"])
    assert email.subject == "Invoice INV-2024-0001 from Tech Supplies Sdn Bhd"
    assert email.stored_document == StoredDocument.objects.get()
    assert ReceivableEntry.objects.count() == 1
    events = [entry.event for entry in timeline_of(invoice.pk)]
    assert sorted(events) == ["invoice.created", "invoice.issued", "invoice.sent"]


def test_an_issued_invoice_is_emailed_again_and_posted_once(actor: Actor) -> None:
    invoice, _ = send_invoice(actor, make_invoice(actor), EmailOptions(), send_reminders=True)
    again, _ = send_invoice(actor, invoice, EmailOptions(to=["boss@acme.example.com"]))
    assert again.send_reminders
    assert again.issued_at == invoice.issued_at
    assert (OutboxEmail.objects.count(), StoredDocument.objects.count(), ReceivableEntry.objects.count()) == (2, 1, 1)


def test_an_email_that_cannot_go_leaves_the_invoice_a_draft(actor: Actor) -> None:
    invoice = make_invoice(actor, make_customer(actor, email="", phone="012-345 6789"), draft=True)
    assert set(invalid_fields(lambda: send_invoice(actor, invoice, EmailOptions()))) == {"to"}
    invoice.refresh_from_db()
    assert invoice.status == "draft"
    assert not ReceivableEntry.objects.exists()


@pytest.mark.parametrize("status", INVOICE.states)
def test_issuing_and_sending_follow_the_lifecycle(actor: Actor, status: str) -> None:
    invoice = put(make_invoice(actor, draft=True), status)
    if INVOICE.allows(status, "sent"):
        assert issue_invoice(actor, invoice).status == "sent"
        return
    with pytest.raises(InvalidStatusTransition) as refusal:
        issue_invoice(actor, invoice)
    assert refusal.value.details == [{"from": status, "to": "sent", "allowed": list(INVOICE.allowed(status))}]
    if status == "cancelled":
        with pytest.raises(InvalidStatusTransition):
            send_invoice(actor, invoice, EmailOptions())
        assert not OutboxEmail.objects.exists()


def test_an_invoice_of_nothing_is_paid_when_it_is_issued(actor: Actor) -> None:
    invoice = make_invoice(actor, None, [line("1", "100", discount_percent=D(100))])
    assert Invoice.objects.filter(with_display_status("paid", date(2030, 1, 1))).get() == invoice
    assert check_integrity(actor.company) == []


def _by(condition: Callable[[str], Q], words: Sequence[str]) -> dict[UUID, str]:
    """Which word's condition each invoice fulfils; exactly one."""
    found = [
        (pk, word) for word in words for pk in Invoice.objects.filter(condition(word)).values_list("pk", flat=True)
    ]
    assert len(found) == Invoice.objects.count()
    return dict(found)


def test_sql_and_python_agree_on_standing_whatever_the_day(actor: Actor) -> None:
    """What a clock can change is a rule and an SQL expression: both say the same on a grid of cases."""
    seen = set()
    for terms in (0, 14, 30):
        customer = make_customer(actor, payment_terms=terms)
        for paid in (None, "0.01", "40.00", "99.99", "100.00"):
            invoice = make_invoice(actor, customer)
            if paid is not None:
                record_payment(actor, invoice, PaymentInput(amount=D(paid)))
        make_invoice(actor, customer, draft=True)
        put(make_invoice(actor, customer, draft=True), "cancelled")
    for day in (date(2024, 1, 15), date(2024, 1, 16), date(2024, 1, 29), date(2024, 1, 30), date(2024, 2, 15)):
        shown = _by(partial(with_display_status, today=day), SHOWN_INVOICE_STATES)
        payment = _by(partial(invoices_with_payment_status, today=day), PAYMENT_STATUSES)
        for row in Invoice.objects.all():
            told = invoice_state(
                row.status,
                total=row.total,
                paid=row.amount_paid,
                credited=row.amount_credited,
                due_date=row.due_date,
                today=day,
            )
            assert row.amount_due == told.amount_due
            assert (shown[row.pk], payment[row.pk]) == (told.status, told.payment_status)
            seen.add((told.status, told.payment_status))
    assert seen == {
        ("draft", "unpaid"),
        ("cancelled", "unpaid"),
        ("sent", "unpaid"),
        ("sent", "partial"),
        ("overdue", "unpaid"),
        ("overdue", "partial"),
        ("paid", "paid"),
    }


def test_not_found(actor: Actor) -> None:
    for public_id in ("inv_x", "inv_01h455vb4pex5vsknk084sn02q", make_customer(actor).public_id):
        with pytest.raises(NotFound, match="Invoice with ID"):
            invoice_by_public_id(public_id)


def test_the_day_is_the_companys(actor: Actor) -> None:
    with clock.travelling(datetime(2024, 12, 31, 16, 30, tzinfo=UTC)):
        assert make_invoice(actor).invoice_number == "INV-2025-0001"
