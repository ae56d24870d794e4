"""Order confirmations, delivery notes and credit notes by email, from their pages."""

from decimal import Decimal

import pytest
from django.test import Client

from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.factories import line, make_customer, make_order
from bigledger_crm.testing.html import flat
from customers.inputs import ContactInput
from customers.services import create_contact
from sales.errors import OrderNotConfirmed
from sales.inputs import OrderInput, QuantityInput
from sales.models import SalesOrder
from sales.services import EmailOptions, render_order_pdf, send_delivery_note, send_order, ship_order, update_order

pytestmark = pytest.mark.usefixtures("in_company", "time_in_2024")


@pytest.fixture
def order(actor: Actor) -> SalesOrder:
    """A confirmed order of three widgets."""
    return make_order(actor, make_customer(actor), [line("3", "25.00")], reference="PO-7")


def shown(alices: Client, url: str) -> str:
    answer = alices.get(url)
    assert answer.status_code == 200, answer
    return " ".join(flat(answer).split())


def test_a_confirmation_is_of_the_order_as_it_is(actor: Actor, order: SalesOrder) -> None:
    email = send_order(actor, order, EmailOptions())[1]
    assert (email.kind, email.to, email.figure) == ("sales_order.sent", ["billing@acme.example.com"], "MYR 75.00")
    assert email.subject == "Order confirmation SO-2024-0001 from Tech Supplies Sdn Bhd"
    again = send_order(actor, order, EmailOptions())[1]
    assert again.stored_document == email.stored_document
    update_order(actor, order, OrderInput(notes="Ring twice"))
    order.refresh_from_db()
    changed = send_order(actor, order, EmailOptions())[1]
    assert changed.stored_document != email.stored_document
    assert changed.stored_document is not None
    assert changed.stored_document.context["notes"] == "Ring twice"


def test_what_was_sent_does_not_freeze_the_order(actor: Actor, order: SalesOrder) -> None:
    before = render_order_pdf(actor, order)
    send_order(actor, order, EmailOptions())
    update_order(actor, order, OrderInput(notes="Ring twice"))
    order.refresh_from_db()
    assert render_order_pdf(actor, order).content != before.content


def test_a_draft_is_not_confirmed(actor: Actor) -> None:
    with pytest.raises(OrderNotConfirmed):
        send_order(actor, make_order(actor, draft=True), EmailOptions())


def test_a_delivery_note(actor: Actor, order: SalesOrder) -> None:
    create_contact(
        actor, order.customer, ContactInput(name="Store", email="store@acme.example.com", receives=["orders"])
    )
    shipment = ship_order(
        actor,
        order,
        items=[QuantityInput(item_id=order.lines.get().public_id, quantity=Decimal(1))],
        method="Pos Laju",
        tracking_number="EX1",
    )
    email = send_delivery_note(actor, shipment, EmailOptions())
    assert email.to == ["store@acme.example.com"]
    assert "were shipped on 15 January 2024" in email.body
    assert "Carrier: Pos Laju, tracking number: EX1" in email.body
    stored = StoredDocument.objects.get(kind="delivery_note")
    assert (stored.filename, email.stored_document) == ("SO-2024-0001-1.pdf", stored)


def test_from_the_pages(alices: Client, actor: Actor, order: SalesOrder) -> None:
    assert "Send confirmation" in shown(alices, f"/sales-orders/{order.public_id}")
    assert "order confirmation SO-2024-0001 for MYR 75.00" in shown(alices, f"/sales-orders/{order.public_id}/send")
    fields = {"to": "a@acme.example.com", "subject": "Yours", "message": "Attached.", "attach_pdf": "on"}
    sent = alices.post(f"/sales-orders/{order.public_id}/send", fields)
    assert sent["Location"] == f"/sales-orders/{order.public_id}"
    assert "Order confirmation sent" in shown(alices, sent["Location"])
    shipment = ship_order(actor, order)
    page = f"/shipments/{shipment.public_id}"
    assert "Email delivery note" in shown(alices, page)
    assert "SO-2024-0001-1.pdf" in shown(alices, f"{page}/send/preview")
    assert alices.post(f"{page}/send", fields)["Location"] == page
    assert OutboxEmail.objects.count() == 2
