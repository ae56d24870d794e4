"""The sales and products reports against the plain oracle, over random histories in three currencies."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bigledger_crm.kernel.clock import travelling
from bigledger_crm.kernel.money import quantize
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.testing.factories import make_invoice
from invoicing.analytics.sales_reports import sales_by_customer, sales_by_day
from invoicing.reports import REPORT_BY_SLUG
from invoicing.reports.periods import period_between
from invoicing.reports.report import ReportTable
from invoicing.reports.sales import GROUPS, UNITS
from invoicing.tests import sales_report_oracle as oracle
from invoicing.tests.report_history import ReportHistory

pytestmark = pytest.mark.usefixtures("in_company", "no_broker")
KEYED = ("customer", "item", "tag", "owner", "country")
NOW = datetime(2024, 4, 10, 4, tzinfo=UTC)
SPANS = (
    (date(2024, 1, 1), date(2024, 3, 31)),
    (date(2024, 2, 29), date(2024, 2, 29)),
    (date(2023, 1, 1), date(2024, 4, 10)),
    (date(2024, 2, 29), date(2024, 3, 31)),
)


def compute(actor: Actor, slug: str, **parameters: str) -> ReportTable:
    report = REPORT_BY_SLUG[slug]
    given = report.filters(parameters, company=actor.company, today=actor.today())
    assert given.problems() == {}
    return report.compute(actor, given)


def days(span: tuple[date, date]) -> dict[str, str]:
    return {"dateFrom": span[0].isoformat(), "dateTo": span[1].isoformat()}


def figures(table: ReportTable, names: Sequence[str]) -> dict[str | None, dict[str, Any]]:
    """The exact values of the rows by their keys, those without growth in the rest."""
    columns = {column.name: column for column in table.columns}
    return {
        row.key or None: {name: columns[name].exact(row.values[name], table.currency) for name in names}
        for row in table.rows
    }


@pytest.mark.parametrize("seed", range(3))
def test_random_histories(actor: Actor, bob: User, seed: int) -> None:
    with travelling(NOW):
        history = ReportHistory(actor, seed, ["", bob.public_id])
        history.live(16)
        names = list(oracle.Sums().shown("1"))
        for span in SPANS:
            for comparison in ("previous_period", "previous_year"):
                before = period_between(*span).earlier(span, comparison)
                for group in KEYED:
                    table = compute(actor, "sales", groupBy=group, compare=comparison, **days(span))
                    expected = oracle.sales(group, span, before)
                    found = figures(table, names)
                    if group == "tag":
                        found = {key and key.lower(): value for key, value in found.items()}
                    assert found == {key: sums.shown("0.01") for key, sums in expected.items()}, (span, group)
                    whole = oracle.sales("all", span, before).get("all", oracle.Sums()).shown("0.01")
                    assert {name: table.column(name).exact(table.totals[name], "MYR") for name in names} == whole
            _times_agree(actor, span)
            _products_agree(actor, history, span)


def test_sales_agree_with_home_and_analytics(actor: Actor) -> None:
    first, last = date(2023, 1, 1), date(2024, 4, 10)
    with travelling(NOW):
        ReportHistory(actor, 7).live(10)
        table = compute(actor, "sales", groupBy="customer", **days((first, last)))
    sold = sum(sales_by_day(actor.company, first, last).values(), Decimal(0))
    assert table.column("total").exact(table.totals["total"], "MYR") == quantize(sold, "MYR")
    best = {one.name: one.value for one in sales_by_customer(actor.company, first, last)}
    total = table.column("total")
    assert {row.values["group"]: total.exact(row.values["total"], "MYR") for row in table.rows} == best


def test_a_day_that_stands_for_two_has_no_change(actor: Actor) -> None:
    with travelling(datetime(2024, 12, 1, 4, tzinfo=UTC)):
        for day in (date(2024, 10, 29), date(2024, 10, 30), date(2024, 10, 31), date(2024, 11, 29), date(2024, 11, 30)):
            make_invoice(actor, invoice_date=day)
        november = compute(actor, "sales", groupBy="day", **days((date(2024, 11, 1), date(2024, 11, 30))))
        days_only = compute(actor, "sales", groupBy="day", **days((date(2024, 11, 2), date(2024, 11, 30))))
    found = figures(november, ("net", "before", "growth"))
    one, two = Decimal("100.00"), Decimal("200.00")
    assert found["2024-11-29"] == {"net": one, "before": one, "growth": Decimal("0.0")}
    assert found["2024-11-30"] == {"net": one, "before": two, "growth": None}
    assert len(november.notes) == len(days_only.notes) + 1


def test_the_number_of_queries_does_not_grow(actor: Actor) -> None:
    with travelling(NOW):
        history, counts = ReportHistory(actor, 3), []
        for _ in range(2):
            history.live(5)
            with CaptureQueriesContext(connection) as queries:
                for group in GROUPS:
                    compute(actor, "sales", groupBy=group, **days(SPANS[2]))
                compute(actor, "products")
            counts.append(len(queries))
    assert counts == [len(GROUPS) + 1] * 2


def _times_agree(actor: Actor, span: tuple[date, date]) -> None:
    names = ("invoices", "invoiced", "credited", "net", "tax", "total")
    for unit in UNITS:
        table = compute(actor, "sales", groupBy=unit, **days(span))
        expected = {key: sums.shown("0.01") for key, sums in oracle.sales_by_time(unit, span).items()}
        assert figures(table, names) == {key: {name: sums[name] for name in names} for key, sums in expected.items()}


def _products_agree(actor: Actor, history: ReportHistory, span: tuple[date, date]) -> None:
    for customer in (None, history.customers[1]):
        only = {"customerId": customer.public_id} if customer else {}
        table = compute(actor, "products", orderBy="quantity", **days(span), **only)
        sums = oracle.sales("item", span, period_between(*span).earlier(span, "previous_period"), customer)
        sums = {key: one for key, one in sums.items() if key not in (None, "shipping")}
        sold = sum((one.invoiced - one.credited for one in sums.values()), Decimal(0))
        assert {
            row.key: (row.values["quantity"], row.values["customers"], row.values["share"]) for row in table.rows
        } == {
            key: (
                one.quantity,
                len(one.customers),
                oracle.percent(one.invoiced - one.credited, sold) if sold > 0 else None,
            )
            for key, one in sums.items()
        }
        quantities = [row.values["quantity"] for row in table.rows]
        assert quantities == sorted(quantities, reverse=True)  # type: ignore[type-var]  # numbers
