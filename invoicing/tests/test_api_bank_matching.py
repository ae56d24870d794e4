"""Bank transactions from the statement to the payment, by the API."""

from decimal import Decimal

import pytest

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.client import ApiClient, Upload
from bigledger_crm.testing.factories import make_bank_statement, make_customer, make_invoice
from invoicing.inputs import PaymentInput
from invoicing.models import BankTransaction, Payment
from invoicing.services import record_payment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_company", "time_in_2024")]
D = Decimal


def test_suggest_match_and_unmatch(api: ApiClient, actor: Actor) -> None:
    customer = make_customer(actor)
    invoices = [make_invoice(actor, customer) for _ in range(2)]
    row = make_bank_statement(actor, 190, description=f"{invoices[0].invoice_number} x").transactions.get()
    path = f"/bank-transactions/{row.public_id}"
    (found,) = api.get(f"{path}/suggestions").data
    assert (found["customerName"], found["left"]) == ("Acme Corporation", 90)
    assert found["reasons"] == [
        {"code": "invoice_number", "message": f"The text has the number {invoices[0].invoice_number}."}
    ]
    assert found["allocations"][0]["amount"] == 100
    refused = api.post(f"{path}/match", {"allocations": [{"invoiceId": invoices[0].public_id}]})
    assert (refused.status, refused.error["code"]) == (422, "BANK_TRANSACTION_LEFT")
    allocations = [{"invoiceId": one.public_id} for one in invoices]
    matched = api.post(f"{path}/match", {"allocations": allocations, "bankCharge": 10}).data
    match = matched["match"]
    assert (matched["status"], match["makesPayment"], match["isAutomatic"]) == ("matched", True, False)
    assert (match["customerId"], match["refundId"]) == (customer.public_id, None)
    payment = api.get(f"/payments/{match['paymentId']}").data
    assert [(one["invoiceId"], one["amount"]) for one in payment["allocations"]] == [
        (one.public_id, amount) for one, amount in zip(invoices, (100, 90), strict=True)
    ]
    void = api.post(f"/payments/{match['paymentId']}/void")
    assert (void.status, void.error["code"]) == (422, "MATCHED_IN_BANK")
    undone = api.post(f"{path}/unmatch", {"reason": "Mistake"}).data
    assert (undone["status"], undone["match"]) == ("unmatched", None)
    assert api.get(f"/payments/{match['paymentId']}").data["voidReason"] == "Mistake"
    assert [api.get(f"/invoices/{one.public_id}").data["amountDue"] for one in invoices] == [100, 100]


def test_a_payment_recorded_by_hand(api: ApiClient, actor: Actor) -> None:
    payment = record_payment(actor, make_invoice(actor), PaymentInput(amount=D(100)))
    path = f"/bank-transactions/{make_bank_statement(actor, 100).transactions.get().public_id}"
    (found,) = api.get(f"{path}/suggestions").data
    assert (found["paymentId"], found["allocations"]) == (payment.public_id, [])
    match = api.post(f"{path}/match", {"paymentId": payment.public_id}).data["match"]
    assert (match["makesPayment"], match["paymentId"]) == (False, payment.public_id)
    assert [row["status"] for row in api.get("/bank-transactions?status=matched").data] == ["matched"]
    api.post(f"{path}/unmatch")
    assert Payment.objects.get().voided_at is None


def test_an_import_matches_by_itself(api: ApiClient, actor: Actor) -> None:
    invoice = make_invoice(actor)
    account = api.post("/bank-accounts", {"name": "Current", "autoMatch": True}).data
    assert account["autoMatch"] is True
    reference = invoice.payment_reference
    content = f"Date,Description,Amount\n2024-01-15,{reference[:6]} {reference[6:]} thanks,100.00\n"
    api.post(f"/bank-accounts/{account['id']}/statements", Upload("a.csv", content.encode()))
    row = BankTransaction.objects.get()
    assert api.get(f"/bank-transactions/{row.public_id}").data["match"]["isAutomatic"] is True
    assert api.get(f"/invoices/{invoice.public_id}").data["paymentStatus"] == "paid"


def test_what_is_wrong_is_named(api: ApiClient, actor: Actor) -> None:
    path = f"/bank-transactions/{make_bank_statement(actor, 100).transactions.get().public_id}"
    answer = api.post(f"{path}/match", {"allocations": [{"amount": 0}], "bankCharge": "y", "z": 1})
    assert (answer.status, answer.error["code"]) == (400, "INVALID_BANK_MATCH_DATA")
    assert {detail["field"] for detail in answer.error["details"]} >= {"bankCharge", "z"}
    answer = api.post(f"{path}/match", {"excess": "x"})
    assert {detail["field"] for detail in answer.error["details"]} == {"allocations", "excess"}
    answer = api.post(f"{path}/match", {"allocations": [{}]})
    assert [detail["field"] for detail in answer.error["details"]] == ["allocations[0].invoiceId"]
    assert api.post(f"{path}/match", {"paymentId": "pay_x"}).status == 404
