"""Every button of invoices, credit notes and payments: offered when it may be pressed, done once, or refused."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from bigledger_crm.kernel import ids
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_invoice, make_order
from bigledger_crm.testing.html import flat, text_of
from invoicing.inputs import PaymentInput
from invoicing.integrity import find_discrepancies
from invoicing.models import CreditNote, Invoice, Payment
from invoicing.services import cancel_invoice, convert_order_to_invoice, record_payment
from sales.inputs import QuantityInput
from sales.services import ship_order

pytestmark = pytest.mark.usefixtures("time_in_2024")
_BUTTONS = {
    "draft": {"owner", "einvoice", "pdf", "edit", "duplicate", "cancel", "issue", "send"},
    "open": {"owner", "einvoice", "pdf", "edit", "duplicate", "reminders", "send", "credit", "cancel", "payments"},
    "paid in part": {"owner", "einvoice", "pdf", "edit", "duplicate", "reminders", "send", "credit", "payments"},
    "paid": {"owner", "einvoice", "pdf", "edit", "duplicate", "send", "credit"},
    "cancelled": {"owner", "pdf", "duplicate"},
}


def _pay(actor: Actor, invoice: Invoice, amount: str) -> Payment:
    return record_payment(actor, invoice, PaymentInput(amount=Decimal(amount), payment_method="cash"))


def _invoice_in(actor: Actor, state: str) -> Invoice:
    invoice = make_invoice(actor, lines=[line("3")], draft=state == "draft")
    if state in ("paid", "paid in part"):
        _pay(actor, invoice, "300.00" if state == "paid" else "50.00")
    return cancel_invoice(actor, invoice) if state == "cancelled" else invoice


@pytest.mark.parametrize("state", _BUTTONS)
def test_an_invoice_offers_what_its_life_allows(alices: Client, actor: Actor, state: str) -> None:
    with company_scope(actor.company):
        url = f"/invoices/{_invoice_in(actor, state).public_id}"
    offered = set(re.findall(rf'(?:href|action)="{url}/(\w+)"', text_of(alices, url))) - {"notes", "files"}
    assert offered == _BUTTONS[state]


def test_an_invoice_is_cancelled_with_a_reason_but_not_once_it_is_paid(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        invoice, paid = _invoice_in(actor, "open"), _invoice_in(actor, "paid in part")
    url = f"/invoices/{invoice.public_id}"
    assert "no longer owes" in text_of(alices, f"{url}/cancel")
    assert alices.post(f"{url}/cancel", {"reason": "Wrong address"})["Location"] == url
    assert "Wrong address" in text_of(alices, url)
    refused = alices.post(f"/invoices/{paid.public_id}/cancel", {"reason": "Too late"})
    assert refused.status_code == 422
    assert "Too late" in flat(refused)


def test_part_of_an_invoice_is_credited_once(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        invoice = make_invoice(actor, lines=[line("3")], shipping_cost=Decimal(20))
        key = invoice.lines.get().public_id
    url = f"/invoices/{invoice.public_id}/credit"
    form = text_of(alices, url)
    assert f'name="{key}" value="3"' in form
    assert "MYR\xa0320.00" in form
    sent = {"credit_note_date": "2024-01-15", "reason": "Broken", "shipping_cost": "5"}
    total = flat(alices.post(url, sent | {key: "1", "total": "1"}))
    assert "MYR\xa0105.00" in total
    over = alices.post(url, sent | {key: "4"})
    assert over.status_code == 400
    assert "Only 3 remain" in flat(over)
    sent["form_key"] = str(ids.new_id())
    first, second = (alices.post(url, sent | {key: "1"}) for _ in range(2))
    assert first["Location"] == second["Location"]
    page = text_of(alices, first["Location"])
    assert all(word in page for word in ("CN-2024-0001", "Broken", "105.00"))
    assert "CN-2024-0001" in text_of(alices, "/credit-notes")
    assert alices.get(f"{first['Location']}/pdf")["Content-Type"] == "application/pdf"
    with company_scope(actor.company):
        assert CreditNote.objects.get().total == 105
        assert list(find_discrepancies(actor.company)) == []


@pytest.mark.parametrize(
    ("quantity", "price", "paid", "first", "total"),
    [
        ("3", "100.00", "50.00", "2", "MYR\xa0225.00"),
        ("2.5", "100.00", "50.00", "2.2", "MYR\xa0225.00"),
        ("3", "100.00", "", "3", "MYR\xa0325.00"),
    ],
)
def test_what_a_part_paid_invoice_fills_in_to_credit_can_be_credited(
    alices: Client, actor: Actor, quantity: str, price: str, paid: str, first: str, total: str
) -> None:
    with company_scope(actor.company):
        invoice = make_invoice(actor, lines=[line(quantity, price), line("1", "80.00")], shipping_cost=Decimal(25))
        keys = list(invoice.lines.values_list("pk", flat=True))
        _pay(actor, invoice, "80.00")
        if paid:
            _pay(actor, invoice, paid)
    url = f"/invoices/{invoice.public_id}/credit"
    form = text_of(alices, url)
    names = [ids.encode("invli", key) for key in keys]
    fields = dict(re.findall(r'name="(invli_\w+|shipping_cost|credit_note_date)"[^>]*? value="([^"]*)"', form))
    assert fields[names[0]] == first
    assert names[1] not in fields
    assert f"<strong>{total}</strong>" in form
    assert "has already been paid and" in form
    sent = alices.post(url, fields)
    assert sent.status_code == 302
    with company_scope(actor.company):
        due = Invoice.objects.get().amount_due
        assert 0 <= due < 100
        assert list(find_discrepancies(actor.company)) == []


def test_a_credit_beyond_what_is_due_says_by_how_much_and_keeps_its_total(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        invoice = _invoice_in(actor, "paid in part")
        key = invoice.lines.get().public_id
    url = f"/invoices/{invoice.public_id}/credit"
    for sent in ({key: "3", "total": "1"}, {key: "3"}):
        page = flat(alices.post(url, {"credit_note_date": "2024-01-15"} | sent))
        assert "<strong>MYR\xa0300.00</strong>" in page
        assert "MYR\xa050.00 more than can be credited." in page


def test_the_total_of_a_part_is_worked_out_and_nothing_is_made(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        order = make_order(actor, lines=[line("3", tax_code="SST")], shipping_cost=Decimal(50))
        key = order.lines.get().public_id
    url = f"/sales-orders/{order.public_id}/invoice"
    htmx: dict[str, Any] = {"HX-Request": "true", "HX-Target": "quantities-total"}
    assert "MYR\xa0368.00" in text_of(alices, url)
    for quantity, total in (("1", "MYR\xa0156.00"), ("4", "—"), ("x", "—"), ("", "—")):
        part = alices.post(url, {"invoice_date": "2024-01-15", key: quantity, "total": "1"}, headers=htmx)
        assert flat(part).strip().startswith("<div")
        assert f"<strong>{total}</strong>" in flat(part)
    with company_scope(actor.company):
        assert not Invoice.objects.exists()


def test_quantities_are_filled_in_by_a_button(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        order = make_order(actor, lines=[line("3"), line("4")])
        first, second = (row.public_id for row in order.lines.all())
    url = f"/sales-orders/{order.public_id}/invoice"
    assert "Shipped quantities" not in text_of(alices, url)
    with company_scope(actor.company):
        ship_order(actor, order, items=[QuantityInput(item_id=second, quantity=Decimal("2.5"))])
        convert_order_to_invoice(actor, order, partial_items=[QuantityInput(item_id=second, quantity=Decimal(1))])
    assert "Shipped quantities" in text_of(alices, url)
    typed = {"invoice_date": "2024-01-20", first: "1", second: "1"}
    for fill, quantities, total in (
        ("shipped", {first: "", second: "1.5"}, "MYR\xa0150.00"),
        ("none", {first: "", second: ""}, "—"),
        ("all", {first: "3", second: "3"}, "MYR\xa0600.00"),
    ):
        page = flat(alices.post(url, typed | {"fill": fill}))
        for key, quantity in quantities.items():
            field = re.search(rf'<input[^>]*name="{key}"[^>]*>', page)
            assert field is not None
            assert (f'value="{quantity}"' in field[0]) if quantity else ("value=" not in field[0])
        assert f"<strong>{total}</strong>" in page
        assert 'value="2024-01-20"' in page
    with company_scope(actor.company):
        assert Invoice.objects.count() == 1


def test_a_payment_is_voided_once_and_its_invoice_is_due_again(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        invoice = _invoice_in(actor, "open")
        payment = _pay(actor, invoice, "300.00")
    url = f"/payments/{payment.public_id}"
    assert payment.public_id in text_of(alices, "/payments")
    assert f"{url}/void" in text_of(alices, url)
    assert "is due again" in text_of(alices, f"{url}/void")
    key = {"reason": "Bounced", "form_key": str(ids.new_id())}
    assert [alices.post(f"{url}/void", key)["Location"] for _ in range(2)] == [url] * 2
    page = text_of(alices, url)
    assert "Bounced" in page
    assert f"{url}/void" not in page
    assert alices.post(f"{url}/void", {"reason": "Again"}).status_code == 422
    assert "payments" in text_of(alices, f"/invoices/{invoice.public_id}")


def test_a_duplicate_is_a_draft_of_its_own(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        invoice = _invoice_in(actor, "paid")
    key = {"form_key": str(ids.new_id())}
    first, second = (alices.post(f"/invoices/{invoice.public_id}/duplicate", key) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert "Draft INV-2024-0002 created from INV-2024-0001" in text_of(alices, first["Location"])
