"""The lines of the editor: what is pasted, what is wrong and where it stands, which tax a line has."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_customer, make_item, make_order
from bigledger_crm.testing.forms import form_of
from bigledger_crm.testing.html import flat
from customers.models import Customer
from sales.models import Quote, QuoteLine
from sales.tests.support import errors_of, htmx, problems_of

pytestmark = pytest.mark.usefixtures("time_in_2024")
HEAD = {"customer": "CUST-0001", "quote_date": "2024-01-15", "valid_until": "2024-01-31"}


@pytest.fixture
def alices(client: Client, alice: User, actor: Actor) -> Client:
    """Alice, signed in, with a customer and items `007` at 7.00 and `DSK-120` at 420.00."""
    client.force_login(alice)
    with company_scope(actor.company):
        make_customer(actor)
        make_item(actor, item_code="007", name="Licence", unit_price=Decimal("7.00"), unit="pcs")
        make_item(actor, item_code="DSK-120", name="Desk", unit_price=Decimal("420.00"), tax_code="")
    return client


def paste(client: Client, text: str, **fields: str) -> str:
    """The lines after a paste into the first row."""
    data = {**HEAD, "pasted": text, "paste_rows": "1", "paste_at": "0", **fields}
    return flat(client.post("/quotes/new", data, headers=htmx("editor-lines")))


def lines_of(part: str) -> dict[str, str]:
    """What stands in the cells."""
    return {
        name: value for name, value in form_of(f'<form id="editor">{part}</form>').items() if name.startswith("lines-")
    }


@pytest.mark.parametrize(
    ("text", "code", "quantity", "price"),
    [
        ("007\t10\t6.50", "007", 10, "6.50"),
        ("007\t10\tRM 6.50", "007", 10, "6.50"),
        ("Code\tQty\tU/Price (RM)\n007\t10\t6.50", "007", 10, "6.50"),
        ("DSK-120\t2\t300.00", "DSK-120", 2, "300.00"),
        ("dsk-120\t\t2\t300.00", "DSK-120", 2, "300.00"),
        ("DSK-120\t\t2\t1,300.50", "DSK-120", 2, "1300.50"),
    ],
)
def test_the_pasted_price_is_billed(
    alices: Client, actor: Actor, text: str, code: str, quantity: int, price: str
) -> None:
    part = paste(alices, text)
    assert errors_of(part) == {}
    assert alices.post("/quotes/new", HEAD | lines_of(part)).status_code == 302
    with company_scope(actor.company):
        stored = QuoteLine.objects.get()
        assert (stored.item_code, stored.quantity, stored.unit_price) == (code, Decimal(quantity), Decimal(price))


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        (
            "DSK-120\t2\t1.234,56",
            {"0-unit_price": "“1.234,56” could mean 1234.56 or 1.23456. Please enter the one you mean."},
        ),
        ("DSK-120\t2\tUSD 300.00", {"0-unit_price": "This document is in MYR"}),
        ("Code\tQty\tPrice (USD)\n007\t1\t6", {"0-unit_price": "This document is in MYR"}),
        ("DSK-999\t2\t300.00", {"0-item_code": "No item has this code"}),
        ("DSK-120\t2\t30\t60", {"0-discount_percent": "Enter a percentage such as 5, or an amount such as MYR 25"}),
        ("PAP\t\t\t62.50\n007\t\t2\t7", {"0-item_code": "No item has this code", "0-quantity": "Quantity is required"}),
        ("Code\tQty\tAmount\n007\t2\t12", {"0-unit_price": "Enter a number such as 1250.50"}),
        ("007\t\t1\t7\t\tGST", {"0-tax_code": "Tax code &#x27;GST&#x27; does not exist"}),
    ],
)
def test_what_is_not_understood_is_marked_and_cannot_be_saved(
    alices: Client, text: str, errors: dict[str, str]
) -> None:
    part = paste(alices, text)
    assert errors_of(part) == errors
    refused = alices.post("/quotes/new", HEAD | lines_of(part))
    assert (refused.status_code, errors_of(flat(refused))) == (400, errors)


def test_unknown_headings_are_named(alices: Client) -> None:
    part = paste(alices, "Colour\tCode\tQty\tPrice\tAmount\nred\t007\t2\t6.50\t13.00")
    assert "These columns were left out: Colour, Amount" in part
    assert lines_of(part)["lines-0-unit_price"] == "6.50"


def test_a_pasted_unit_is_the_lines_own(alices: Client, actor: Actor) -> None:
    part = paste(alices, "Design\t2\thour\t50\n007\t1\t\t6.50")
    assert alices.post("/quotes/new", HEAD | lines_of(part)).status_code == 302
    with company_scope(actor.company):
        stored = list(QuoteLine.objects.values_list("description", "unit"))
        assert stored == [("Design", "hour"), ("Licence", "pcs")]
        quote = Quote.objects.get()
    page = flat(alices.get(f"/quotes/{quote.public_id}"))
    assert re.search(r'data-label="Quantity">\s*<span>\s*2\s*<span class="text-muted">hour</span>', page)
    url = f"/quotes/{quote.public_id}/edit"
    form = form_of(flat(alices.get(url)))
    assert (form["lines-0-unit"], form["lines-1-unit"]) == ("hour", "pcs")
    assert alices.post(url, form | {"lines-1-unit": ""}).status_code == 302
    with company_scope(actor.company):
        assert QuoteLine.objects.get(position=2).unit == ""
    form = form_of(flat(alices.get(url)))
    assert alices.post(url, form | {"title": "Again"}).status_code == 302
    with company_scope(actor.company):
        assert QuoteLine.objects.get(position=2).unit == ""


def test_figures_pasted_into_a_cell_go_down_from_there(alices: Client) -> None:
    typed = {"lines-0-item_code": "007", "lines-0-quantity": "1", "lines-1-item_code": "DSK-120"}
    typed |= {"lines-0-discount_percent": "5", "lines-0-tax_code": "-"}
    part = paste(alices, "5\t6.50\n6\t7.50", paste_column="quantity", **typed)
    lines = lines_of(part)
    assert (lines["lines-0-discount_percent"], lines["lines-0-tax_code"]) == ("5", "-")
    assert [lines[f"lines-{row}-{name}"] for row in (0, 1) for name in ("item_code", "quantity", "unit_price")] == [
        *("007", "5", "6.50"),
        *("DSK-120", "6", "7.50"),
    ]


def test_codes_that_differ_in_case_are_never_taken_for_one_another(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        make_item(actor, item_code="dsk-120", name="Other desk", unit_price=Decimal(1))
    lines = lines_of(paste(alices, "DSK-120\t1\ndsk-120\t2\nDsk-120\t3"))
    assert [lines[f"lines-{row}-item_code"] for row in range(3)] == ["DSK-120", "dsk-120", "Dsk-120"]
    page = flat(alices.post("/quotes/new", HEAD | lines))
    assert errors_of(page) == {"2-item_code": "No item has this code"}


def test_headings_make_rows_of_their_own_wherever_they_are_pasted(alices: Client) -> None:
    typed = {"lines-0-item_code": "007", "lines-0-quantity": "1"}
    lines = lines_of(paste(alices, "Item\tQty\nDSK-120\t5", paste_column="quantity", **typed))
    assert [lines[f"lines-{row}-{name}"] for row in (0, 1) for name in ("item_code", "quantity")] == [
        *("007", "1"),
        *("DSK-120", "5"),
    ]


def test_rows_beyond_what_a_document_takes_are_counted(alices: Client) -> None:
    part = paste(alices, "007\t1\n" * 1002)
    assert "2 rows were left out: a document can have at most 1000 lines" in part
    assert len(re.findall(r"<tr data-row", part)) == 1001  # with the blank one


WRONG: dict[str, Any] = {
    "lines-0-description": "Work",
    "lines-0-quantity": "x",
    "lines-0-unit_price": "-5",
    "lines-0-discount_percent": "150",
    "lines-1-item_code": "nothing",
    "lines-1-quantity": "0",
    "lines-2-quantity": "1",
    "lines-3-item_code": "007",
    "lines-3-quantity": "1",
    "lines-3-unit_price": "1,5",
    "lines-3-discount_percent": "USD 1",
    "lines-3-unit": "x" * 21,
}
FAULTS = {
    "0-quantity": "Enter a number such as 1250.50",
    "0-unit_price": "Unit price must be 0 or more, with at most 6 decimals",
    "0-discount_percent": "Discount must be between 0 and 100 percent, with at most 4 decimals",
    "1-item_code": "No item has this code",
    "1-quantity": "Quantity must be above 0, with at most 6 decimals",
    "2-description": "Description is required for a line without an item",
    "2-unit_price": "Unit price is required for a line without an item",
    "3-unit": "Unit can have at most 20 characters",
    "3-unit_price": "“1,5” could mean 1.5 or 15. Please enter the one you mean.",
    "3-discount_percent": "This document is in MYR",
}


def test_all_that_is_wrong_is_said_at_once_at_its_cell(alices: Client) -> None:
    head = {**HEAD, "customer": "nobody", "valid_until": "2024-01-01", "shipping_cost": "-1"}
    refused = alices.post("/quotes/new", head | WRONG)
    page = flat(refused)
    assert refused.status_code == 400
    assert errors_of(page) == FAULTS
    assert "No customer has this number or name" in page
    assert "Valid until cannot be before the quote date" in page
    assert "Shipping cost must be 0 or more" in page
    assert "items[" not in page
    part = flat(alices.post("/quotes/new", head | WRONG | {"calculate": "1"}, headers=htmx("editor-totals")))
    found = {f"{row}-{cell}": said for row, cells in problems_of(part).items() for cell, said in cells.items()}
    assert found == FAULTS
    assert (
        'data-wrong="customer shipping_cost valid_until"' in part
        or 'data-wrong="customer valid_until shipping_cost"' in part
    )


def test_errors_go_as_soon_as_they_are_mended(alices: Client) -> None:
    mended = {"lines-0-description": "Work", "lines-0-quantity": "1", "lines-0-unit_price": "5"}
    part = alices.post("/quotes/new", HEAD | mended | {"calculate": "1"}, headers=htmx("editor-totals"))
    assert problems_of(flat(part)) == {0: {}}
    assert 'data-wrong=""' in flat(part)


def test_nothing_is_wrong_with_what_nobody_wrote_yet(alices: Client) -> None:
    page = flat(alices.get("/quotes/new"))
    assert "aria-invalid" not in page
    refused = flat(alices.post("/quotes/new", HEAD))
    assert "At least one line is required" in refused


def test_a_foreign_customer_needs_a_rate_and_a_price_with_the_other_faults(alices: Client, actor: Actor) -> None:
    with company_scope(actor.company):
        make_customer(actor, name="Berlin", email="b@b.example.com", currency="EUR")
    lines = {"lines-0-item_code": "007", "lines-0-quantity": "1", "lines-1-description": "x", "lines-1-quantity": "-1"}
    page = flat(alices.post("/quotes/new", HEAD | {"customer": "CUST-0002"} | lines))
    assert "Exchange rate from EUR to MYR is required" in page
    assert set(errors_of(page)) == {"0-unit_price", "1-quantity", "1-unit_price"}


def test_a_line_says_which_tax_it_has(alices: Client) -> None:
    lines = {
        "lines-0-item_code": "007",
        "lines-1-item_code": "DSK-120",
        "lines-2-description": "Free",
        "lines-4-unit": "x",
    }
    lines |= {"lines-3-quantity": ""}
    part = flat(alices.post("/quotes/new", HEAD | lines | {"calculate": "1"}, headers=htmx("editor-totals")))
    said = re.findall(r'data-tax="([^"]*)"', part)
    assert said == ["SST (item)", "No tax (item)", "No tax", "From item", "No tax"]
    page = flat(alices.post("/quotes/new", HEAD | lines | {"calculate": "1"}))
    first = re.findall(r'name="lines-\d-tax_code"[^>]*><option value=""[^>]*>([^<]*)', page)
    assert first[:5] == said


def test_a_free_line_is_saved_as_it_says(alices: Client, actor: Actor) -> None:
    free = {"lines-0-description": "Free", "lines-0-quantity": "1", "lines-0-unit_price": "100"}
    taxed = {f"lines-1-{name.split('-')[2]}": value for name, value in free.items()} | {"lines-1-tax_code": "SST"}
    assert alices.post("/quotes/new", HEAD | free | taxed).status_code == 302
    with company_scope(actor.company):
        assert list(QuoteLine.objects.values_list("tax_code", "tax_amount")) == [("", Decimal(0)), ("SST", Decimal(6))]


@pytest.mark.parametrize(
    ("url", "day", "word"), [("quotes", "quote_date", "quote"), ("invoices", "invoice_date", "invoice")]
)
def test_the_editor_cautions_before_the_credit_limit(
    alices: Client, actor: Actor, url: str, day: str, word: str
) -> None:
    with company_scope(actor.company):
        make_customer(actor, name="Tight Ltd", email="t@t.example.com", credit_limit=Decimal(1000))
        make_order(actor, Customer.objects.get(name="Tight Ltd"), [line("1", "784.13")])
    form = {"customer": "CUST-0002", day: "2024-01-15", "calculate": "1"}
    lines = {"lines-0-description": "Work", "lines-0-quantity": "1", "lines-0-unit_price": "1,000.00"}

    def caution(**more: str) -> list[str]:
        part = flat(alices.post(f"/{url}/new", form | lines | more, headers=htmx("editor-totals")))
        return [text.replace("\xa0", " ") for text in re.findall(r'editor-caution[^"]*">([^<]*)<', part)]

    assert caution() == [
        f"This {word} takes Tight Ltd MYR 784.13 over the credit limit of MYR 1,000.00."
        " Balance: MYR 0.00. Open orders: MYR 784.13."
    ]
    assert caution(**{"lines-0-unit_price": "215.87"}) == []
    assert caution(customer="CUST-0001") == []
