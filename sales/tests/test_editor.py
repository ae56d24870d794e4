"""The editor of quotes and orders: rows, totals, customers, items and what an agreed order still takes."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_customer, make_item, make_order, make_quote
from bigledger_crm.testing.forms import form_of
from bigledger_crm.testing.html import flat
from sales.models import Quote, SalesOrder
from sales.tests.support import htmx, problems_of

pytestmark = pytest.mark.usefixtures("time_in_2024")


def test_an_edited_quote_keeps_what_was_not_touched(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        fixed = line("3", "10.00", discount_amount=Decimal("2.50"), notes="by hand")
        quote = make_quote(actor, lines=[line("2", tax_code="SST"), fixed], title="First")
        before = list(quote.lines.values_list("id", "discount_amount", "notes", "tax_code"))
    url = f"/quotes/{quote.public_id}"
    assert f"{url}/edit" in flat(alices.get(url))
    form = form_of(flat(alices.get(f"{url}/edit")))
    assert (form["lines-1-discount_percent"], form["lines-0-tax_code"]) == ("MYR 2.50", "SST")
    assert alices.post(f"{url}/edit", form | {"title": "Second"})["Location"] == url
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
    assert '<td data-cell="amount" data-label="Amount">2,160.90</td>' in part
    assert '<td data-cell="amount" data-label="Amount">100.00</td>' in part


def test_an_agreed_order_changes_only_in_how_it_is_carried_out(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        order = make_order(actor)
    url = f"/sales-orders/{order.public_id}/edit"
    page = flat(alices.get(url))
    assert 'name="priority"' in page
    assert "lines-0-quantity" not in page
    assert 'name="order_date"' not in page
    saved = alices.post(url, form_of(page) | {"priority": "high", "promised_date": "+10"})
    assert saved.status_code == 302
    with company_scope(actor.company):
        stored = SalesOrder.objects.get()
        assert (stored.priority, stored.promised_date and stored.promised_date.isoformat()) == ("high", "2024-01-25")
        SalesOrder.objects.update(status="cancelled")
    assert alices.get(url)["Location"] == f"/sales-orders/{order.public_id}"


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
