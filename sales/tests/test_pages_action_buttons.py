"""Every button of quotes and orders: offered when the lifecycle allows it, done once, refused with a reason."""

import re
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.test import Client

from bigledger_crm.kernel import ids
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_order, make_quote
from bigledger_crm.testing.html import flat
from sales.inputs import QuantityInput
from sales.models import Quote, SalesOrder, Shipment
from sales.services import EmailOptions, change_order_status, decline_quote, send_quote, ship_order

pytestmark = pytest.mark.usefixtures("time_in_2024")
_QUOTE_BUTTONS = {
    "draft": {"owner", "pdf", "edit", "duplicate", "cancel", "accept", "send"},
    "sent": {"owner", "pdf", "duplicate", "revise", "send", "cancel", "decline", "accept"},
    "expired": {"owner", "pdf", "duplicate", "revise", "cancel", "decline", "accept"},
    "accepted": {"owner", "pdf", "duplicate", "convert"},
    "declined": {"owner", "pdf", "duplicate"},
}
_ORDER_BUTTONS = {
    "draft": {"owner", "pdf", "edit", "duplicate", "status"},
    "confirmed": {"owner", "pdf", "edit", "duplicate", "status", "shipments", "invoice", "send"},
    "partly shipped": {"owner", "pdf", "edit", "duplicate", "shipments", "invoice", "send"},
    "shipped": {"owner", "pdf", "edit", "duplicate", "status", "invoice", "send"},
    "cancelled": {"owner", "pdf", "duplicate"},
}


def buttons(client: Client, url: str) -> set[str]:
    """The last parts of the URLs below a document that its page leads or posts to."""
    page = flat(client.get(url))
    return set(re.findall(rf'(?:href|action)="{url}/(\w+)[^"]*"', page)) - {"notes", "files"}


def _quote_in(actor: Actor, state: str) -> Quote:
    if state == "accepted":
        return make_quote(actor, accepted=True)
    quote = make_quote(actor, valid_until=date(2024, 1, 15))
    if state == "draft":
        return quote
    sent, _ = send_quote(actor, quote, EmailOptions())
    return decline_quote(actor, sent) if state == "declined" else sent


def _order_in(actor: Actor, state: str) -> SalesOrder:
    order = make_order(actor, lines=[line("3")], draft=state == "draft")
    if state == "partly shipped":
        ship_order(actor, order, items=[QuantityInput(item_id=order.lines.get().public_id, quantity=Decimal(1))])
    return change_order_status(actor, order, state) if state in ("shipped", "cancelled") else order


@pytest.mark.parametrize("state", _QUOTE_BUTTONS)
def test_a_quote_offers_what_its_life_allows(alices: Client, alice: User, actor: Actor, state: str) -> None:
    with company_scope(actor.company):
        quote = _quote_in(actor, state)
    with time_machine.travel("2024-01-16" if state == "expired" else "2024-01-15", tick=False):
        alices.force_login(alice)  # the session of the day before has ended
        assert buttons(alices, f"/quotes/{quote.public_id}") == _QUOTE_BUTTONS[state]


@pytest.mark.parametrize("state", _ORDER_BUTTONS)
def test_an_order_offers_what_its_life_allows(alices: Client, actor: Actor, state: str) -> None:
    with company_scope(actor.company):
        order = _order_in(actor, state)
    assert buttons(alices, f"/sales-orders/{order.public_id}") == _ORDER_BUTTONS[state]


@pytest.mark.parametrize(("move", "status"), [("decline", "declined"), ("cancel", "cancelled")])
def test_a_quote_ends_with_a_reason_that_everybody_sees(alices: Client, actor: Actor, move: str, status: str) -> None:
    with company_scope(actor.company):
        quote = _quote_in(actor, "sent")
    url = f"/quotes/{quote.public_id}"
    assert 'name="reason"' in flat(alices.get(f"{url}/{move}"))
    assert alices.post(f"{url}/{move}", {"reason": "Too dear"})["Location"] == url
    assert "Too dear" in flat(alices.get(url))
    refused = alices.post(f"{url}/{move}", {"reason": "Again"})
    assert refused.status_code == 422
    assert "This is no longer possible" in flat(refused)
    with company_scope(actor.company):
        quote.refresh_from_db()
        assert quote.status == status


@pytest.mark.parametrize("move", ["revise", "duplicate"])
def test_a_double_click_makes_one_new_quote(alices: Client, actor: Actor, move: str) -> None:
    with company_scope(actor.company):
        quote = _quote_in(actor, "sent")
    key = {"form_key": str(ids.new_id())}
    first, second = (alices.post(f"/quotes/{quote.public_id}/{move}", key) for _ in range(2))
    assert first["Location"] == second["Location"] != f"/quotes/{quote.public_id}"
    with company_scope(actor.company):
        assert Quote.objects.count() == 2


def test_every_button_carries_a_key_of_its_own(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        quote = _quote_in(actor, "sent")
    page = flat(alices.get(f"/quotes/{quote.public_id}"))
    keys = re.findall(r'name="form_key" value="([\w-]+)"', page)
    assert len(keys) == len(set(keys)) >= 2


def test_an_order_is_shipped_in_parts(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        order = make_order(actor, lines=[line("3"), line("2", description="Cable")])
        widget, cable = (row.public_id for row in order.lines.all())
    url = f"/sales-orders/{order.public_id}"
    form = flat(alices.get(f"{url}/shipments"))
    assert f'name="{widget}" value="3"' in form
    assert f'name="{cable}" value="2"' in form
    sent = {"shipped_on": "2024-01-15", "method": "DHL", "tracking_number": "JD014", "form_key": str(ids.new_id())}
    over = alices.post(f"{url}/shipments", sent | {widget: "4", cable: ""})
    assert over.status_code == 400
    assert "Only 3 remain" in flat(over)
    for _ in range(2):
        assert alices.post(f"{url}/shipments", sent | {widget: "1", cable: "2"})["Location"] == url
    rest = flat(alices.get(f"{url}/shipments"))
    assert f'name="{widget}" value="2"' in rest
    assert cable not in rest
    with company_scope(actor.company):
        shipment = Shipment.objects.get()
    page = flat(alices.get(f"/shipments/{shipment.public_id}"))
    assert all(word in page for word in ("DHL", "JD014", "Cable", order.order_number))
    alices.post(f"{url}/shipments", sent | {widget: "2", "form_key": str(ids.new_id())})
    assert ">Shipped</span>" in flat(alices.get(url))
    assert alices.post(f"{url}/shipments", sent | {"form_key": ""}).status_code == 422


def test_orders_are_duplicated_and_printed(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        order = _order_in(actor, "cancelled")
    url = f"/sales-orders/{order.public_id}"
    copy = alices.post(f"{url}/duplicate")["Location"]
    page = flat(alices.get(copy))
    assert "Draft SO-2024-0002 created from SO-2024-0001" in page
    assert alices.get(f"{copy}/pdf")["Content-Type"] == "application/pdf"
