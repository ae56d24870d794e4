"""The reports on quotes, debts, payments and taxes: every surface tells the same, and links lead to the rows."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from lxml import html

from bigledger_crm.kernel.clock import travelling
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company, Membership, User
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_quote
from invoicing.inputs import PaymentInput
from invoicing.models import Invoice
from invoicing.reports import REPORT_BY_SLUG
from invoicing.services import record_payment
from invoicing.tests import test_reports
from invoicing.tests.list_pages import file_of
from invoicing.tests.money_history import MoneyHistory
from invoicing.tests.report_surfaces import links_of, surfaces_agree
from sales.models import Quote
from sales.services import EmailOptions, cancel_quote, decline_quote, send_quote

D = Decimal
pytestmark = pytest.mark.usefixtures("in_company", "no_broker")
TODAY = date(2024, 4, 10)
NOW = datetime(2024, 4, 10, 4, tzinfo=UTC)
QUARTER = {"dateFrom": "2024-01-01", "dateTo": "2024-04-10"}
ASKED: dict[str, list[dict[str, str]]] = {
    "quotes": [{"groupBy": group, **QUARTER} for group in ("owner", "stage", "reason")],
    "quiet-customers": [{}, {"asOf": "2024-04-09"}],
    "receivables-ageing": [
        {},
        {"groupBy": "owner"},
        {"amountsIn": "document", "asOf": "2024-03-31"},
        {"groupBy": "currency", "amountsIn": "document"},
    ],
    "expected-payments": [{}],
    "payment-behaviour": [
        {"groupBy": "customer", "orderBy": "earliest", **QUARTER},
        {"groupBy": "month", **QUARTER},
        {"groupBy": "days", **QUARTER},
    ],
    "tax-summary": [{"period": "this_quarter"}, {"period": "last_90_days"}],
    "tax-by-document": [{"period": "this_quarter"}, {"countsAs": "credited", **QUARTER}],
}
CASES = [(slug, asked) for slug, several in ASKED.items() for asked in several]


def test_each_report_is_asked_for() -> None:
    assert {*ASKED, *test_reports.ASKED} == set(REPORT_BY_SLUG)


@pytest.fixture
def history(in_company: Company, actor: Actor, bob: User) -> Iterator[MoneyHistory]:
    """Money of ten weeks in four currencies, a customer who paid and stopped, and quotes that were lost."""
    history = MoneyHistory(actor, 4, TODAY, [actor.member, bob.pk, bob.pk, None])
    history.live(40)
    with travelling(NOW):
        monthly = make_customer(actor, name="Monthly")
        for back in (200, 170, 140, 110):
            invoice = make_invoice(actor, monthly, invoice_date=TODAY - timedelta(days=back))
            paid = PaymentInput(amount=invoice.total, payment_date=TODAY - timedelta(days=back - 40))
            record_payment(actor, invoice, paid)
        last = TODAY - timedelta(days=80)
        make_invoice(actor, monthly, [line("1", "250.00")], invoice_date=last, due_date=TODAY + timedelta(days=20))
        quotes = [make_quote(actor, monthly, owner_id=bob.public_id if number % 2 else "") for number in range(5)]
        for quote in quotes[:4]:
            send_quote(actor, quote, EmailOptions(to=["somebody@example.com"]))
        decline_quote(actor, quotes[0], reason="Too dear")
        decline_quote(actor, quotes[1])
        cancel_quote(actor, quotes[2], reason="Typed twice")
        yield history


@pytest.mark.usefixtures("history")
def test_every_surface_tells_the_same(alices: Client, api: ApiClient) -> None:
    for slug, asked in CASES:
        surfaces_agree(alices, api, slug, asked)


@pytest.mark.usefixtures("history")
def test_links_lead_to_the_documents_behind_figures(actor: Actor, alices: Client) -> None:
    followed = 0
    for slug, asked in CASES:
        for table, row, name, href in links_of(actor, alices, slug, asked) if not slug.startswith("tax") else ():
            (_head, *lines) = file_of(alices, f"{href}&export=csv")
            numbers = [values[0] for values in lines]
            found: list[Any] = list(Invoice.objects.filter(invoice_number__in=numbers))
            found += Quote.objects.filter(quote_number__in=numbers)
            assert len(found) == len(lines)
            assert _sum_of(table.column(name).kind, found) == row.values[name], (slug, asked, row.key, name, href)
            followed += 1
    assert followed > 50


@pytest.mark.usefixtures("history")
def test_figures_of_taxes_lead_to_the_documents_behind_them(actor: Actor, alices: Client) -> None:
    followed = 0
    for asked in ASKED["tax-summary"]:
        for table, row, name, href in links_of(actor, alices, "tax-summary", asked):
            head, *lines = file_of(alices, href.replace("?", "/file?"))
            total = D(lines[-1][head.index("Tax" if name.endswith("_tax") else "Net value")])
            assert abs(total) == table.column(name).exact(row.values[name], table.currency), (row.key, name, href)
            assert len(lines) > 1
            followed += 1
    assert followed > 20
    for _table, row, _name, href in links_of(actor, alices, "tax-by-document", {"period": "this_quarter"}):
        assert str(row.values["number"]) in alices.get(href).content.decode()


def test_each_reason_leads_to_its_quotes(actor: Actor, alices: Client) -> None:
    with travelling(NOW):
        customer = make_customer(actor)
        for reason in ("none", "x" * 500, "Too\ndear", "too dear", "", ""):
            quote = make_quote(actor, customer)
            send_quote(actor, quote, EmailOptions(to=["somebody@example.com"]))
            decline_quote(actor, quote, reason=reason)
        found = 0
        for _table, row, _name, href in links_of(actor, alices, "quotes", {"groupBy": "reason"}):
            assert len(file_of(alices, f"{href}&export=csv")) - 1 == row.values["quotes"], row.values["reason"]
            found += 1
    assert found == 8


def test_no_link_leads_to_a_customer_of_somebody_else(actor: Actor, alice: User, limited: Membership) -> None:
    his, client = limited.user.public_id, Client()
    client.force_login(limited.user)
    with travelling(NOW):
        for name, owner in (("Theirs", alice.public_id), ("His", his)):
            customer = make_customer(actor, name=name, owner_id=owner)
            make_invoice(actor, customer, owner_id=his)
            paid = make_invoice(actor, customer, owner_id=his)
            record_payment(actor, paid, PaymentInput(amount=paid.total))
        for slug in ("receivables-ageing", "payment-behaviour", "sales", "expected-payments"):
            page = html.fromstring(client.get(f"/reports/{slug}").content.decode())
            links = page.xpath("//main//table//a/@href")
            assert links, slug
            assert {client.get(href).status_code for href in links} == {200}, slug
        page = html.fromstring(client.get("/reports/payment-behaviour").content.decode())
        rows = page.xpath("//table[contains(@class, 'report-table')]/tbody/tr")
        shown = {row.xpath("./td")[0].text_content().strip(): len(row.xpath(".//a")) for row in rows}
    assert shown == {"Theirs": 0, "His": 1}


def _sum_of(kind: str, found: list[Any]) -> Any:
    if kind == "count":
        return len(found)
    if kind == "day":
        return max(invoice.invoice_date for invoice in found)
    amount = "total" if isinstance(found[0], Quote) else "amount_due"
    due = sum((getattr(one, amount) * one.exchange_rate for one in found), D(0))
    return due.quantize(D("0.01"), "ROUND_HALF_UP")


@pytest.mark.usefixtures("history")
def test_debts_in_the_documents_currencies_have_no_sum(api: ApiClient) -> None:
    data = api.get("/analytics/receivables-ageing?groupBy=currency&amountsIn=document").data
    assert data["totals"] is None
    assert len({row["currency"] for row in data["rows"]}) == len(data["rows"]) > 1
    (total,) = [api.get("/analytics/receivables-ageing").data["totals"]["total"]]
    assert total == api.get("/analytics/receivables-ageing?groupBy=owner").data["totals"]["total"]


@pytest.mark.usefixtures("history")
def test_who_pays_earliest_comes_first_on_demand(api: ApiClient) -> None:
    latest, earliest = (
        [row["values"]["medianLate"] for row in _rows(api, order) if int(row["values"]["invoices"]) >= 3]
        for order in ("latest", "earliest")
    )
    assert latest == sorted(latest, key=D, reverse=True)
    assert earliest == latest[::-1]


def _rows(api: ApiClient, order: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = api.get(f"/analytics/payment-behaviour?period=last_365_days&orderBy={order}").data[
        "rows"
    ]
    return rows
