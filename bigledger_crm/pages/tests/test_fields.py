"""Days as they are typed."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from bigledger_crm.pages.fields import DayField, day_from_words, read_discount, read_number

WEDNESDAY = date(2024, 1, 31)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("+30", date(2024, 3, 1)),
        ("-31", date(2023, 12, 31)),
        ("today", WEDNESDAY),
        ("tomorrow", date(2024, 2, 1)),
        ("fri", date(2024, 2, 2)),
        ("th", date(2024, 2, 1)),
        ("wednesday", date(2024, 2, 7)),
        ("29.2.2024", date(2024, 2, 29)),
        ("31/12", date(2024, 12, 31)),
        ("1.2.", date(2024, 2, 1)),
        ("31/12/2025", date(2025, 12, 31)),
        ("31/12.2025", None),
        ("30.2.2024", None),
        ("2024-02-01", None),
        ("+", None),
        ("+99999", None),
        ("f", None),
        ("friend", None),
        ("", None),
    ],
)
def test_words_for_days(text: str, day: date | None) -> None:
    assert day_from_words(text, WEDNESDAY) == day


def test_a_field_takes_iso_days_too_and_refuses_nonsense() -> None:
    assert DayField().clean("2024-02-01") == date(2024, 2, 1)
    for nonsense in ("30.2.2024", "soon"):
        with pytest.raises(ValidationError):
            DayField().clean(nonsense)


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [
        ("1250.50", "1250.50", None),
        ("1,250.50", "1250.50", None),
        ("1 250.50", "1250.50", None),
        ("1\u202f250", "1250", "1250"),
        ("1'250'000.5", "1250000.5", None),
        ("1.250,50", "1250.50", "1250.50"),
        ("1,250", "1250", "1.250"),
        ("1.250", "1.250", "1250"),
        ("-3", "-3", "-3"),
        ("1,5", None, "1.5"),
        ("12,34,567", None, None),
        ("1,250 300", None, None),
        ("٣", None, None),
        ("1e5", None, None),
        ("9" * 41, None, None),
        ("", None, None),
    ],
)
def test_numbers_are_grouped_as_people_group_them(text: str, point: str | None, comma: str | None) -> None:
    assert read_number(text) == (None if point is None else Decimal(point))
    assert read_number(text, decimal_comma=True) == (None if comma is None else Decimal(comma))


@pytest.mark.parametrize(
    ("text", "discount"),
    [("5", ("5", "")), ("12.5 %", ("12.5", "")), ("MYR 1,000", ("1000", "MYR")), ("25eur", ("25", "EUR"))],
)
def test_a_discount_is_a_percentage_or_an_amount(text: str, discount: tuple[str, str]) -> None:
    assert read_discount(text) == (Decimal(discount[0]), discount[1])


@pytest.mark.parametrize("text", ["", "%", "MYR", "5 % EUR", "many"])
def test_what_is_no_discount(text: str) -> None:
    with pytest.raises(ValueError, match="no discount"):
        read_discount(text)
