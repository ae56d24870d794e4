"""What every list page can do, tried on invoices: filters, counts, pages, views, columns, bulk actions, files."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from uuid import uuid4

import pytest
from django.test import Client

from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Membership, User
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_order, make_quote
from bigledger_crm.testing.html import flat
from bigledger_crm.web.components import Column
from bigledger_crm.web.lists import paging, saved_views
from bigledger_crm.web.lists.export import _lines, _plain, values_of
from bigledger_crm.web.models import ListPreferences, SavedView
from customers.models import Customer
from invoicing.integrity import find_discrepancies
from invoicing.models import Invoice
from invoicing.services import cancel_invoice
from sales.services import convert_quote_to_order

pytestmark = pytest.mark.usefixtures("time_in_2024", "in_company")
LIST = "/invoices"


@pytest.fixture
def alices(client: Client, alice: User) -> Client:
    """Alice, signed in."""
    client.force_login(alice)
    return client


@pytest.fixture
def customer(actor: Actor) -> Customer:
    """A buyer with a name of Latin and other letters."""
    return make_customer(actor, name="Kedai Élan 永兴", tags=["retail"])


def text_of(client: Client, address: str, status: int = 200) -> str:
    """A page."""
    response = client.get(address)
    assert response.status_code == status
    return flat(response)


def rows_of(page: str) -> list[str]:
    """The numbers that a page lists."""
    return re.findall(r">((?:INV|QT)-\d{4}-\d{4})</a>", page)


def chips_of(page: str) -> dict[str, str]:
    """What the chips count."""
    return dict(re.findall(r'id="chip-(\w+)"[^>]*>[^<]*(?:<span class="count">([^<]+))?', page))


def file_of(client: Client, address: str) -> list[list[str]]:
    """The lines of a CSV file."""
    response = client.get(address)
    assert response["Content-Type"].startswith("text/csv")
    content = b"".join(part for part in response).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))


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
    page = text_of(alices, f"{LIST}?{query}", 400)
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


def test_views_are_kept_shared_and_removed(alices: Client, actor: Actor, bob: User) -> None:
    late = f"{LIST}?show=overdue&totalMin=5"
    assert alices.post(late, {"save_view": "yes", "name": " Late  ones ", "is_shared": "on"})["Location"] == late
    alices.post(f"{LIST}?show=draft", {"save_view": "yes", "name": "Mine"})
    alices.post(f"{LIST}?show=paid", {"save_view": "yes", "name": "Mine"})  # the same name is the same view
    page = text_of(alices, late)
    links = re.findall(r'<a class="menu-item" href="(/invoices\?[^"]+)"( aria-current="true")?><span>([^<]+)', page)
    assert links == [
        ("/invoices?show=overdue&amp;totalMin=5", ' aria-current="true"', "Late ones"),
        ("/invoices?show=paid", "", "Mine"),
    ]
    bobs = Client()
    bobs.force_login(bob)
    seen = text_of(bobs, LIST)
    assert "Late ones" in seen
    assert "Mine" not in seen
    shared = SavedView.objects.get(name="Late ones").public_id
    assert bobs.post(LIST, {"remove_view": shared}).status_code == 404
    assert alices.post(LIST, {"remove_view": shared}).status_code == 302
    assert list(SavedView.objects.values_list("name", flat=True)) == ["Mine"]


def test_who_may_not_change_a_list_shares_no_view_of_it(alices: Client, bob: User) -> None:
    bobs = Client()
    bobs.force_login(bob)
    saved = {"save_view": "yes", "name": "For all"}
    for place, may in ((LIST, False), ("/quotes", True)):
        assert ('name="is_shared"' in text_of(bobs, place)) is may
        assert bobs.post(place, {**saved, "is_shared": "on"}).status_code == (302 if may else 403)
        assert bobs.post(place, {**saved, "name": "Mine"}).status_code == 302
    Membership.objects.filter(user=bob).update(role="viewer")
    assert bobs.post("/quotes", {**saved, "is_shared": "on"}).status_code == 403
    assert list(SavedView.objects.filter(is_shared=True).values_list("place", flat=True)) == ["/quotes"]


def test_a_list_has_no_more_views_than_can_be_seen(alices: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_views, "MOST_VIEWS", 2)
    for name, status in (("One", 302), ("Two", 302), ("Three", 400), ("One", 302)):
        response = alices.post(f"{LIST}?show=draft", {"save_view": "yes", "name": name})
        assert response.status_code == status, name
    assert alices.post("/quotes", {"save_view": "yes", "name": "Three"}).status_code == 302
    refused = flat(alices.post(LIST, {"save_view": "yes", "name": "Three"}))
    assert "You can save up to 2 views for each list." in refused


@pytest.mark.parametrize("name", ["", " ", "x" * 61])
def test_a_view_needs_a_name_and_what_was_typed_stays(alices: Client, name: str) -> None:
    response = alices.post(f"{LIST}?show=draft", {"save_view": "yes", "name": name, "is_shared": "on"})
    assert response.status_code == 400
    page = flat(response)
    assert 'id="view-error">Enter a name of at most 60 characters.' in page
    assert f'value="{name}" aria-invalid="true"' in page
    assert not SavedView.objects.exists()


def test_columns_and_density_are_a_persons_own(alices: Client, actor: Actor, bob: User) -> None:
    make_invoice(actor, reference="PO-7")
    alices.post(LIST, {"column": ["customer", "reference", "total"], "is_dense": "on"})
    page = text_of(alices, LIST)
    heads = re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]+?)(?: <span|<)', page)
    assert [head.strip() for head in heads if head.strip()] == ["Number", "Customer", "Reference", "Total MYR"]
    assert "table-dense" in page
    bobs = Client()
    bobs.force_login(bob)
    assert "table-dense" not in text_of(bobs, LIST)
    alices.post(LIST, {"column": ["customer", "status", "date", "due", "total", "to-pay"]})
    assert ListPreferences.objects.get().changed == []


def test_a_file_holds_exactly_what_is_filtered_and_nothing_that_runs(
    alices: Client, actor: Actor, customer: Customer
) -> None:
    formula = make_customer(actor, name='=HYPERLINK("http://evil.example";"x")', email="evil@example.com")
    make_invoice(actor, formula, reference="+1+1", tags=["a", "b"])
    make_invoice(actor, customer, [line(unit_price="1234.5")])
    make_invoice(actor, draft=True)
    head, *lines = file_of(alices, f"{LIST}?show=open&sort=number&export=csv")
    assert head == [
        "Number", "Customer", "Reference", "Purchase order", "Tags", "Status", "Date", "Due", "Net", "Tax", "Total",
        "Paid", "Amount due", "Currency",
    ]  # fmt: skip
    assert lines == [
        ["INV-2024-0001", "'=HYPERLINK(\"http://evil.example\";\"x\")", "'+1+1", "", "a, b", "Due", "2024-01-15",
         "2024-02-14", "100.00", "0.00", "100.00", "0.00", "100.00", "MYR"],
        ["INV-2024-0002", "Kedai Élan 永兴", "", "", "", "Due", "2024-01-15",
         "2024-02-14", "1234.50", "0.00", "1234.50", "0.00", "1234.50", "MYR"],
    ]  # fmt: skip
    chosen = Invoice.objects.get(invoice_number="INV-2024-0002").public_id
    assert len(file_of(alices, f"{LIST}?export=csv&row={chosen}")) == 2
    assert alices.get(f"{LIST}?export=docx").status_code == 404


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("foo;=1+1", "foo;'=1+1"),
        ("foo\t=1+1", "foo\t'=1+1"),
        ("foo\n@SUM(A1)", "foo\n'@SUM(A1)"),
        ("foo\r-1", "foo\r'-1"),
        ('foo;"=1+1"', 'foo;\'"=1+1"'),
        ("foo; =1+1;+2", "foo;' =1+1;'+2"),
        ("foo;＝1", "foo;'＝1"),
        ("=1;=2", "'=1;'=2"),
        ("a; b = c - d; e", "a; b = c - d; e"),
        ("foo, =1+1", "foo, =1+1"),  # quoted where commas part the cells
    ],
)
def test_no_cell_begins_a_formula_wherever_cells_are_parted(text: str, written: str) -> None:
    column = Column("Name", lambda row: row)
    assert _plain(values_of([column], text)[0]) == written
    for separator in ";\t":
        for row in _lines([[_plain(values_of([column], text)[0])]]).splitlines():
            assert not any(cell.strip(' "').startswith(("=", "+", "-", "@", "＝")) for cell in row.split(separator))


def test_a_workbook_has_numbers_and_days_and_no_formulas(alices: Client, actor: Actor) -> None:
    make_invoice(actor, make_customer(actor, name="=1+1", email="one@example.com"))
    response = alices.get(f"{LIST}?export=xlsx")
    assert response["Content-Disposition"] == 'attachment; filename="invoices-2024-01-15.xlsx"'
    with zipfile.ZipFile(io.BytesIO(b"".join(response))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<t>=1+1</t>" in sheet, sheet
    assert re.search(r"<v>100(\.0+)?</v>", sheet)
    assert "<v>45306</v>" in sheet  # 15 January 2024, in days since 1900


def bulk(client: Client, action: str, rows: list[str], **fields: str) -> str:
    """Posts a bulk action and returns the page of its results."""
    response = client.post(LIST, {"do": action, "row": rows, "form_key": str(uuid4()), **fields})
    assert response.status_code == 200
    return flat(response)


def results_of(page: str) -> list[tuple[str, str]]:
    """Each row's number and result."""
    return re.findall(r">(INV-\d{4}-\d{4})</a>.*?badge-\w+\">([\w ]+)<", page, re.DOTALL)


def test_rows_are_issued_each_for_itself_with_a_result_for_each(alices: Client, actor: Actor) -> None:
    drafts = [make_invoice(actor, draft=True) for _ in range(2)]
    issued = make_invoice(actor)
    rows = [invoice.public_id for invoice in (drafts[0], issued, drafts[1])]
    asked = text_of(alices, f"{LIST}?do=issue&" + "&".join(f"row={row}" for row in rows))
    assert "Mark as sent: 2 rows" in asked
    offered, others = asked.split("1 not marked as sent", 1)
    assert re.findall(r'name="row" value="(\w+)"', offered) == [rows[0], rows[2]]
    assert issued.invoice_number in others
    assert "already sent" in others
    assert not Invoice.objects.filter(pk=drafts[0].pk, status="sent").exists()
    page = bulk(alices, "issue", rows)
    assert [result for _, result in results_of(page)] == ["Done", "Not done", "Done"]
    assert "2 marked as sent" in page
    assert "1 not marked as sent: already sent" in page
    assert Invoice.objects.filter(status="sent").count() == 3
    assert not list(find_discrepancies(actor.company))


def test_the_same_form_sends_each_mail_once(alices: Client, actor: Actor) -> None:
    rows = [make_invoice(actor, draft=True).public_id for _ in range(3)]
    form = {"do": "send", "row": rows, "form_key": str(uuid4())}
    for _ in range(2):
        assert "3 sent" in flat(alices.post(LIST, form))
    assert OutboxEmail.objects.count() == 3


def test_tags_are_added_to_those_there_are_now(alices: Client, actor: Actor) -> None:
    one, other = make_invoice(actor, tags=["a"]), make_invoice(actor)
    rows = [one.public_id, other.public_id]
    bulk(alices, "tag", rows, tags="b, c")
    bulk(alices, "untag", rows, tags="b")
    assert [Invoice.objects.get(pk=invoice.pk).tags for invoice in (one, other)] == [["a", "c"], ["c"]]
    response = alices.post(LIST, {"do": "tag", "row": rows, "tags": ""})
    assert response.status_code == 400


def test_who_may_not_write_may_not_do_it_in_bulk(actor: Actor, bob: User) -> None:
    Membership.objects.filter(user=bob).update(role="viewer")
    row = make_invoice(actor, draft=True).public_id
    bobs = Client()
    bobs.force_login(bob)
    assert 'name="do"' not in text_of(bobs, LIST)
    assert bobs.get(f"{LIST}?do=issue&row={row}").status_code == 403
    assert bobs.post(LIST, {"do": "issue", "row": [row]}).status_code == 403
    assert Invoice.objects.get().status == "draft"


@pytest.mark.parametrize("rows", [[], ["inv_nonsense"]])
def test_nothing_is_done_to_no_rows_and_unknown_ones(alices: Client, actor: Actor, rows: list[str]) -> None:
    mine = make_invoice(actor, draft=True)
    given = [*rows, mine.public_id] if rows else []
    assert alices.post(LIST, {"do": "issue", "row": given}).status_code == (404 if rows else 302)
    assert Invoice.objects.get().status == "draft"


def test_only_quotes_that_can_be_sent_are_offered(alices: Client, actor: Actor) -> None:
    ordered = convert_quote_to_order(actor, make_quote(actor, accepted=True)).quote
    accepted, fine = make_quote(actor, accepted=True), make_quote(actor)
    assert ordered is not None
    rows = [quote.public_id for quote in (ordered, accepted, fine)]
    asked = text_of(alices, "/quotes?do=send&" + "&".join(f"row={row}" for row in rows))
    assert re.findall(r'name="row" value="(\w+)"', asked) == [fine.public_id]
    assert "2 not sent" in asked
    page = flat(alices.post("/quotes", {"do": "send", "row": rows}))
    assert all(words in page for words in ("1 sent", "1 not sent: already ordered", "1 not sent: already accepted"))
    assert "converted" not in page
    nothing = text_of(alices, f"/quotes?do=send&row={rows[0]}")
    assert "already ordered" in nothing
    assert "Send: " not in nothing


def test_a_cancelled_invoice_is_neither_sent_nor_tagged(alices: Client, actor: Actor) -> None:
    invoice = cancel_invoice(actor, make_invoice(actor))
    for action, words in (("send", "1 not sent: cancelled"), ("tag", "1 not tagged: cancelled")):
        assert words in bulk(alices, action, [invoice.public_id], tags="a")


def test_quotes_are_sent_from_their_list(alices: Client, actor: Actor) -> None:
    quote = make_quote(actor)
    unreachable = make_quote(actor, make_customer(actor, email="", phone="+60123456789"))
    page = flat(alices.post("/quotes", {"do": "send", "row": [quote.public_id, unreachable.public_id]}))
    assert re.findall(r"badge-\w+\">(Done|Not done)<", page) == ["Done", "Not done"]
    assert OutboxEmail.objects.get().to == ["billing@acme.example.com"]


def test_every_list_opens_with_a_row_and_as_a_file(alices: Client, actor: Actor) -> None:
    make_order(actor)
    for address in _lists():
        assert alices.get(address).status_code == 200
        assert len(file_of(alices, f"{address}?export=csv")) >= 1


def _lists() -> Iterator[str]:
    yield from ("/customers", "/contacts", "/items", "/quotes", "/sales-orders", "/shipments")
    yield from ("/invoices", "/credit-notes", "/payments", "/outbox", "/settings/webhooks")
