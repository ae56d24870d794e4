"""Each figure of Home leads to the list that makes it, and is the sum of that list, recalculated here row by row."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain

import pytest
from django.test import Client
from lxml import html

from bigledger_crm.kernel.clock import travelling
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.factories import make_customer, make_invoice, make_quote
from invoicing.models import CreditNote, Invoice
from invoicing.tests.list_pages import file_of
from invoicing.tests.money_history import MoneyHistory
from sales.models import Quote
from sales.services import EmailOptions, send_quote

pytestmark = pytest.mark.usefixtures("in_company", "no_broker")
TODAY, NOW = date(2024, 4, 10), datetime(2024, 4, 10, 4, tzinfo=UTC)


@pytest.fixture
def home(actor: Actor, alices: Client) -> Iterator[html.HtmlElement]:
    """The page, after ten weeks in four currencies, with quotes that expire this week, next week and never."""
    MoneyHistory(actor, 7, TODAY, [actor.member] * 4).live(90)
    with travelling(NOW):
        foreign = make_customer(actor, name="Yen", currency="JPY")
        for days in (0, 6, 7):
            rate = Decimal("0.0305")
            make_invoice(actor, foreign, due_date=TODAY + timedelta(days=days), exchange_rate=rate)
        for until in (TODAY, TODAY + timedelta(days=6), TODAY + timedelta(days=7), None):
            quote = make_quote(actor, foreign, valid_until=until, exchange_rate=Decimal("0.0305"))
            send_quote(actor, quote, EmailOptions(to=["somebody@example.com"]))
        yield html.fromstring(alices.get("/").content.decode())


def rounded(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def read(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace("\N{MINUS SIGN}", "-"))


def due(client: Client, href: str) -> tuple[Decimal, int]:
    """What is due on the invoices of a list, in the company's currency, and how many they are."""
    _head, *lines = file_of(client, f"{href}&export=csv")
    invoices = Invoice.objects.filter(invoice_number__in=[values[0] for values in lines])
    assert len(invoices) == len(lines)
    return rounded(sum((one.amount_due * one.exchange_rate for one in invoices), Decimal(0))), len(lines)


def sold(client: Client, href: str) -> Decimal:
    """The total of a report of sales, tax included, which is that of the documents of its days."""
    head, *lines = file_of(client, href.replace("/reports/sales?", "/reports/sales/file?"))
    first, last = (href.partition(f"{name}=")[2].partition("&")[0] for name in ("dateFrom", "dateTo"))
    invoices = Invoice.objects.filter(stage__in=("open", "paid"), invoice_date__range=(first, last))
    notes = CreditNote.objects.filter(credit_note_date__range=(first, last))
    exact = chain(
        (one.total * one.exchange_rate for one in invoices), (-note.total * note.exchange_rate for note in notes)
    )
    total = Decimal(lines[-1][head.index("Total incl. tax")]) if lines else Decimal(0)
    assert total == rounded(sum(exact, Decimal(0)))
    return total


def tiles_of(page: html.HtmlElement) -> dict[str, tuple[Decimal, str, str]]:
    """The amount, the note and the link of each tile, by its label."""
    tiles = {}
    for tile in page.xpath("//a[contains(@class, 'metric ')]"):
        label, value, note = (
            tile.xpath(f"normalize-space(.//span[@class='metric-{part}']/text())")
            for part in ("label", "value", "note")
        )
        tiles[label] = (read(value), note, tile.get("href"))
    return tiles


def test_tiles_are_the_sums_of_their_lists(home: html.HtmlElement, alices: Client) -> None:
    tiles = tiles_of(home)
    for label in ("Receivables", "Overdue", "Due in 7 days"):
        amount, note, href = tiles.pop(label)
        assert (amount, int(note.split()[0])) == due(alices, href)
        assert amount > 0, label
    amount, note, href = tiles.pop("Quotes expiring")
    _head, *lines = file_of(alices, f"{href}&export=csv")
    quotes = Quote.objects.filter(quote_number__in=[values[0] for values in lines])
    assert amount == rounded(sum((quote.total * quote.exchange_rate for quote in quotes), Decimal(0))) > 0
    assert note == "2 quotes within 7 days"
    assert len(lines) == 2
    amount, _note, href = tiles.pop("Sales this month")
    assert amount == sold(alices, href) != 0
    assert tiles == {}


def test_charts_are_made_of_what_they_lead_to(home: html.HtmlElement, alices: Client) -> None:
    ages = home.xpath("//table[@aria-label='Aged receivables']/tbody/tr")
    shown = [(read(row.xpath("string(td[1])")), int(row.xpath("string(td[2])"))) for row in ages]
    assert shown == [due(alices, row.xpath("th/a/@href")[0]) for row in ages]
    assert len(shown) == 5
    (chart,) = home.xpath("//figure[@aria-label='Sales by month']")
    columns = chart.xpath(".//a[@class='chart-slot']")
    months = [
        read(tip.text.split("\N{NO-BREAK SPACE}")[1]) for tip in chart.xpath(".//span[@class='chart-tip']/strong")
    ]
    assert months == [sold(alices, column.get("href")) for column in columns]
    assert len(months) == 12
    assert sum(map(bool, months)) >= 3
