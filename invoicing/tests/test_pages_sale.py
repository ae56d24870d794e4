"""How far a sale has come, on the pages of all its documents, and what belongs to each."""

import html
import re
from decimal import Decimal

import pytest
from django.test import Client

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_invoice, make_item, make_order, make_order_from_quote, make_quote
from bigledger_crm.testing.html import flat
from invoicing.inputs import CreditNoteInput, PaymentInput
from invoicing.models import Invoice
from invoicing.services import (
    cancel_invoice,
    convert_order_to_invoice,
    create_credit_note,
    issue_invoice,
    record_payment,
)
from sales.inputs import LineInput, QuantityInput
from sales.models import SalesOrder
from sales.services import EmailOptions, revise_quote, send_quote, ship_order

pytestmark = pytest.mark.usefixtures("time_in_2024")


@pytest.fixture
def order(actor: Actor) -> SalesOrder:
    """Ten licences, agreed."""
    with company_scope(actor.company):
        terms = {"discount_percent": Decimal(15), "tax_code": "SST"}
        return make_order_from_quote(actor, make_quote(actor, None, [line("10", "1000.00", **terms)], accepted=True))


def steps(client: Client, url: str) -> list[str]:
    """Each step of the page: its state and everything that it says."""
    page = flat(client.get(url))
    found = re.findall(r'<li class="step step-(\w+)".*?</li>', page, re.DOTALL)
    texts = re.findall(r'<span class="step-text">(.*?)</li>', page, re.DOTALL)
    said = [" ".join(html.unescape(re.sub("<[^>]+>", " ", text)).split()) for text in texts]
    return [f"{state}: {text}" for state, text in zip(found, said, strict=True)]


def related(client: Client, url: str) -> list[str]:
    """The documents on a page that belong to its own."""
    page = flat(client.get(url))
    return re.findall(r'<span class="related-document"><a href="[^"]+">([^<]+)</a>', page)


def test_a_quote_shows_what_is_ahead(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        quote = make_quote(actor)
    assert steps(alices, f"/quotes/{quote.public_id}") == [
        "current: Quote QT-2024-0001 Draft",
        "ahead: Order",
        "ahead: Invoice",
        "ahead: Paid",
    ]


def test_half_of_an_order_is_shipped_invoiced_and_paid(alices: Client, actor: Actor, order: SalesOrder) -> None:
    with company_scope(actor.company):
        half = [QuantityInput(item_id=order.lines.get().public_id, quantity=Decimal(5))]
        ship_order(actor, order, items=half)
        invoice = convert_order_to_invoice(actor, order, partial_items=half)
    url = f"/sales-orders/{order.public_id}"
    begun = ["done: Quote QT-2024-0001", "current: Order SO-2024-0001 0 of 1 lines shipped"]
    half_way = "ahead: Invoice INV-2024-0001 0 of 1 lines invoiced"
    assert steps(alices, url) == [*begun, half_way, "ahead: Paid"]
    with company_scope(actor.company):
        issue_invoice(actor, invoice)
        record_payment(actor, invoice, PaymentInput(amount=Decimal(2000), payment_method="cash"))
    paid = "ahead: Paid 2,000.00 of MYR\xa04,505.00".replace("\xa0", " ")
    for page in (url, f"/invoices/{invoice.public_id}", f"/quotes/{order.quote.public_id if order.quote else ''}"):
        assert steps(alices, page) == [*begun, half_way, paid]
    assert related(alices, url) == ["QT-2024-0001", "Shipment of 15 Jan 2024", "INV-2024-0001"]
    text = flat(alices.get(f"/invoices/{invoice.public_id}"))
    assert "MYR\xa02,505.00 due" in text


def test_a_sale_is_done_when_nothing_is_due(alices: Client, actor: Actor, order: SalesOrder) -> None:
    with company_scope(actor.company):
        mistake = convert_order_to_invoice(actor, order)
        cancel_invoice(actor, mistake)
        first = convert_order_to_invoice(
            actor, order, partial_items=[QuantityInput(item_id=order.lines.get().public_id, quantity=Decimal(4))]
        )
        second = convert_order_to_invoice(actor, order)
        for invoice in (first, second):
            issue_invoice(actor, invoice)
        create_credit_note(actor, CreditNoteInput(invoice_id=first.public_id))
        record_payment(actor, second, PaymentInput(amount=second.total, payment_method="cash"))
    assert steps(alices, f"/invoices/{second.public_id}") == [
        "done: Quote QT-2024-0001",
        "current: Order SO-2024-0001 Confirmed",
        "done: Invoice 2 invoices",
        "done: Paid",
    ]
    assert related(alices, f"/invoices/{first.public_id}")[-1] == "CN-2024-0001"
    assert "INV-2024-0001" in related(alices, f"/sales-orders/{order.public_id}")  # the cancelled one too


def test_lines_are_counted_not_boxes_and_hours(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        service = make_item(actor, item_code="SRV-INS", type="service")
        hours = LineInput(item_id=service.public_id, quantity=Decimal(7))
        order = make_order(actor, lines=[line("20"), line("20"), hours])
        first, second, third = (row.public_id for row in order.lines.all())
        ship_order(actor, order, items=[QuantityInput(item_id=first, quantity=Decimal(20))])
        half = [QuantityInput(item_id=first, quantity=Decimal(20)), QuantityInput(item_id=third, quantity=Decimal(7))]
        convert_order_to_invoice(actor, order, partial_items=half)
    url = f"/sales-orders/{order.public_id}"
    assert steps(alices, url)[:2] == [
        "current: Order SO-2024-0001 1 of 2 lines shipped",
        "ahead: Invoice INV-2024-0001 2 of 3 lines invoiced",
    ]
    assert "Partially shipped" in flat(alices.get("/sales-orders"))
    assert "SO-2024-0001" in flat(alices.get("/sales-orders?show=partial"))
    assert "SO-2024-0001" not in flat(alices.get("/sales-orders?show=confirmed"))
    with company_scope(actor.company):
        invoice = Invoice.objects.get().public_id
        ship_order(actor, order, items=[QuantityInput(item_id=second, quantity=Decimal(20))])
    assert steps(alices, f"/invoices/{invoice}")[0] == "done: Order SO-2024-0001 Shipped"


def test_an_order_of_services_is_done_without_shipping(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        service = make_item(actor, item_code="SRV-INS", type="service")
        order = make_order(actor, lines=[LineInput(item_id=service.public_id, quantity=Decimal(3))])
    url = f"/sales-orders/{order.public_id}"
    assert steps(alices, url)[:2] == ["done: Order SO-2024-0001 Confirmed", "current: Invoice"]
    page = flat(alices.get(url))
    assert f"{url}/shipments" not in page
    assert "Mark as delivered" in page


def test_an_invoice_of_its_own_has_two_steps(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        invoice = make_invoice(actor)
    assert steps(alices, f"/invoices/{invoice.public_id}") == ["done: Invoice INV-2024-0001", "current: Paid"]
    assert related(alices, f"/invoices/{invoice.public_id}") == []


def test_versions_of_a_quote_know_each_other(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        old, _ = send_quote(actor, make_quote(actor), EmailOptions())
        new = revise_quote(actor, old)
    assert related(alices, f"/quotes/{old.public_id}") == ["QT-2024-0001-R2"]
    assert related(alices, f"/quotes/{new.public_id}") == ["QT-2024-0001"]
