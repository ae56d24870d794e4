"""Receiving money for many invoices, credit and its uses, write-offs: by pages."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from bigledger_crm.kernel import ids
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.factories import line, make_customer, make_invoice
from customers.models import Customer
from invoicing.inputs import AllocationInput, CreditNoteInput, CustomerPaymentInput, PaymentInput
from invoicing.integrity import check_integrity
from invoicing.models import Allocation, CreditNote, Invoice, Payment, Refund, WriteOff
from invoicing.services import Span, create_credit_note, record_customer_payment, record_payment
from invoicing.services.statement_pdf import statement_context

pytestmark = pytest.mark.usefixtures("in_company", "time_in_2024")
D = Decimal
PAID = {"payment_date": "2024-01-15", "payment_method": "bank_transfer", "reference": "TT 88", "notes": ""}


@pytest.fixture
def customer(actor: Actor) -> Customer:
    return make_customer(actor)


@pytest.fixture
def invoices(actor: Actor, customer: Customer) -> list[Invoice]:
    return [make_invoice(actor, customer, [line("1", price)]) for price in ("100.00", "200.00", "300.00")]


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def receive(client: Client, customer: Customer, **values: str) -> Any:
    return client.post(f"/customers/{customer.public_id}/payments/new", {**PAID, **values})


def test_who_pays_is_asked_first(alices: Client, customer: Customer) -> None:
    page = text(alices.get("/payments/new"))
    assert "Receive money" in page
    unknown = alices.post("/payments/new", {"customer": "Nobody"})
    assert (unknown.status_code, "No customer has this name or number." in text(unknown)) == (400, True)
    assert 'value="Nobody"' in text(unknown)
    found = alices.post("/payments/new", {"customer": customer.name})
    assert found.headers["Location"] == f"/customers/{customer.public_id}/payments/new"


def test_one_transfer_for_three_invoices_less_a_bank_charge(
    alices: Client, actor: Actor, customer: Customer, invoices: list[Invoice]
) -> None:
    first, second, third = invoices
    typed = {third.public_id: "290.00", "amount": "640.00", "oldest_first": "on"}
    shown = text(receive(alices, customer, total="1", **typed))
    assert "<strong>MYR 50.00</strong>" in shown
    recorded = receive(alices, customer, **typed)
    payment = Payment.objects.get()
    assert recorded.headers["Location"] == f"/payments/{payment.public_id}"
    amounts = {row.invoice_id: row.amount for row in Allocation.objects.all()}
    assert amounts == {first.pk: D("100.00"), second.pk: D("200.00"), third.pk: D("290.00")}
    written = alices.post(
        f"/invoices/{third.public_id}/write-off", {"amount": "10.00", "kind": "bank_charge", "reason": "Bank"}
    )
    assert written.headers["Location"] == f"/invoices/{third.public_id}"
    assert set(Invoice.objects.values_list("stage", flat=True)) == {"paid"}
    page = text(alices.get(f"/payments/{payment.public_id}"))
    assert all(invoice.invoice_number in page for invoice in invoices)
    assert "MYR 50.00" in page
    invoice_page = text(alices.get(f"/invoices/{third.public_id}"))
    assert "Bank charge · Bank" in invoice_page
    credit = text(alices.get(f"/customers/{customer.public_id}/payments"))
    assert "Unapplied credit" in credit
    assert "MYR 50.00" in credit
    assert check_integrity(actor.company) == []


def test_all_that_is_wrong_is_told_and_what_was_typed_stays(
    alices: Client, customer: Customer, invoices: list[Invoice]
) -> None:
    wrong = {invoices[0].public_id: "100.01", invoices[1].public_id: "x", "amount": "", "payment_date": "2024-02-01"}
    response = receive(alices, customer, **wrong)
    page = text(response)
    assert response.status_code == 400
    assert "Only MYR 100.00 is due on this invoice" in page
    assert "Payment date cannot be in the future" in page
    assert 'value="100.01"' in page
    assert 'value="x"' in page
    assert 'value="TT 88"' in page
    more = receive(alices, customer, amount="50.00", **{invoices[0].public_id: "100.00"})
    assert (more.status_code, "The amounts add up to more than is available." in text(more)) == (422, True)
    assert not Payment.objects.exists()


def test_a_second_click_records_nothing(alices: Client, customer: Customer) -> None:
    page = text(alices.get(f"/customers/{customer.public_id}/payments/new"))
    key = page.split('name="form_key" value="')[1].split('"')[0]
    for _ in range(2):
        assert receive(alices, customer, amount="10.00", form_key=key).status_code == 302
    assert Payment.objects.count() == 1


def test_a_paid_invoice_is_credited_and_refunded(
    alices: Client, actor: Actor, customer: Customer, invoices: list[Invoice]
) -> None:
    invoice, other, _third = invoices
    record_payment(actor, invoice, PaymentInput(amount=D("100.00")))
    page = text(alices.get(f"/invoices/{invoice.public_id}/credit"))
    assert "the customer can keep the rest as credit" in page
    part = str(invoice.lines.get().public_id)
    form = {"credit_note_date": "2024-01-15", "reason": "Returned", part: "1"}
    refused = alices.post(f"/invoices/{invoice.public_id}/credit", form)
    assert refused.status_code == 422
    total = text(alices.post(f"/invoices/{invoice.public_id}/credit", {**form, "keep_credit": "on", "total": "1"}))
    assert "MYR 100.00, of which MYR 100.00 is kept as credit" in total
    issued = alices.post(f"/invoices/{invoice.public_id}/credit", {**form, "keep_credit": "on"})
    note = CreditNote.objects.get()
    assert issued.headers["Location"] == f"/credit-notes/{note.public_id}"
    applied = alices.post(f"/credit-notes/{note.public_id}/apply", {other.public_id: "60.00"})
    assert applied.headers["Location"] == f"/credit-notes/{note.public_id}"
    too_much = alices.post(f"/credit-notes/{note.public_id}/refund", {"amount": "40.01", **_refund()})
    assert (too_much.status_code, "Only MYR 40.00 can be refunded" in text(too_much)) == (422, True)
    alices.post(f"/credit-notes/{note.public_id}/refund", {"amount": "40.00", **_refund()})
    refund = Refund.objects.get()
    voided = alices.post(f"/refunds/{refund.public_id}/void", {"reason": "Returned by the bank"})
    assert voided.headers["Location"] == f"/credit-notes/{note.public_id}"
    allocation = Allocation.objects.get(credit_note=note)
    back = f"/credit-notes/{note.public_id}/allocations/{allocation.public_id}/reverse"
    assert "is due again, and is the customer's credit" in text(alices.get(back)).replace("&#x27;", "'")
    assert alices.post(back, {}).headers["Location"] == f"/credit-notes/{note.public_id}"
    note.refresh_from_db()
    assert note.unapplied == D("100.00")
    assert check_integrity(actor.company) == []


def _refund() -> dict[str, str]:
    return {"refund_date": "2024-01-15", "payment_method": "bank_transfer", "reference": "", "notes": ""}


def test_nothing_to_apply_is_told(alices: Client, actor: Actor, customer: Customer) -> None:
    payment = record_customer_payment(actor, CustomerPaymentInput(customer_id=customer.public_id, amount=D("10.00")))
    refused = alices.post(f"/payments/{payment.public_id}/apply", {"oldest_first": "on"})
    assert (refused.status_code, "Enter an amount for at least one invoice." in text(refused)) == (400, True)


def test_a_write_off_and_its_reversal(alices: Client, actor: Actor, invoices: list[Invoice]) -> None:
    invoice = invoices[0]
    path = f"/invoices/{invoice.public_id}/write-off"
    assert 'value="100.00"' in text(alices.get(path))
    wrong = alices.post(path, {"amount": "100.01", "kind": "bad_debt", "reason": "Gone"})
    assert (wrong.status_code, "Only MYR 100.00 is due on this invoice" in text(wrong)) == (422, True)
    small = alices.post(path, {"amount": "100.00", "kind": "small_difference", "reason": ""})
    assert (small.status_code, "A small difference is at most" in text(small)) == (422, True)
    no_reason = alices.post(path, {"amount": "100.00", "kind": "bad_debt", "reason": ""})
    assert (no_reason.status_code, "A reason is required" in text(no_reason)) == (400, True)
    alices.post(path, {"amount": "100.00", "kind": "bad_debt", "reason": "Bankrupt"})
    write_off = WriteOff.objects.get()
    page = text(alices.get(f"/invoices/{invoice.public_id}"))
    assert "Bad debt · Bankrupt" in page
    back = f"/invoices/{invoice.public_id}/write-offs/{write_off.public_id}/reverse"
    assert alices.post(back, {"reason": "Paid after all"}).headers["Location"] == f"/invoices/{invoice.public_id}"
    invoice.refresh_from_db()
    assert invoice.amount_due == D("100.00")
    assert check_integrity(actor.company) == []


def test_a_cent_is_written_off_by_one_click(alices: Client, actor: Actor, invoices: list[Invoice]) -> None:
    invoice = invoices[0]
    path = f"/invoices/{invoice.public_id}"
    record_payment(actor, invoice, PaymentInput(amount=D("99.94")))
    assert "Write off MYR 0.06" not in text(alices.get(path))
    record_payment(actor, invoice, PaymentInput(amount=D("0.02")))
    page = text(alices.get(path))
    assert "Write off MYR 0.04" in page
    assert 'name="kind" value="small_difference"' in page
    fields = {"amount": "0.04", "kind": "small_difference", "form_key": str(ids.new_id())}
    for _click in range(2):
        assert alices.post(f"{path}/write-off", fields).headers["Location"] == path
    page = text(alices.get(path))
    assert "Small difference" in page
    assert "Write off MYR" not in page
    assert Invoice.objects.get(pk=invoice.pk).stage == "paid"
    assert WriteOff.objects.count() == 1
    assert check_integrity(actor.company) == []


def test_lists_and_files_of_payments_say_which_invoices(
    alices: Client, actor: Actor, customer: Customer, invoices: list[Invoice]
) -> None:
    parts = [AllocationInput(invoice_id=invoice.public_id, amount=D("50.00")) for invoice in invoices]
    paid = CustomerPaymentInput(customer_id=customer.public_id, amount=D("160.00"), allocations=parts)
    record_customer_payment(actor, paid)
    numbers = [invoice.invoice_number for invoice in invoices]
    for path in ("/payments", f"/customers/{customer.public_id}/payments"):
        assert f"{numbers[0]}, {numbers[1]} and 1 more" in text(alices.get(path))
    exported = b"".join(alices.get("/payments?export=csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert f'"{", ".join(numbers)}"' in exported
    assert ",150.00,0.00,10.00," in exported
    timeline = text(alices.get(f"/invoices/{invoices[2].public_id}"))
    assert "Payment recorded" in timeline
    assert numbers[0] not in timeline


def test_a_credit_balance_is_named_on_the_statement(alices: Client, actor: Actor, customer: Customer) -> None:
    record_customer_payment(actor, CustomerPaymentInput(customer_id=customer.public_id, amount=D("160.00")))
    context, closing = statement_context(actor, customer, Span())
    assert (closing, context["total"], context["is_credit"]) == (D("-160.00"), "160.00", True)
    assert context["table"]["rows"][0]["figures"][-2:] == ["160.00", "−160.00"]
    assert alices.get(f"/customers/{customer.public_id}/statement/pdf").status_code == 200


def test_goodwill(alices: Client, actor: Actor, customer: Customer) -> None:
    path = f"/customers/{customer.public_id}/credit-notes/new"
    assert path in text(alices.get(f"/customers/{customer.public_id}/payments"))
    asked = {"amount": "53.00", "tax_code": "SST", "credit_note_date": "2024-01-15", "reason": "Late delivery"}
    wrong = alices.post(path, {**asked, "amount": "0.001", "credit_note_date": "2024-01-16", "reason": ""})
    shown = text(wrong)
    assert wrong.status_code == 400
    assert all(said in shown for said in ("cannot be in the future", "decimals", "This field is required."))
    assert 'value="0.001"' in shown
    issued = alices.post(path, asked)
    note = CreditNote.objects.get()
    assert issued.headers["Location"] == f"/credit-notes/{note.public_id}"
    assert (note.total, note.total_tax, note.reason, note.unapplied) == (D("53.00"), D("3.00"), "Late delivery", D(53))
    assert "Left as the customer's credit" in text(alices.get(f"/credit-notes/{note.public_id}")).replace("&#x27;", "'")
    assert check_integrity(actor.company) == []


def test_goodwill_in_another_currency_needs_a_rate(alices: Client, actor: Actor) -> None:
    customer = make_customer(actor, currency="SGD")
    path = f"/customers/{customer.public_id}/credit-notes/new"
    asked = {"amount": "10", "tax_code": "", "credit_note_date": "2024-01-15", "reason": "Late delivery"}
    assert alices.post(path, asked).status_code == 400
    assert alices.post(path, {**asked, "exchange_rate": "3.32"}).status_code == 302
    note = CreditNote.objects.get()
    assert (note.total, note.currency, note.exchange_rate) == (D(10), "SGD", D("3.32"))


def test_a_payment_is_applied_and_taken_back(
    alices: Client, actor: Actor, customer: Customer, invoices: list[Invoice]
) -> None:
    payment = record_customer_payment(actor, CustomerPaymentInput(customer_id=customer.public_id, amount=D("150.00")))
    assert alices.post(f"/payments/{payment.public_id}/apply", {"oldest_first": "on"}).status_code == 302
    assert sum(Allocation.objects.values_list("amount", flat=True)) == D(150)
    allocation = Allocation.objects.order_by("-amount")[0]
    alices.post(f"/payments/{payment.public_id}/allocations/{allocation.public_id}/reverse", {})
    payment.refresh_from_db()
    assert payment.unapplied == allocation.amount
    note = create_credit_note(actor, CreditNoteInput(invoice_id=invoices[2].public_id))
    strange = f"/credit-notes/{note.public_id}/allocations/{allocation.public_id}/reverse"
    assert alices.get(strange).status_code == 404
