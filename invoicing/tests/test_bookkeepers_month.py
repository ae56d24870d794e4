"""A bookkeeper's month with one customer: money as it comes, and one statement of account that says all of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from bigledger_crm.kernel.clock import travelling
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.client import ApiClient, Upload
from bigledger_crm.testing.factories import line, make_customer, make_invoice
from bigledger_crm.testing.html import flat
from invoicing.integrity import check_integrity
from invoicing.models import JournalEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_company")]
FIRST = datetime.fromisoformat("2024-01-15T09:00:00+08:00")


@contextmanager
def day(number: int, actor: Actor) -> Iterator[None]:
    """The so many days after the first, with books that are right at its end."""
    with travelling(FIRST + timedelta(days=number)):
        yield
        assert check_integrity(actor.company) == []


def done(answer: Any) -> Any:
    assert answer.status in {200, 201}, answer.text
    return answer.data


def test_from_one_transfer_to_the_statement_of_account(api: ApiClient, alices: Client, actor: Actor) -> None:
    with day(0, actor):
        customer = make_customer(actor)
        invoices = [make_invoice(actor, customer, [line("1", price)]) for price in ("100.00", "200.00", "300.00")]
    with day(2, actor):  # 630.00 came for 600.00: the bank kept 10.00, and 40.00 are too much
        parts = [
            {"invoiceId": one.public_id, "amount": part} for one, part in zip(invoices, (100, 200, 290), strict=True)
        ]
        money = {
            "customerId": customer.public_id,
            "amount": 630,
            "paymentMethod": "bank_transfer",
            "allocations": parts,
        }
        payment = done(api.post("/payments", money))
        assert payment["unappliedAmount"] == 40
        done(api.post(f"/invoices/{invoices[2].public_id}/write-offs", {"kind": "bank_charge", "amount": 10}))
    with day(5, actor):
        returned = {"invoiceId": invoices[0].public_id, "reason": "Sent back", "excess": "credit"}
        note = done(api.post("/credit-notes", returned))
        assert (note["appliedToInvoice"], note["creditedToCustomer"]) == (0, 100)
    with day(7, actor):
        refund = done(
            api.post(f"/credit-notes/{note['id']}/refunds", {"amount": 100, "paymentMethod": "bank_transfer"})
        )
    with day(16, actor):
        account = done(api.post("/bank-accounts", {"name": "Current"}))
        movements = "Date,Description,Amount\n2024-01-17,ACME JANUARY,630.00\n2024-01-22,RETURNED,-100.00\n"
        done(api.post(f"/bank-accounts/{account['id']}/statements", Upload("january.csv", movements.encode())))
        came, went = sorted(api.get("/bank-transactions?status=unmatched").data, key=lambda row: -row["amount"])
        assert [one["paymentId"] for one in api.get(f"/bank-transactions/{came['id']}/suggestions").data] == [
            payment["id"]
        ]
        done(api.post(f"/bank-transactions/{came['id']}/match", {"paymentId": payment["id"]}))
        done(api.post(f"/bank-transactions/{went['id']}/match", {"refundId": refund["id"]}))
        assert api.get("/bank-transactions?status=unmatched").data == []
    with day(17, actor):
        shown = flat(alices.get(f"/customers/{customer.public_id}/statement?first=2024-01-01&last=2024-01-31"))
        for text in ("INV-2024-0001", "INV-2024-0003", "630.00", "Written off", note["creditNoteNumber"], "Refund"):
            assert text in shown
        assert done(api.get(f"/customers/{customer.public_id}"))["currentBalance"] == -40
        done(api.get("/journal"))
        assert sum(entry.debit - entry.credit for entry in JournalEntry.objects.all()) == Decimal(0)
