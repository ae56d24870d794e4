"""What every list page can do, tried on invoices: filters, counts, pages and what a file holds of them."""

import re
from datetime import date

import pytest
from django.test import Client

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.factories import line, make_customer, make_invoice
from bigledger_crm.testing.html import flat, text_of
from bigledger_crm.web.lists import paging
from customers.models import Customer
from invoicing.models import Invoice
from invoicing.tests.list_pages import chips_of, file_of, rows_of

pytestmark = pytest.mark.usefixtures("time_in_2024", "in_company")
LIST = "/invoices"


@pytest.fixture
def customer(actor: Actor) -> Customer:
    """A buyer with a name of Latin and other letters."""
    return make_customer(actor, name="Kedai Élan 永兴", tags=["retail"])


def test_filters_narrow_rows_and_counts_and_are_taken_off_one_by_one(
    alices: Client, actor: Actor, customer: Customer
) -> None:
    make_invoice(actor, customer, [line(unit_price="2000")], due_date=date(2024, 1, 20))
    make_invoice(actor, customer, draft=True)
    make_invoice(actor)
    assert chips_of(text_of(alices, LIST)) == {
        "all": "3", "open": "2", "issued": "2", "overdue": "", "draft": "1", "paid": "", "cancelled": "",
    }  # fmt: skip
    typed = f"{LIST}?customerId=kedai élan 永兴&totalMin=1,000&dueDateTo=31/1/2024&q=&paymentStatus="
    page = text_of(alices, typed)
    assert rows_of(page) == ["INV-2024-0001"]
    assert chips_of(page)["draft"] == ""
    said = re.findall(r'<li><a class="chip" href="([^"]+)"[^>]*>([^<]+?)\s*<svg', page)
    assert [text for _, text in said] == [
        f"Customer: Kedai Élan 永兴 ({customer.customer_number})", "Due to: 31 Jan 2024", "Total from: 1,000",
    ]  # fmt: skip
    without_total = said[2][0].replace("&amp;", "&")
    assert "totalMin" not in without_total
    assert "customerId" in without_total


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ("totalMin=much", "totalMin", "Enter a number such as 1250.50"),
        ("totalMin=20&totalMax=10", "totalMax", "Must not be below totalMin"),
        ("dueDateFrom=2024-13-01", "dueDateFrom", "Enter a date with the day first, such as 31/12/2026 or 31 Dec 2026"),
        ("dueDateFrom=11/28/26", "dueDateFrom", "Enter a date with the day first, such as 31/12/2026 or 31 Dec 2026"),
        ("customerId=nobody", "customerId", "No match for this name or number"),
        ("paymentStatus=soon", "paymentStatus", "Choose one from the list"),
    ],
)
def test_a_wrong_filter_is_told_at_its_field_and_stays(
    alices: Client, actor: Actor, query: str, field: str, message: str
) -> None:
    make_invoice(actor)
    page = text_of(alices, f"{LIST}?{query}", status=400)
    assert f'id="wrong-{field}">{message}<' in page
    assert re.findall(r'name="(\w+)"[^>]* autofocus', page) == [field]
    assert not rows_of(page)
    assert alices.get(f"{LIST}?{query}&export=csv").status_code == 400


@pytest.mark.parametrize("query", ["q=nobody", "totalMin=much", "show=overdue"])
def test_a_list_without_rows_offers_to_clear_its_filters(alices: Client, actor: Actor, query: str) -> None:
    make_invoice(actor)
    page = flat(alices.get(f"{LIST}?{query}"))
    assert f'<a class="button" href="{LIST}">Clear filters</a>' in page
    assert "Clear filters</a>" not in text_of(alices, LIST)


def test_pages_go_forth_and_back_and_say_where_they_are(
    alices: Client, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "PAGE_SIZE", 2)
    for _ in range(5):
        make_invoice(actor)
    numbers = [f"INV-2024-000{n}" for n in (5, 4, 3, 2, 1)]

    def turn(page: str, way: str) -> str:
        found = re.search(rf'rel="{way}" href="([^"]+)"', page)
        assert found is not None
        return text_of(alices, LIST + found[1].replace("&amp;", "&"))

    first = text_of(alices, f"{LIST}?sort=-number")
    second = turn(first, "next")
    third = turn(second, "next")
    assert [rows_of(page) for page in (first, second, third)] == [numbers[:2], numbers[2:4], numbers[4:]]
    places = [re.search(r"[\d–]+ of 5", page) for page in (first, second, third)]
    assert [place and place[0] for place in places] == ["1–2 of 5", "3–4 of 5", "5–5 of 5"]
    assert rows_of(turn(third, "prev")) == numbers[2:4]
    back = turn(turn(third, "prev"), "prev")
    assert rows_of(back) == numbers[:2]
    assert 'rel="prev"' not in back
    assert 'rel="next"' not in third


def test_counts_end_where_they_no_longer_matter(alices: Client, actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "CEILING", 2)
    for _ in range(3):
        make_invoice(actor)
    assert paging.counts_of([Invoice.objects.all(), Invoice.objects.none(), Invoice.objects.filter(total=1)]) == [
        2,
        0,
        0,
    ]


def test_htmx_gets_the_list_alone_with_its_count_said(alices: Client, actor: Actor) -> None:
    make_invoice(actor)
    part = flat(alices.get(LIST, headers={"HX-Request": "true", "HX-Target": "list"}))
    assert "<html" not in part
    assert re.search(r'id="list-count" hx-swap-oob="innerHTML">1 row</p>', part)
    assert rows_of(part) == ["INV-2024-0001"]


def test_a_file_holds_exactly_what_is_filtered_and_nothing_that_runs(
    alices: Client, actor: Actor, customer: Customer
) -> None:
    formula = make_customer(actor, name='=HYPERLINK("http://evil.example";"x")', email="evil@example.com")
    make_invoice(actor, formula, reference="+1+1", tags=["a", "b"])
    make_invoice(actor, customer, [line(unit_price="1234.5")])
    make_invoice(actor, draft=True)
    head, *lines = file_of(alices, f"{LIST}?show=open&sort=number&export=csv")
    assert head == [
        "Number", "Customer", "Reference", "Purchase order", "Tags", "Status", "Owner", "Date", "Due", "Net", "Tax",
        "Total", "Paid", "Amount due", "Currency",
    ]  # fmt: skip
    assert lines == [
        ["INV-2024-0001", "'=HYPERLINK(\"http://evil.example\";\"x\")", "'+1+1", "", "a, b", "Due", "Alice Tan",
         "2024-01-15", "2024-02-14", "100.00", "0.00", "100.00", "0.00", "100.00", "MYR"],
        ["INV-2024-0002", "Kedai Élan 永兴", "", "", "", "Due", "Alice Tan",
         "2024-01-15", "2024-02-14", "1234.50", "0.00", "1234.50", "0.00", "1234.50", "MYR"],
    ]  # fmt: skip
    chosen = Invoice.objects.get(invoice_number="INV-2024-0002").public_id
    assert len(file_of(alices, f"{LIST}?export=csv&row={chosen}")) == 2
    assert alices.get(f"{LIST}?export=docx").status_code == 404
