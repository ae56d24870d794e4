"""Payments by customers, credit, refunds, goodwill and write-offs over the API."""

from decimal import Decimal
from typing import Any

import pytest

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.factories import make_customer, make_invoice
from customers.models import Customer
from invoicing.integrity import check_integrity
from invoicing.models import Invoice, Payment

pytestmark = pytest.mark.usefixtures("in_company", "time_in_2024")
D = Decimal


@pytest.fixture
def customer(actor: Actor, in_company: object, time_in_2024: object) -> Customer:
    return make_customer(actor)


def part(invoice: Invoice, amount: str) -> dict[str, Any]:
    return {"invoiceId": invoice.public_id, "amount": D(amount)}


def test_one_transfer_for_two_invoices(actor: Actor, api: ApiClient, customer: Customer) -> None:
    first, second = make_invoice(actor, customer), make_invoice(actor, customer)
    body = {
        "customerId": customer.public_id,
        "amount": D("250.00"),
        "reference": "TT 1",
        "allocations": [part(first, "100"), part(second, "60")],
    }
    made = api.post("/payments", body)
    assert (made.status, made.headers["Location"]) == (201, f"/api/v1/payments/{made.data['id']}")
    told = made.data
    assert (told["invoiceId"], told["invoice"], told["unappliedAmount"]) == (None, None, D("90.00"))
    assert (told["refundedAmount"], told["exchangeRate"]) == (D("0.00"), D("1.0"))
    assert [(row["invoiceNumber"], row["amount"], row["realizedGainLoss"]) for row in told["allocations"]] == [
        (first.invoice_number, D("100.00"), D("0.00")),
        (second.invoice_number, D("60.00"), D("0.00")),
    ]
    assert api.get(f"/payments/{told['id']}").data == told
    for path in ("/payments", f"/payments?invoiceId={second.public_id}", f"/invoices/{second.public_id}/payments"):
        assert api.get(path).data == [told]
    assert api.get(f"/invoices/{second.public_id}").data["amountDue"] == D("40.00")
    credits = api.get(f"/customers/{customer.public_id}/credits").data
    assert credits["unappliedAmount"] == D("90.00")
    assert [(row["type"], row["id"], row["reference"]) for row in credits["credits"]] == [
        ("payment", told["id"], "TT 1")
    ]
    assert check_integrity(actor.company) == []


def test_credit_is_applied_taken_back_and_refunded(actor: Actor, api: ApiClient, customer: Customer) -> None:
    payment = api.post("/payments", {"customerId": customer.public_id, "amount": D(150)}).data
    path, invoice = f"/payments/{payment['id']}", make_invoice(actor, customer)
    seen = api.get(path)
    applied = api.post(f"{path}/allocate", {"allocations": [part(invoice, "100")]}, If_Match=seen.headers["ETag"])
    assert (applied.status, applied.data["unappliedAmount"]) == (200, D("50.00"))
    assert api.post(f"{path}/allocate", {"autoAllocate": "oldest"}, If_Match=seen.headers["ETag"]).status == 412
    refunded = api.post(f"{path}/refunds", {"amount": D(20), "reference": "R 1"})
    assert (refunded.status, refunded.data["paymentId"], refunded.data["creditNoteId"]) == (201, payment["id"], None)
    assert refunded.data["customerId"] == customer.public_id
    assert api.get("/refunds").data == api.get(f"{path}/refunds").data == [refunded.data]
    assert api.get(f"/refunds/{refunded.data['id']}").data == refunded.data
    assert api.get(path).data["refundedAmount"] == D("20.00")
    spent = api.post(f"{path}/void")
    assert (spent.status, spent.error["code"], len(spent.error["details"])) == (422, "PAYMENT_CREDIT_SPENT", 2)
    voided = api.post(f"/refunds/{refunded.data['id']}/void", {"reason": "Returned"})
    assert (voided.data["status"], voided.data["voidReason"]) == ("voided", "Returned")
    back = api.post(f"{path}/unallocate", {"allocationIds": [applied.data["allocations"][0]["id"]]})
    assert (back.data["allocations"], back.data["unappliedAmount"]) == ([], D("150.00"))
    assert api.post(f"{path}/unallocate").error["code"] == "NOTHING_ALLOCATED"
    assert api.post(f"{path}/void").status == 200
    assert check_integrity(actor.company) == []


def test_an_allocation_is_made_once(actor: Actor, api: ApiClient, customer: Customer) -> None:
    payment = api.post("/payments", {"customerId": customer.public_id, "amount": D(150)}).data
    body = {"allocations": [part(make_invoice(actor, customer), "40")]}
    answers = [api.post(f"/payments/{payment['id']}/allocate", body, Idempotency_Key="once") for _ in range(2)]
    assert answers[0].text == answers[1].text
    assert Payment.objects.get().amount_allocated == D(40)


def test_bad_input(actor: Actor, api: ApiClient, customer: Customer) -> None:
    invoice, other = make_invoice(actor, customer), make_invoice(actor)
    pay = {"customerId": customer.public_id, "amount": D(500)}
    refused = api.post("/payments", {**pay, "allocations": [part(invoice, "100.01"), part(invoice, "1")]})
    assert {detail["field"] for detail in refused.error["details"]} == {"allocations[1].invoiceId"}
    refused = api.post("/payments", {**pay, "allocations": [part(invoice, "100.01")]})
    assert (refused.status, refused.error["code"]) == (422, "ALLOCATION_EXCEEDS_AMOUNT_DUE")
    assert refused.error["details"][0]["field"] == "allocations[0].amount"
    assert api.post("/payments", {**pay, "allocations": [part(other, "1")]}).status == 404
    wrong = {**pay, "currency": "USD", "paymentDate": "2024-01-16", "autoAllocate": "newest", "amount": D("0.001")}
    refused = api.post("/payments", wrong)
    assert (refused.status, refused.error["code"]) == (400, "INVALID_PAYMENT_DATA")
    assert {row["field"] for row in refused.error["details"]} == {"currency", "paymentDate", "autoAllocate", "amount"}
    assert api.post("/payments", {}).error["details"][0]["field"] in ("amount", "customerId")
    assert not Payment.objects.exists()


def test_a_paid_invoice_is_credited(actor: Actor, api: ApiClient, customer: Customer) -> None:
    invoice = make_invoice(actor, customer)
    kept = api.post(f"/invoices/{invoice.public_id}/payments", {"amount": D(130), "excess": "credit"}).data
    assert (kept["invoiceId"], kept["unappliedAmount"]) == (invoice.public_id, D("30.00"))
    refused = api.post("/credit-notes", {"invoiceId": invoice.public_id})
    assert refused.error["code"] == "CREDIT_EXCEEDS_AMOUNT_DUE"
    note = api.post("/credit-notes", {"invoiceId": invoice.public_id, "excess": "credit"}).data
    assert [note[name] for name in ("appliedToInvoice", "creditedToCustomer", "unappliedAmount")] == [0, 100, 100]
    other, path = make_invoice(actor, customer), f"/credit-notes/{note['id']}"
    applied = api.post(f"{path}/allocate", {"allocations": [part(other, "70")]}).data
    assert (applied["unappliedAmount"], applied["appliedToInvoice"]) == (D("30.00"), D("0.00"))
    assert api.get("/credit-notes?expand=allocations").data[0]["allocations"] == applied["allocations"]
    assert api.get("/credit-notes").data[0]["creditedToCustomer"] == D("100.00")
    assert api.get(path).data == applied
    refund = api.post(f"{path}/refunds", {"amount": D(30)}).data
    assert (refund["creditNoteId"], refund["paymentId"]) == (note["id"], None)
    assert api.post(f"{path}/unallocate").data["unappliedAmount"] == D("70.00")
    assert check_integrity(actor.company) == []


def test_goodwill(actor: Actor, api: ApiClient, customer: Customer) -> None:
    path = f"/customers/{customer.public_id}/credit-notes"
    items = [{"description": "Late", "amount": D("50.00")}]
    made = api.post(path, {"reason": "Late delivery", "items": items})
    assert (made.status, made.headers["Location"]) == (201, f"/api/v1/credit-notes/{made.data['id']}")
    assert (made.data["invoiceId"], made.data["invoiceNumber"], made.data["total"]) == (None, None, D("50.00"))
    assert made.data["items"][0]["invoiceItemId"] is None
    assert api.get("/credit-notes").data[0]["invoiceId"] is None
    assert api.get(f"/credit-notes/{made.data['id']}/pdf").status == 200
    refused = api.post(path, {"items": [{"amount": D("0.001")}], "creditNoteDate": "2024-01-16"})
    assert {row["field"] for row in refused.error["details"]} == {
        *("reason", "creditNoteDate", "items[0].description", "items[0].amount"),
    }


def test_write_offs(actor: Actor, api: ApiClient, customer: Customer) -> None:
    invoice = make_invoice(actor, customer)
    path = f"/invoices/{invoice.public_id}/write-offs"
    small = api.post(path, {"kind": "small_difference", "amount": D("0.05")})
    assert (small.status, small.data["status"], small.data["amount"]) == (201, "written_off", D("0.05"))
    assert api.post(path, {"kind": "small_difference"}).error["code"] == "WRITE_OFF_EXCEEDS_TOLERANCE"
    assert api.get(f"/invoices/{invoice.public_id}").data["amountWrittenOff"] == D("0.05")
    rest = api.post(path, {"kind": "bad_debt", "reason": "Insolvent"}).data
    assert {row["id"] for row in api.get(path).data} == {small.data["id"], rest["id"]}
    reversed_ = api.post(f"{path}/{rest['id']}/reverse", {"reason": "Paid"})
    assert (reversed_.data["status"], reversed_.data["reversalReason"]) == ("reversed", "Paid")
    assert api.post(f"{path}/{rest['id']}/reverse").error["code"] == "WRITE_OFF_ALREADY_REVERSED"
    other = make_invoice(actor, customer)
    assert api.post(f"/invoices/{other.public_id}/write-offs/{small.data['id']}/reverse").status == 404
    assert check_integrity(actor.company) == []
