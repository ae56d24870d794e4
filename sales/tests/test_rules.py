"""What time and quantities make of quotes and orders, and what a valid line is."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sales import rules
from sales.inputs import LineInput

TODAY = date(2024, 1, 15)


@pytest.mark.parametrize(
    ("status", "days", "shown"),
    [
        ("draft", 0, "draft"),
        ("draft", -1, "expired"),
        ("sent", 0, "sent"),
        ("sent", -1, "expired"),
        ("accepted", -1, "accepted"),
        ("converted", -100, "converted"),
        ("declined", -1, "declined"),
        ("cancelled", -1, "cancelled"),
    ],
)
def test_a_quote_is_valid_through_its_last_day(status: str, days: int, shown: str) -> None:
    last = TODAY + timedelta(days=days)
    assert rules.shown_quote_status(status, last, TODAY) == shown
    assert rules.is_expired(status, last, TODAY) is (shown == "expired")


@pytest.mark.parametrize(
    ("status", "shipped", "shown"),
    [
        ("draft", 0, "pending"),
        ("confirmed", 0, "pending"),
        ("confirmed", 4, "partial"),
        ("shipped", 10, "shipped"),
        ("delivered", 10, "delivered"),
    ],
)
def test_fulfillment(status: str, shipped: int, shown: str) -> None:
    assert rules.fulfillment_status(status, Decimal(10), Decimal(shipped)) == shown


def test_a_rate_begins_on_its_first_day() -> None:
    rates = [(date(2024, 3, 1), Decimal(8)), (date(2018, 9, 1), Decimal(6))]
    days = [date(2018, 8, 31), date(2018, 9, 1), date(2024, 2, 29), date(2024, 3, 1), date(2030, 1, 1)]
    assert [rules.rate_on(rates, day) for day in days] == [None, 6, 6, 8, 8]
    assert rules.rate_on([], TODAY) is None


LINE = LineInput(description="Widget", quantity=Decimal(1), unit_price=Decimal("1.00"))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"quantity": None}, "quantity"),
        ({"quantity": Decimal(0)}, "quantity"),
        ({"quantity": Decimal(-1)}, "quantity"),
        ({"quantity": Decimal("0.0000001")}, "quantity"),
        ({"quantity": Decimal("1.0000000000000000000000000000001")}, "quantity"),
        ({"quantity": Decimal(10) ** 12}, "quantity"),
        ({"unit_price": None}, "unit_price"),
        ({"unit_price": Decimal("-0.01")}, "unit_price"),
        ({"unit_price": Decimal("0.0000001")}, "unit_price"),
        ({"unit_price": Decimal(10) ** 12}, "unit_price"),
        ({"description": ""}, "description"),
        ({"description": " \x00 "}, "description"),
        ({"description": "x" * 5001}, "description"),
        ({"discount_percent": Decimal("100.0001")}, "discount_percent"),
        ({"discount_percent": Decimal("-0.1")}, "discount_percent"),
        ({"discount_percent": Decimal("0.00001")}, "discount_percent"),
        ({"discount_amount": Decimal("-0.01")}, "discount_amount"),
        ({"discount_amount": Decimal("0.001")}, "discount_amount"),
        ({"notes": "x" * 2001}, "notes"),
    ],
)
def test_a_bad_line(given: dict[str, Any], field: str) -> None:
    assert _wrong(replace(LINE, **given)) == {field}


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"quantity": Decimal("0.000001")},
        {"quantity": Decimal("1.5000000000")},
        {"unit_price": Decimal(0)},
        {"discount_percent": Decimal(100)},
        {"discount_amount": Decimal("0.010")},
    ],
)
def test_a_good_line(given: dict[str, Any]) -> None:
    assert _wrong(replace(LINE, **given)) == set()


def test_an_item_gives_what_its_line_does_not() -> None:
    assert _wrong(LineInput(quantity=Decimal(1)), has_item=True) == set()
    assert _wrong(LineInput()) == {"quantity", "unit_price", "description"}


def _wrong(line: LineInput, *, has_item: bool = False) -> set[object]:
    return {error.path[0] for error in rules.check_line(line, "MYR", has_item=has_item)}


@pytest.mark.parametrize(
    ("amount", "currency", "fine"),
    [
        ("0", "MYR", True),
        ("50.00", "MYR", True),
        ("50.005", "MYR", False),
        ("50.005", "KWD", True),
        ("50.5", "JPY", False),
        ("-0.01", "MYR", False),
        ("1000000000000", "MYR", False),
    ],
)
def test_amounts(amount: str, currency: str, fine: bool) -> None:
    assert (rules.check_amount("Shipping cost", Decimal(amount), currency) is None) is fine


@pytest.mark.parametrize(
    ("rate", "fine"), [("1", True), ("0.0000000001", True), ("0.00000000001", False), ("0", False), ("-1", False)]
)
def test_exchange_rates(rate: str, fine: bool) -> None:
    assert (rules.check_exchange_rate(Decimal(rate)) is None) is fine
    assert rules.check_exchange_rate(Decimal(10) ** 9) is not None


def test_dates_in_order() -> None:
    assert rules.check_dates(TODAY, None, "quote date", "Valid until") is None
    assert rules.check_dates(TODAY, TODAY, "quote date", "Valid until") is None
    wrong = rules.check_dates(TODAY, TODAY - timedelta(days=1), "quote date", "Valid until")
    assert wrong == "Valid until cannot be before the quote date"


@pytest.mark.parametrize(
    ("day", "years", "expected"),
    [
        (date(2024, 1, 15), 1, date(2025, 1, 15)),
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), -1, date(2023, 2, 28)),
        (date(9999, 5, 1), 1, date.max),
        (date(1, 5, 1), -1, date.min),
    ],
)
def test_years_later(day: date, years: int, expected: date) -> None:
    assert rules.years_later(day, years) == expected


def test_a_document_is_dated_at_most_a_year_ahead() -> None:
    today = date(2024, 1, 15)
    assert rules.check_document_date(date(2025, 1, 15), today) is None
    assert rules.check_document_date(date(2025, 1, 16), today) == "Dates more than a year ahead are not accepted"
    assert rules.check_document_date(date(1899, 12, 31), today) == "Dates before 1900 are not accepted"


def test_nothing_is_shipped_before_its_order_or_in_the_future() -> None:
    first, today = date(2024, 1, 10), date(2024, 1, 15)
    assert rules.check_shipped_on(first, first, today) is rules.check_shipped_on(today, first, today) is None
    early = "The shipping date cannot be before the order date, 2024-01-10"
    assert rules.check_shipped_on(date(2024, 1, 9), first, today) == early
    assert rules.check_shipped_on(date(2024, 1, 16), first, today) == "The date cannot be in the future"


def test_days_later_stop_at_the_end_of_the_calendar() -> None:
    assert rules.days_later(date(2024, 2, 1), 30) == date(2024, 3, 2)
    assert rules.days_later(date(9999, 12, 25), 30) == date(9999, 12, 31)
