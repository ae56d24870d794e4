"""The editor of invoices: what may change depends on what was promised already."""

from datetime import date

import pytest
from django.test import Client

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.factories import make_customer, make_invoice, make_order
from bigledger_crm.testing.html import flat
from invoicing.models import Invoice
from invoicing.services import convert_order_to_invoice, issue_invoice

pytestmark = pytest.mark.usefixtures("time_in_2024")
DRAFT = {
    "reference": "PO 7",
    "invoice_date": "2024-02-01",
    "due_date": "+14",
    "tags": "one, two",
    "terms": "",
    "notes": "",
}
LINE = {
    "lines-0-description": "Work",
    "lines-0-quantity": "3",
    "lines-0-unit_price": "10",
    "lines-0-discount_percent": "50%",
}


def _text(client: Client, url: str) -> str:
    return flat(client.get(url))


def test_an_invoice_is_written_by_itself(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        make_customer(actor)
    assert "/invoices/new" in _text(alices, "/invoices")
    location = alices.post("/invoices/new", DRAFT | LINE | {"customer": "Acme Corporation"})["Location"]
    assert "15.00" in _text(alices, location)
    with company_scope(actor.company):
        invoice = Invoice.objects.get()
        assert (str(invoice.due_date), invoice.tags, invoice.status) == ("2024-02-15", ["one", "two"], "draft")


@pytest.mark.parametrize(
    ("stored", "sent", "expected"),
    [
        ("2024-02-14", "2024-02-14", "2024-03-02"),
        ("2024-02-14", "2024-02-20", "2024-02-20"),
        ("2024-02-20", "2024-02-20", "2024-02-20"),
        ("2024-02-14", "2024-02-01", "2024-02-01"),
    ],
    ids=["left as it was", "another one", "chosen before", "the invoice date"],
)
def test_a_due_date_follows_the_invoice_date_until_somebody_types_one(
    alices: Client, actor: Actor, stored: str, sent: str, expected: str
) -> None:
    with company_scope(actor.company):
        draft = make_invoice(actor, draft=True, due_date=date.fromisoformat(stored))
        key = draft.lines.get().public_id
    url = f"/invoices/{draft.public_id}/edit"
    follows = 'data-follows="invoice_date"' in _text(alices, url)
    assert follows is (stored == "2024-02-14")
    line = LINE | {"lines-0-id": key}
    assert alices.post(url, DRAFT | line | {"due_date": sent, "version": draft.updated_at}).status_code == 302
    with company_scope(actor.company):
        assert str(Invoice.objects.get().due_date) == expected


def test_by_the_api_only_what_is_sent_changes(api: ApiClient, actor: Actor) -> None:
    with company_scope(actor.company):
        draft = make_invoice(actor, draft=True)
    changed = api.patch(f"/invoices/{draft.public_id}", {"invoiceDate": "2024-02-01"}).data
    assert (changed["invoiceDate"], changed["dueDate"]) == ("2024-02-01", "2024-02-14")


def test_of_an_issued_invoice_only_notes_change(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        invoice = make_invoice(actor, notes="Before")
    page = _text(alices, url := f"/invoices/{invoice.public_id}/edit")
    assert all(f'name="{name}"' in page for name in ("reference", "notes", "tags"))
    assert not any(f'name="{name}"' in page for name in ("invoice_date", "lines-0-quantity", "terms"))
    assert alices.post(url, DRAFT | LINE | {"notes": "After"}).status_code == 302
    with company_scope(actor.company):
        stored = Invoice.objects.get()
        assert (stored.notes, stored.invoice_date, stored.total) == ("After", invoice.invoice_date, invoice.total)


def test_a_draft_of_an_order_bills_what_it_billed(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        invoice = convert_order_to_invoice(actor, make_order(actor))
    page = _text(alices, url := f"/invoices/{invoice.public_id}/edit")
    assert 'name="invoice_date"' in page
    assert not any(f'name="{name}"' in page for name in ("lines-0-quantity", "shipping_cost"))
    assert alices.post(url, DRAFT | LINE).status_code == 302
    with company_scope(actor.company):
        stored = Invoice.objects.get()
        assert (str(stored.due_date), stored.total) == ("2024-02-15", invoice.total)
        issue_invoice(actor, stored)
    late = alices.post(url, DRAFT | {"version": stored.updated_at.isoformat()})
    assert late.status_code == 302
