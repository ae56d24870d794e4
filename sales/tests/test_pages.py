"""The pages about items, quotes and orders."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company, Membership, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_customer, make_item, make_order, make_quote
from bigledger_crm.testing.forms import form_of
from bigledger_crm.testing.html import flat
from sales.models import Item, Quote, SalesOrder

pytestmark = pytest.mark.usefixtures("time_in_2024")

HEAD = {"customer": "CUST-0001", "title": "Q1 Software Licenses", "quote_date": "2024-01-15"}


@pytest.fixture
def alices(client: Client, alice: User) -> Client:
    """Alice, signed in."""
    client.force_login(alice)
    return client


@pytest.fixture
def _acme(actor: Actor) -> None:
    with company_scope(actor.company):
        make_customer(actor)
        make_item(actor)


def typed(*lines: dict[str, str]) -> dict[str, str]:
    """Lines as the editor posts them."""
    names = ("item_code", "description", "quantity", "unit_price", "discount_percent", "tax_code")
    return {
        f"lines-{index}-{name}": values.get(name, "") for index, values in enumerate([*lines, {}]) for name in names
    }


LICENSES = {
    "description": "License",
    "quantity": "10",
    "unit_price": "1,000",
    "discount_percent": "15",
    "tax_code": "SST",
}


@pytest.mark.usefixtures("_acme")
def test_a_quote_of_several_lines_is_written(alices: Client, company: Company) -> None:
    widgets = {"item_code": "WDG-001", "quantity": "2"}
    response = alices.post("/quotes/new", HEAD | typed(LICENSES, {}, widgets))
    assert response.status_code == 302
    page = flat(alices.get(response["Location"]))
    assert "QT-2024-0001" in page
    assert "Q1 Software Licenses" in page
    assert "9,063.00" in page  # (8500.00 + 50.00) at 6 %
    with company_scope(company):
        assert [str(row) for row in Quote.objects.get().lines.all()] == ["1. License", "2. Premium Widget"]


@pytest.mark.usefixtures("_acme")
def test_lines_are_added_and_removed_without_javascript(alices: Client, company: Company) -> None:
    page = flat(alices.post("/quotes/new", HEAD | typed(LICENSES) | {"add_line": "1"}))
    assert 'name="lines-2-quantity"' in page
    assert 'value="Q1 Software Licenses"' in page
    assert ">License</textarea>" in page
    assert "field-error" not in page

    first = {"description": "Goes away", "quantity": "x"}
    page = flat(alices.post("/quotes/new", HEAD | typed(first, LICENSES) | {"remove_line": "0"}))
    assert "Goes away" not in page
    assert '<textarea name="lines-0-description"' in page
    assert ">License</textarea>" in page
    with company_scope(company):
        assert not Quote.objects.exists()


@pytest.mark.usefixtures("_acme")
@pytest.mark.parametrize(
    ("head", "lines", "message"),
    [
        ({"customer": "Nobody"}, [LICENSES], "No customer has this number or name"),
        ({}, [LICENSES | {"item_code": "NONE"}], "No item has this code"),
        ({}, [{}, LICENSES | {"quantity": "0"}], "Quantity must be above 0, with at most 6 decimals"),
        ({}, [LICENSES | {"quantity": "many"}], "Enter a number such as 1250.50"),
        ({}, [{"quantity": "1"}], "Description is required for a line without an item"),
        ({}, [LICENSES | {"discount_percent": "101"}], "Discount must be between 0 and 100 percent"),
        ({"valid_until": "2024-01-01"}, [LICENSES], "Valid until cannot be before the quote date"),
        ({"shipping_cost": "0.001"}, [LICENSES], "Shipping cost can have at most 2 decimals in MYR"),
        ({}, [], "At least one line is required"),
    ],
)
def test_a_refused_quote_keeps_what_was_typed(
    alices: Client, company: Company, head: dict[str, str], lines: list[dict[str, str]], message: str
) -> None:
    response = alices.post("/quotes/new", HEAD | head | typed(*lines))
    assert response.status_code == 400
    page = flat(response)
    assert message in page
    kept = form_of(page)
    assert kept["title"] == "Q1 Software Licenses"
    for index, values in enumerate(lines):
        assert {name: kept[f"lines-{index}-{name}"] for name in values} == values
    with company_scope(company):
        assert not Quote.objects.exists()


def test_a_quote_is_sent_accepted_and_converted(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        quote = make_quote(actor)
    address = f"/quotes/{quote.public_id}"
    form = flat(alices.get(f"{address}/send"))
    assert 'value="billing@acme.example.com"' in form
    mail = {"to": "a@acme.example.com; b@acme.example.com", "cc": "", "subject": "Our quote", "message": "Dear all"}
    wrong = alices.post(f"{address}/send", mail | {"cc": "nobody", "attach_pdf": "on"})
    assert wrong.status_code == 400
    assert "Enter a valid email address" in flat(wrong)
    assert "Dear all" in flat(wrong)

    assert alices.post(f"{address}/send", mail | {"attach_pdf": "on"})["Location"] == address
    page = flat(alices.get(address))
    assert "The quote is on its way to a@acme.example.com, b@acme.example.com." in page
    assert "Email to a@acme.example.com, b@acme.example.com" in page
    assert "Quote sent" in page

    assert alices.post(f"{address}/accept")["Location"] == address
    assert "Convert to order" in flat(alices.get(address))
    assert alices.get(f"{address}/revise").status_code == 200
    order = alices.post(f"{address}/convert")["Location"]
    assert "SO-2024-0001" in flat(alices.get(order))
    assert "Convert to order" not in flat(alices.get(address))
    again = alices.post(f"{address}/convert")
    assert again.status_code == 422
    assert "This quote is already ordered." in flat(again)


def test_a_refused_button_says_why(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        quote = make_quote(actor, accepted=True)
    response = alices.post(f"/quotes/{quote.public_id}/accept")
    assert response.status_code == 422
    assert "This is no longer possible: it has changed since you opened the page." in flat(response)


@pytest.mark.parametrize(
    ("made", "offered"),
    [
        ("2024-01-15", {"accept", "send"}),
        ("2024-01-14", {"accept"}),
        ("", {"accept", "send"}),
    ],
    ids=["draft", "expired", "entered late"],
)
def test_only_moves_of_the_lifecycle_are_offered(alices: Client, actor: Actor, made: str, offered: set[str]) -> None:
    with company_scope(actor.company):
        if made:
            with clock.travelling(datetime.fromisoformat(f"{made}T09:00:00+08:00")):
                quote = make_quote(actor, valid_until=date.fromisoformat(made))
        else:
            quote = make_quote(actor, quote_date=date(2023, 12, 1), valid_until=date(2024, 1, 14))
    page = flat(alices.get(f"/quotes/{quote.public_id}"))
    steps = ("send", "accept", "convert")
    assert {step for step in steps if f'{quote.public_id}/{step}"' in page} == offered


def test_an_acceptance_in_time_is_recorded_late(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company), clock.travelling(datetime.fromisoformat("2024-01-02T09:00:00+08:00")):
        quote = make_quote(actor, valid_until=date(2024, 1, 10))
    address = f"/quotes/{quote.public_id}"
    too_late = alices.post(f"{address}/accept", {"accepted_at": "11.1.2024", "accepted_by": "Jane Doe"})
    assert (too_late.status_code, "Cannot accept expired quote" in flat(too_late)) == (422, True)
    assert (
        alices.post(f"{address}/accept", {"accepted_at": "10.1.2024", "accepted_by": "Jane Doe"})["Location"] == address
    )
    with company_scope(actor.company):
        stored = Quote.objects.get(pk=quote.pk)
    assert (stored.status, stored.accepted_by) == ("accepted", "Jane Doe")


def test_a_credit_limit_stands_against_an_order_until_it_is_overridden(
    client: Client, alices: Client, actor: Actor, bob: User
) -> None:
    with company_scope(actor.company):
        customer = make_customer(actor, credit_limit=Decimal(50))
        quote = make_quote(actor, customer, accepted=True)
    address = f"/quotes/{quote.public_id}/convert"
    client.force_login(bob)
    refused = client.post(address, {"override_credit_limit": "on"})
    assert refused.status_code == 422
    assert "Override the credit limit" not in flat(refused)

    client.force_login(Membership.objects.get(company=actor.company, role="owner").user)
    refused = client.post(address)
    assert refused.status_code == 422
    page = flat(refused)
    assert "This order takes Acme Corporation MYR 50.00 over the credit limit of MYR 50.00: MYR 0.00 owed" in page
    assert "for this order." in page
    assert "Override the credit limit" in page
    assert client.post(address, {"override_credit_limit": "on"}).status_code == 302


def test_an_order_moves_along_and_is_cancelled_with_a_note(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        shipped = make_order(actor, draft=True)
        cancelled = make_order(actor, shipped.customer, draft=True)
    address = f"/sales-orders/{shipped.public_id}"
    for status, word in (("confirmed", "Confirmed"), ("shipped", "Shipped"), ("delivered", "Delivered")):
        assert alices.post(f"{address}/status", {"to": status})["Location"] == address
        assert f">{word}</span>" in flat(alices.get(address))
    refused = alices.post(f"{address}/status", {"to": "cancelled", "note": "Too late"})
    assert refused.status_code == 422
    assert "Too late" in flat(refused)
    assert alices.post(f"{address}/status", {"to": "nonsense"}).status_code == 404

    address = f"/sales-orders/{cancelled.public_id}"
    assert "keeps its number" in flat(alices.get(f"{address}/status?to=cancelled"))
    alices.post(f"{address}/status", {"to": "cancelled", "note": "Found it cheaper"})
    assert "Found it cheaper" in flat(alices.get(address))
    with company_scope(actor.company):
        assert SalesOrder.objects.get(pk=cancelled.pk).status == "cancelled"


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
    address = f"/items/{stored.public_id}"
    assert 'value="25.00"' in flat(alices.get(address))
    alices.post(address, item | {"unit_price": "26.5", "tax_code": "", "is_active": ""})
    with company_scope(company):
        stored.refresh_from_db()
        assert (stored.unit_price, stored.tax_code, stored.is_active) == (Decimal("26.5"), None, False)


def test_the_paper_of_a_draft_is_a_preview_and_of_a_sent_quote_is_kept(
    alices: Client, actor: Actor, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    with company_scope(actor.company):
        quote = make_quote(actor)
    address = f"/quotes/{quote.public_id}"
    draft = alices.get(f"{address}/pdf")
    assert draft["Content-Type"] == "application/pdf"
    assert draft["Content-Disposition"] == 'inline; filename="QT-2024-0001-draft.pdf"'
    assert not list(tmp_path.rglob("*.pdf"))
    alices.post(f"{address}/send", {"to": "a@acme.example.com", "subject": "Quote", "message": "Hello"})
    kept = alices.get(f"{address}/pdf")
    assert kept["Content-Disposition"] == 'inline; filename="QT-2024-0001.pdf"'
    assert [path.read_bytes() for path in tmp_path.rglob("*.pdf")] == [kept.content]


def test_a_stranger_finds_nothing(client: Client, charlie: User, actor: Actor) -> None:
    with company_scope(actor.company):
        quote, order, item = make_quote(actor), make_order(actor, lines=[line()]), make_item(actor)
    client.force_login(charlie)
    for address in (f"/quotes/{quote.public_id}", f"/sales-orders/{order.public_id}"):
        assert client.get(address).status_code == 404
    for address in ("pdf", "send", "convert"):
        assert client.get(f"/quotes/{quote.public_id}/{address}").status_code == 404
    for address in ("send", "accept", "convert"):
        assert client.post(f"/quotes/{quote.public_id}/{address}").status_code == 404
    assert client.post(f"/sales-orders/{order.public_id}/status", {"to": "shipped"}).status_code == 404
    assert client.get(f"/items/{item.public_id}").status_code == 404
    for address in ("/quotes", "/sales-orders", "/items", f"/quotes/new?customer={quote.customer.public_id}"):
        assert "Acme" not in flat(client.get(address))


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


def test_a_refused_confirmation_reads_as_a_sentence(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        order = make_order(actor, make_customer(actor, credit_limit=Decimal(50)), draft=True)
    refused = alices.post(f"/sales-orders/{order.public_id}/status", {"to": "confirmed"})
    page = flat(refused)
    assert refused.status_code == 422
    assert f"Confirm {order.order_number}" in page
    assert "MYR 100.00 for this order." in page


@pytest.mark.parametrize(
    ("kind", "words"),
    [("goods", "It has been invoiced in full. Ship it in full or in part."), ("service", "")],
)
def test_an_order_that_is_invoiced_in_full_asks_for_no_invoice(
    alices: Client, actor: Actor, kind: str, words: str
) -> None:
    with company_scope(actor.company):
        order = make_order(actor, lines=[line(type=kind)])
        order.lines.update(invoiced_quantity=1)
    page = flat(alices.get(f"/sales-orders/{order.public_id}"))
    assert words in page
    assert "Ship and invoice this order" not in page
    assert "Invoice it in full or in part" not in page
