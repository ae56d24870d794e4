"""The pages about items, and what strangers and viewers see of items, quotes and orders."""

from decimal import Decimal

import pytest
from django.test import Client

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company, Membership, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_item, make_order, make_quote
from bigledger_crm.testing.html import flat
from sales.models import Item

pytestmark = pytest.mark.usefixtures("time_in_2024")


def test_items_are_made_and_changed(alices: Client, company: Company) -> None:
    item = {"item_code": "WDG-001", "name": "Premium Widget", "type": "goods", "unit_price": "25", "is_active": "on"}
    item["tax_code"] = "SST"
    assert alices.post("/items/new", item)["Location"] == "/items"
    taken = alices.post("/items/new", item | {"name": "Another"})
    assert taken.status_code == 409
    assert "Item code &#x27;WDG-001&#x27; is taken" in flat(taken)
    assert 'value="Another"' in flat(taken)
    assert "25.00" in flat(alices.get("/items?q=widg"))
    with company_scope(company):
        stored = Item.objects.get()
    url = f"/items/{stored.public_id}"
    assert 'value="25.00"' in flat(alices.get(url))
    alices.post(url, item | {"unit_price": "26.5", "tax_code": "", "is_active": ""})
    with company_scope(company):
        stored.refresh_from_db()
        assert (stored.unit_price, stored.tax_code, stored.is_active) == (Decimal("26.5"), None, False)


def test_a_stranger_finds_nothing(client: Client, charlie: User, actor: Actor) -> None:
    with company_scope(actor.company):
        quote, order, item = make_quote(actor), make_order(actor, lines=[line()]), make_item(actor)
    client.force_login(charlie)
    for url in (f"/quotes/{quote.public_id}", f"/sales-orders/{order.public_id}"):
        assert client.get(url).status_code == 404
    for url in ("pdf", "send", "convert"):
        assert client.get(f"/quotes/{quote.public_id}/{url}").status_code == 404
    for url in ("send", "accept", "convert"):
        assert client.post(f"/quotes/{quote.public_id}/{url}").status_code == 404
    assert client.post(f"/sales-orders/{order.public_id}/status", {"to": "shipped"}).status_code == 404
    assert client.get(f"/items/{item.public_id}").status_code == 404
    for url in ("/quotes", "/sales-orders", "/items", f"/quotes/new?customer={quote.customer.public_id}"):
        assert "Acme" not in flat(client.get(url))


def test_a_viewer_sees_no_buttons_and_may_not_press_them(client: Client, actor: Actor, bob: User) -> None:
    Membership.objects.filter(user=bob).update(role="viewer")
    with company_scope(actor.company):
        quote = make_quote(actor)
    client.force_login(bob)
    page = flat(client.get(f"/quotes/{quote.public_id}"))
    assert f"{quote.public_id}/pdf" in page
    assert f"{quote.public_id}/send" not in page
    assert client.post(f"/quotes/{quote.public_id}/accept").status_code == 403
    assert client.get("/quotes/new").status_code == 403
