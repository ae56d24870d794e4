"""The editor of quotes and orders: rows, totals, drafts, and two people at once."""

import json
import re
from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_customer, make_item, make_order, make_quote
from bigledger_crm.testing.forms import form_of
from bigledger_crm.testing.html import flat
from bigledger_crm.web.autosave import KEPT, forget_old_forms
from bigledger_crm.web.models import UnsavedForm
from sales.inputs import LineInput, QuoteInput
from sales.models import Quote, SalesOrder
from sales.services import update_quote

pytestmark = pytest.mark.usefixtures("time_in_2024")
KEY = "0190f0d0-0000-7000-8000-000000000001"


@pytest.fixture
def alices(client: Client, alice: User) -> Client:
    """Alice, signed in."""
    client.force_login(alice)
    return client


def problems_of(part: str) -> dict[int, dict[str, str]]:
    """What is wrong with each row, as it comes with the totals."""
    found = re.findall(r'<data hidden value="(\d+)" data-problems="([^"]*)"', part)
    return {int(row): json.loads(unescape(text)) for row, text in found}


def errors_of(page: str) -> dict[str, str]:
    """What a page says under the cells of its lines."""
    return dict(re.findall(r'<p class="field-error" id="lines-([\w-]+)-error">([^<]*)<', page))


def htmx(target: str) -> dict[str, str]:
    """What htmx sends when it wants an element's content."""
    return {"HX-Request": "true", "HX-Target": target}


def test_an_edited_quote_keeps_what_was_not_touched(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        fixed = line("3", "10.00", discount_amount=Decimal("2.50"), notes="by hand")
        quote = make_quote(actor, lines=[line("2", tax_code="SST"), fixed], title="First")
        before = list(quote.lines.values_list("id", "discount_amount", "notes", "tax_code"))
    address = f"/quotes/{quote.public_id}"
    assert f"{address}/edit" in flat(alices.get(address))
    form = form_of(flat(alices.get(f"{address}/edit")))
    assert (form["lines-1-discount_percent"], form["lines-0-tax_code"]) == ("MYR 2.50", "SST")
    assert alices.post(f"{address}/edit", form | {"title": "Second"})["Location"] == address
    with company_scope(actor.company):
        stored = Quote.objects.get()
        assert stored.title == "Second"
        assert list(stored.lines.values_list("id", "discount_amount", "notes", "tax_code")) == before


def test_totals_come_while_one_types_from_what_can_be_read(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        make_customer(actor)
        make_item(actor)
    lines = {
        "lines-0-item_code": "WDG-001",
        "lines-0-quantity": "2",
        "lines-1-description": "Half",
        "lines-1-quantity": "x",
    }
    form = {"quote_date": "2024-01-15", "calculate": "1", **lines}
    part = flat(alices.post("/quotes/new", form, headers=htmx("editor-totals")))
    assert "<html" not in part
    assert '<data hidden value="0" data-problems="{}" data-tax="SST (item)">50.00</data>' in part
    assert "Total MYR 53.00" in part
    assert problems_of(part) == {
        0: {},
        1: {
            "quantity": "Enter a number such as 1250.50",
            "unit_price": "Unit price is required for a line without an item",
        },
    }
    assert "field-error" not in part
    whole = alices.post("/quotes/new", form)
    assert whole.status_code == 200
    assert 'value="x"' in flat(whole)


def test_rows_of_a_spreadsheet_become_lines(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        make_customer(actor)
        make_item(actor)
    pasted = {"pasted": "Design\t2\thour\t1,200.50\t10%\tSST\nWDG-001\t4", "paste_rows": "1", "paste_at": "0"}
    typed = {"lines-0-description": "Kept", "lines-0-quantity": "1", "lines-0-unit_price": "1"}
    part = flat(alices.post("/quotes/new", typed | pasted, headers=htmx("editor-lines")))
    assert re.findall(r'name="lines-(\d)-item_code" value="([^"]*)"', part)[:3] == [
        ("0", ""),
        ("1", ""),
        ("2", "WDG-001"),
    ]
    assert '<td data-label="Amount">2,160.90</td>' in part
    assert '<td data-label="Amount">100.00</td>' in part


def test_two_people_edit_the_same_quote(alices: Client, actor: Actor, company: Company) -> None:
    with company_scope(company):
        quote = make_quote(actor, lines=[line("2"), line("1", "7.00")], title="First")
    address = f"/quotes/{quote.public_id}/edit"
    mine = form_of(flat(alices.get(address))) | {"title": "Mine", "lines-1-quantity": "5"}
    with company_scope(company), clock.travelling(clock.now() + timedelta(minutes=5)):
        update_quote(actor, quote, QuoteInput(title="Theirs", reference="PO 9"))
    refused = alices.post(address, mine)
    page = flat(refused)
    assert refused.status_code == 409
    assert "Someone else changed this in the meantime" in page
    assert "Reference, title" in page
    assert "Quote created" not in page
    rows = re.findall(r'<th scope="row"[^>]*>(.*?)</th>.*?class="prose">(.*?)<.*?class="prose">(.*?)<', page, re.DOTALL)
    assert rows == [
        ("Title", "Theirs", "Mine"),
        ("Customer&#x27;s reference", "PO 9", "—"),
        ("Line 2", "Widget · 1 · 7.00 · No tax", "Widget · 5 · 7.00 · No tax"),
    ]
    assert 'name="title" value="Mine"' in page
    assert alices.post(address, mine).status_code == 409
    again = form_of(page)
    assert again["version"] == mine["version"]

    taken = alices.post(address, mine | {"take_theirs": "1"})
    assert 'name="title" value="Theirs"' in flat(alices.get(taken["Location"]))
    keep = re.findall(r'name="keep_mine" value="([^"]+)"', page)[0]
    assert alices.post(address, mine | {"keep_mine": keep}).status_code == 302
    with company_scope(company):
        stored = Quote.objects.get()
        assert (stored.title, stored.reference, stored.total) == ("Mine", "", Decimal("235.00"))
    assert alices.post(address, mine | {"keep_mine": keep}).status_code == 302  # the form was saved already


def test_each_field_and_line_of_a_conflict_is_chosen(alices: Client, actor: Actor, company: Company) -> None:
    with company_scope(company):
        quote = make_quote(actor, lines=[line("2"), line("1", "7.00"), line("1", "9.00")], title="First")
        kept, dropped = (one.public_id for one in quote.lines.all()[1:])
    address = f"/quotes/{quote.public_id}/edit"
    mine = form_of(flat(alices.get(address))) | {"title": "Mine", "reference": "My reference"}
    mine |= {"lines-0-quantity": "5", "lines-1-quantity": "6", "lines-2-unit_price": "90"}
    mine |= {"lines-3-description": "Added", "lines-3-quantity": "1", "lines-3-unit_price": "1"}
    with company_scope(company), clock.travelling(clock.now() + timedelta(minutes=5)):
        rest = [
            LineInput(id=one.public_id, description="Theirs", quantity=one.quantity, unit_price=one.unit_price)
            for one in quote.lines.all()[:2]
        ]
        update_quote(actor, quote, QuoteInput(title="Theirs", prices_include_tax=True, items=rest))
    page = flat(alices.post(address, mine))
    offered = form_of(page)
    assert offered[f"choose-{kept}"] == offered["choose-title"] == "mine"
    version = re.findall(r'name="keep_mine" value="([^"]+)"', page)[0]
    theirs = dict.fromkeys(
        ("choose-title", "choose-prices_include_tax", f"choose-{kept}", f"choose-{dropped}"), "theirs"
    )
    saved = alices.post(address, offered | theirs | {"keep_mine": version})
    assert saved.status_code == 302
    with company_scope(company):
        stored = Quote.objects.get()
        assert (stored.title, stored.reference, stored.prices_include_tax) == ("Theirs", "My reference", True)
        assert list(stored.lines.values_list("description", "quantity")) == [
            ("Widget", Decimal(5)),
            ("Theirs", Decimal(1)),
            ("Added", Decimal(1)),
        ]


def test_what_was_typed_is_offered_back_until_it_is_saved(alices: Client, actor: Actor, bob: User) -> None:
    with company_scope(actor.company):
        make_customer(actor)
    typed = {"form_key": KEY, "title": "Half done", "lines-0-description": "Work", "lines-0-quantity": "2"}
    kept = alices.post("/quotes/new", typed | {"keep": "1"}, headers=htmx("editor-draft"))
    assert "Draft kept at" in flat(kept)
    page = flat(alices.get("/quotes/new"))
    assert f"?draft={KEY}" in page
    assert "Half done" not in page
    restored = flat(alices.get(f"/quotes/new?draft={KEY}"))
    form = form_of(restored)
    assert (form["title"], form["lines-0-description"], form["form_key"]) == ("Half done", "Work", KEY)
    other = Client()
    other.force_login(bob)
    assert "unsaved draft" not in flat(other.get("/quotes/new"))
    assert "Half done" not in flat(other.get(f"/quotes/new?draft={KEY}"))

    rest = {"customer": "Acme Corporation (CUST-0001)", "quote_date": "2024-01-15", "lines-0-unit_price": "5"}
    assert alices.post("/quotes/new", form | rest).status_code == 302
    assert not UnsavedForm.unscoped.exists()
    alices.post("/quotes/new", typed | {"keep": "1"})  # a late one
    assert not UnsavedForm.unscoped.exists()


def test_drafts_are_discarded_and_swept(alices: Client, actor: Actor) -> None:
    alices.post("/sales-orders/new", {"form_key": KEY, "reference": "x", "keep": "1"})
    assert alices.post("/sales-orders/new", {"discard_draft": KEY})["Location"] == "/sales-orders/new"
    assert not UnsavedForm.unscoped.exists()
    alices.post("/sales-orders/new", {"form_key": KEY, "reference": "x", "keep": "1"})
    UnsavedForm.unscoped.update(saved_at=clock.now() - KEPT + timedelta(seconds=1))
    assert forget_old_forms() == 0
    UnsavedForm.unscoped.update(saved_at=clock.now() - KEPT)
    assert forget_old_forms() == 1


def test_a_new_customer_on_the_way_loses_nothing(alices: Client) -> None:
    typed = {"form_key": KEY, "title": "Half done", "new_customer": "1"}
    address = alices.post("/quotes/new", typed)["Location"]
    assert address == f"/customers/new?then=%2Fquotes%2Fnew%3Fdraft%3D{KEY}"
    customer = {"name": "New Ltd", "type": "business", "email": "a@new.example.com", "currency": "MYR"}
    customer |= {"payment_terms": "30", "status": "active"}
    page = flat(alices.post(address, customer, follow=True))
    assert 'name="customer" value="New Ltd (CUST-0001)"' in page
    assert 'name="title" value="Half done"' in page
    assert alices.post("/customers/new?then=//evil.example", customer | {"name": "B", "email": "b@b.example.com"})[
        "Location"
    ].startswith("/customers/cust_")
    picked = alices.post(
        "/customers/new?pick=1", customer | {"name": "C", "email": "c@c.example.com"}, headers=htmx("dialog-body")
    )
    assert picked.status_code == 204
    assert "C (CUST-0003)" in picked["HX-Trigger"]


def test_an_agreed_order_changes_only_in_how_it_is_carried_out(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        order = make_order(actor)
    address = f"/sales-orders/{order.public_id}/edit"
    page = flat(alices.get(address))
    assert 'name="priority"' in page
    assert "lines-0-quantity" not in page
    assert 'name="order_date"' not in page
    saved = alices.post(address, form_of(page) | {"priority": "high", "promised_date": "+10"})
    assert saved.status_code == 302
    with company_scope(actor.company):
        stored = SalesOrder.objects.get()
        assert (stored.priority, stored.promised_date and stored.promised_date.isoformat()) == ("high", "2024-01-25")
        SalesOrder.objects.update(status="cancelled")
    assert alices.get(address)["Location"] == f"/sales-orders/{order.public_id}"


def test_a_draft_order_is_written_with_days_counted_from_its_own(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        make_customer(actor)
    form = {"customer": "CUST-0001", "order_date": "2024-02-01", "required_date": "+30", "priority": "low"}
    lines = {"lines-0-description": "Work", "lines-0-quantity": "1 000", "lines-0-unit_price": "2"}
    assert alices.post("/sales-orders/new", form | lines | {"lines-0-discount_percent": "myr 25"}).status_code == 302
    with company_scope(actor.company):
        order = SalesOrder.objects.get()
        assert (str(order.required_date), order.total) == ("2024-03-02", Decimal("1975.00"))
    wrong: dict[str, Any] = form | lines | {"lines-0-discount_percent": "EUR 25"}
    refused = alices.post("/sales-orders/new", wrong)
    assert "This document is in MYR" in flat(refused)


def test_items_and_customers_are_offered_while_one_types(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        make_customer(actor)
        make_customer(actor, name="Überseehandel", email="u@example.com", currency="EUR")
        make_item(actor)
    items = flat(alices.get("/items/options", {"q": "widget"}))
    assert 'data-value="WDG-001" data-fill-description="Premium Widget" data-fill-unit_price="25.00"' in items
    assert "data-fill-unit_price" not in flat(alices.get("/items/options", {"q": "wdg", "customer": "CUST-0002"}))
    with company_scope(actor.company):
        for number in range(12):
            make_item(actor, item_code=f"A-{number:02}", name="Fits WDG")
    exact = flat(alices.get("/items/options", {"q": "wdg-001"}))
    assert re.findall(r'data-value="([^"]+)"', exact)[0] == "WDG-001"
    beginning = flat(alices.get("/items/options", {"q": "wdg"}))
    assert re.findall(r'data-value="([^"]+)"', beginning)[0] == "WDG-001"
    assert 'role="option"' not in flat(alices.get("/items/options", {"q": "none"}))
    offered = re.findall(r'data-value="([^"]+)"', flat(alices.get("/customers/options", {"q": "uber"})))
    assert offered == ["Überseehandel (CUST-0002)"]
    assert 'data-exact="CUST-0002"' in flat(alices.get("/customers/options", {"q": "uber"}))


def test_an_exchange_rate_is_a_question_for_other_currencies_only(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        home, abroad = make_customer(actor), make_customer(actor, name="Merlion", currency="SGD")
        quote = make_quote(actor, abroad, [line()], exchange_rate=Decimal("3.45"))
    for customer, is_home in ((home, True), (abroad, False)):
        form = {"customer": customer.customer_number, "quote_date": "2024-01-15", "calculate": "1"}
        part = flat(alices.post("/quotes/new", form, headers=htmx("editor-totals")))
        assert ("data-home" in part) is is_home
    assert "data-editor data-home" in flat(alices.get("/quotes/new"))
    assert "data-home" not in flat(alices.get(f"/quotes/{quote.public_id}/edit"))


def test_a_missing_customer_is_asked_for_in_words(alices: Client) -> None:
    refused = alices.post("/quotes/new", {"quote_date": "2024-01-15"})
    assert refused.status_code == 400
    assert "Select a customer." in flat(refused)
    assert "This field is required" not in flat(refused)
