"""Analytics against the plain oracle, over random histories of several years in two currencies."""

import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bigledger_crm.kernel.clock import travelling
from bigledger_crm.kernel.errors import DomainError
from bigledger_crm.kernel.money import quantize
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_item, make_order
from customers.models import Customer
from invoicing.analytics import ratios, sales_reports
from invoicing.analytics.funnel import LOST, quote_funnel, sales_funnel
from invoicing.analytics.quote_report import quote_report
from invoicing.analytics.sales_sums_job import keep_all_sales_sums
from invoicing.analytics.summary import customer_summary
from invoicing.inputs import CreditNoteInput, PaymentInput
from invoicing.integrity import check_integrity
from invoicing.models import Invoice
from invoicing.services import (
    cancel_invoice,
    convert_order_to_invoice,
    create_credit_note,
    issue_invoice,
    record_payment,
    void_payment,
)
from invoicing.tests import analytics_oracle as oracle
from sales.inputs import LineInput, QuantityInput, QuoteInput
from sales.models import Item, Quote, SalesOrder
from sales.services import (
    EmailOptions,
    accept_quote,
    cancel_quote,
    change_order_status,
    convert_quote_to_order,
    create_quote,
    decline_quote,
    revise_quote,
    send_quote,
)

D = Decimal
pytestmark = pytest.mark.usefixtures("in_company", "no_broker")
KUALA_LUMPUR = ZoneInfo("Asia/Kuala_Lumpur")
LEAP_DAY = date(2024, 2, 29)
BORDERS = (0, 1, 89, 90, 364, 365, 729, 730)
TODAYS = (LEAP_DAY, date(2025, 2, 28), date(2024, 12, 31), date(2025, 1, 1))


class History:
    """A company's sales in the years up to a day."""

    def __init__(self, actor: Actor, seed: int, today: date) -> None:
        self.actor, self.today, self.random = actor, today, random.Random(seed)
        codes = [f"ITEM-{number}" for number in range(7)]
        self.random.shuffle(codes)
        self.items = [make_item(actor, item_code=code, tax_code="ZERO") for code in codes]
        limit = self.random.choice([None, D(0), D("5000.00")])
        self.customers = [
            make_customer(actor, name="Ringgit", credit_limit=limit, owner_id=actor.id),
            make_customer(actor, name="Dollar", currency="USD"),
        ]

    def moment(self, day: date) -> datetime:
        """Some moment of a day in the company's time zone, often right at its edges."""
        hour, minute = self.random.choice([(0, 0), (7, 59), (8, 0), (23, 59), (12, 30)])
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=KUALA_LUMPUR).astimezone(UTC)

    def day(self) -> date:
        """Some day of the last years, half of the time at the border of a span."""
        return self.today - timedelta(
            days=self.random.choice([self.random.choice(BORDERS), self.random.randrange(800)])
        )

    def soon(self, day: date) -> date:
        """The same day, the usual last day to pay, or some other of the weeks after; never after today."""
        return min(day + timedelta(days=self.random.choice([0, 30, self.random.randrange(45)])), self.today)

    def lines(self) -> list[LineInput]:
        chosen = self.random.sample(self.items, self.random.randrange(1, 4))
        return [self.line(item) for item in chosen] + [line("1", "3.33")]

    def line(self, item: Item) -> LineInput:
        price = self.random.choice([D("10.00"), D("20.00"), D(self.random.randrange(1, 99999)) / 100])
        quantity = self.random.randrange(1, 5)
        return LineInput(item_id=item.public_id, quantity=D(quantity), unit_price=price)

    def fields(self, customer: Customer) -> dict[str, Any]:
        rate = {} if customer.currency == "MYR" else {"exchange_rate": D(self.random.randrange(40000, 48000)) / 10000}
        return {"items": self.lines(), **rate}

    def live(self) -> None:
        """One thing after the other; what the lifecycle refuses doesn't happen."""
        for _ in range(self.random.randrange(20)):
            customer, day = self.random.choice(self.customers), self.day()
            with suppress(DomainError):
                self.random.choice([self.quote, self.quote, self.invoice, self.order])(customer, day)

    def quote(self, customer: Customer, day: date) -> None:
        with travelling(self.moment(day)):
            end = self.random.choice([day + timedelta(days=30), self.today, self.today - timedelta(days=1)])
            fields = {"quote_date": day, "valid_until": max(day, end), **self.fields(customer)}
            quote = create_quote(self.actor, QuoteInput(customer_id=customer.public_id, **fields))
        day = self.soon(day)
        with travelling(self.moment(day)):
            if self.random.random() < 0.7:
                quote, _ = send_quote(self.actor, quote, EmailOptions(to=["somebody@example.com"]))
                if self.random.random() < 0.2:
                    quote = revise_quote(self.actor, quote)
        day = self.soon(day)
        with travelling(self.moment(day)):
            reason = self.random.choice(["", "Too dear", "TOO DEAR", "Late"])
            decline, cancel = partial(decline_quote, reason=reason), partial(cancel_quote, reason=reason)
            answer = self.random.choice([accept_quote, accept_quote, accept_quote, decline, cancel, None])
            if answer is not None:
                quote = answer(self.actor, quote)
        day = self.soon(day)
        with travelling(self.moment(day)):
            order = convert_quote_to_order(self.actor, quote)
        self.fulfil(order, self.soon(day))

    def fulfil(self, order: SalesOrder, day: date) -> None:
        with travelling(self.moment(day)):
            if self.random.random() < 0.1:
                change_order_status(self.actor, order, "cancelled")
            if self.random.random() < 0.4:
                first = order.lines.all()[0]
                part = [QuantityInput(item_id=first.public_id, quantity=D(1))]
                self.bill(convert_order_to_invoice(self.actor, order, partial_items=part), day)
            if self.random.random() < 0.7:
                self.bill(convert_order_to_invoice(self.actor, order), day)

    def order(self, customer: Customer, day: date) -> None:
        with travelling(self.moment(day)):
            fields = self.fields(customer)
            lines, draft = fields.pop("items"), self.random.random() < 0.2
            order = make_order(self.actor, customer, lines, order_date=day, draft=draft, **fields)
        if self.random.random() < 0.5:
            self.fulfil(order, self.soon(day))

    def invoice(self, customer: Customer, day: date) -> None:
        with travelling(self.moment(day)):
            fields = self.fields(customer)
            lines = fields.pop("items")
            self.bill(make_invoice(self.actor, customer, lines, draft=True, invoice_date=day, **fields), day)

    def bill(self, invoice: Invoice, day: date) -> None:
        if self.random.random() < 0.1:
            return
        invoice = issue_invoice(self.actor, invoice)
        if self.random.random() < 0.1:
            cancel_invoice(self.actor, invoice)
            return
        if self.random.random() < 0.3:
            some = invoice.lines.all()[0]
            self.later(
                day,
                lambda: create_credit_note(
                    self.actor,
                    CreditNoteInput(
                        invoice_id=invoice.public_id, items=[QuantityInput(item_id=some.public_id, quantity=D(1))]
                    ),
                ),
            )
        for part in self.random.choice([(), (1,), (1,), (2,), (2, 1), (2, 1)]):
            invoice.refresh_from_db()
            amount = quantize(invoice.amount_due / part, invoice.currency)
            payment = self.later(day, partial(record_payment, self.actor, invoice, PaymentInput(amount=amount)))
            if self.random.random() < 0.2:
                void_payment(self.actor, payment)

    def later(self, day: date, act: Any) -> Any:
        with travelling(self.moment(self.soon(day))):
            return act()


@pytest.mark.parametrize("seed", range(12))
def test_random_histories(actor: Actor, seed: int) -> None:
    today = TODAYS[seed % len(TODAYS)]
    history = History(actor, seed, today)
    history.live()
    for customer in history.customers:
        customer.refresh_from_db()
        made = asdict(customer_summary(customer, actor.company, today))
        made["top_products"] = [(part["item_code"], part["quantity"], part["value"]) for part in made["top_products"]]
        assert made == oracle.summary(customer, today)
    assert check_integrity(actor.company) == []
    _funnels_agree(actor.company, today, history.customers)
    _trade_agrees(actor.company, today)
    keep_all_sales_sums()
    assert check_integrity(actor.company) == []
    _funnels_agree(actor.company, today, ())


def _funnels_agree(company: Company, today: date, customers: Sequence[Customer]) -> None:
    """Of all customers, made of kept sums where nothing has changed, and of some."""
    for first, last in (
        (today - timedelta(days=89), today),
        (today - timedelta(days=800), today),
        (date(today.year, 1, 1), date(today.year, 1, 1)),
    ):
        for only in (None, *customers):
            found = sales_funnel(company, first, last, today, only)
            assert {
                "stages": [tuple(vars(stage).values()) for stage in found.stages],
                "lost": {name: (found.lost[name].count, found.lost[name].value) for name in LOST},
                "win_rate": found.win_rate,
                "average_days_to_close": found.average_days_to_close,
                "open_pipeline_value": found.open_pipeline_value,
                "direct_orders": (found.direct_orders.count, found.direct_orders.value),
                "direct_invoices": (found.direct_invoices.count, found.direct_invoices.value),
            } == oracle.funnel(first, last, today, company.time_zone, only)
        _quotes_agree(company, first, last, today)


def _quotes_agree(company: Company, first: date, last: date, today: date) -> None:
    report = quote_report(company, first, last, today)
    assert report.total == quote_funnel(company, first, last, today)
    for one in report.owners:
        owned = [quote for quote in Quote.objects.all() if quote.owner_id == one.owner]
        expected = oracle.funnel(first, last, today, company.time_zone, None, owned)
        assert [tuple(vars(stage).values()) for stage in one.funnel.stages] == expected["stages"]
        assert {name: (group.count, group.value) for name, group in one.funnel.lost.items()} == expected["lost"]
        assert (one.funnel.win_rate, one.name) == (expected["win_rate"], "Alice Tan" if one.owner else "")
    assert sum(one.funnel.stages[0].count for one in report.owners) == report.total.stages[0].count
    reasons = {(lost.status, lost.reason.lower()): (lost.quotes.count, lost.quotes.value) for lost in report.reasons}
    assert reasons == oracle.lost_reasons(first, last, today)


def _trade_agrees(company: Company, today: date) -> None:
    for months in (sales_reports.months_until(today, 1), sales_reports.months_until(today, 30)):
        first, last = months[0], sales_reports.last_day(months[-1])
        by_month = sales_reports.sales_by_month(company, months)
        assert list(by_month) == months
        assert {
            "months": {f"{month:%Y-%m}": value for month, value in by_month.items() if value},
            "customers": {sold.name: sold.value for sold in sales_reports.sales_by_customer(company, first, last)},
            "items": [sold.value for sold in sales_reports.sales_by_item(company, first, last)],
            "ages": [age.value for age in sales_reports.ages_of_debts(company, sales_reports.owed_by_due_day(), today)],
        } == oracle.trade(first, last, today)


def test_payment_days(actor: Actor) -> None:
    for paid_on in (date(2024, 2, 11), date(2024, 2, 21), date(2024, 3, 31)):
        with travelling(datetime(2024, 2, 1, 4, tzinfo=UTC)):
            invoice = make_invoice(actor, due_date=date(2024, 2, 11))
        with travelling(datetime(2024, 3, 31, 4, tzinfo=UTC)):
            record_payment(actor, invoice, PaymentInput(amount=invoice.amount_due, payment_date=paid_on))
    days = sales_reports.payments_by_day(actor.company, date(2024, 1, 1), date(2024, 3, 31))
    spans = [(month, sales_reports.last_day(month)) for month in sales_reports.months_until(date(2024, 3, 31), 3)]
    found = [sales_reports.paid_within(days, span) for span in spans]
    assert found == [sales_reports.Paid(), sales_reports.Paid(2, 1, 30), sales_reports.Paid(1, 0, 59)]
    assert [paid.average_days for paid in found] == [None, D("15.0"), D("59.0")]


def test_the_number_of_queries_does_not_grow(actor: Actor) -> None:
    history = History(actor, 3, LEAP_DAY)
    counts = []
    for _ in range(2):
        history.live()
        with CaptureQueriesContext(connection) as queries:
            customer_summary(history.customers[0], actor.company, LEAP_DAY)
            sales_funnel(actor.company, LEAP_DAY - timedelta(days=800), LEAP_DAY, LEAP_DAY)
        counts.append(len(queries))
    assert Quote.objects.count() > 2
    assert counts[0] == counts[1] <= 12


@pytest.mark.parametrize(
    ("gap", "name"),
    [
        *((10, "weekly"), (11, "biweekly"), (20, "biweekly"), (21, "monthly"), (45, "monthly"), (46, "quarterly")),
        *((135, "quarterly"), (136, "biannual"), (270, "biannual"), (271, "yearly")),
    ],
)
def test_the_borders_of_frequencies(gap: int, name: str) -> None:
    assert ratios.order_frequency(2, LEAP_DAY, LEAP_DAY + timedelta(days=gap)) == name
    assert ratios.order_frequency(1, LEAP_DAY, LEAP_DAY) == "none"


def test_halves_are_rounded_up() -> None:
    assert ratios.mean(5, 2) == 3
    assert ratios.percentage(1, 2000) == D("0.1")
    assert (ratios.growth(3, 0), ratios.growth(3, -1), ratios.growth(1, 2)) == (None, None, D("-50.0"))
    assert ratios.difference((27, 10), (48, 10)) == D("-2.1")
