"""What the parameters of lists may look like."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from bigledger_crm.filtering import parameters


@pytest.mark.parametrize("text", ["0", "12", "-3.5", "0.0000000001", "99999999999999999999.9999999999"])
def test_numbers_are_exact(text: str) -> None:
    assert parameters.read_number(text) == Decimal(text)


@pytest.mark.parametrize(
    "text",
    ["", " 1", "+1", "1.", ".5", "1e3", "NaN", "Infinity", "1,000", "1_000", "٣", "--1", "9" * 21, "0." + "1" * 11],
)
def test_other_numbers_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"Must be a number such as 1000\.00"):
        parameters.read_number(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-01-15", date(2024, 1, 15)),
        ("2024-02-29", date(2024, 2, 29)),
        ("2024-02-31", date(2024, 2, 29)),
        ("2023-02-29", date(2023, 2, 28)),
        ("2024-04-31", date(2024, 4, 30)),
        ("9999-12-31", date(9999, 12, 31)),
    ],
)
def test_a_closing_day_beyond_its_month_is_the_months_last(text: str, day: date) -> None:
    assert parameters.read_day(text, closing=True) == day


@pytest.mark.parametrize(
    "text",
    [
        *("", "2024", "2024-1-5", "2024-13-01", "2024-00-31", "2024-01-00", "2024-01-32", "2024-02-99", "0000-01-31"),
        *("20240115", "2024-W03-1", "15.01.2024", "2024-01-15T00:00:00Z", "٢٠٢٤-٠١-١٥", " 2024-01-15"),
    ],
)
@pytest.mark.parametrize("closing", [True, False])
def test_other_days_are_refused(text: str, closing: bool) -> None:
    with pytest.raises(ValueError, match="Must be a date such as 2024-01-15"):
        parameters.read_day(text, closing=closing)


@pytest.mark.parametrize("text", ["2024-02-30", "2024-02-31", "2023-02-29", "2024-04-31"])
def test_an_opening_day_must_exist(text: str) -> None:
    with pytest.raises(ValueError, match="Must be a date"):
        parameters.read_day(text)


def test_moments_have_a_time_zone() -> None:
    assert parameters.read_moment("2024-01-15") == date(2024, 1, 15)
    assert parameters.read_moment("2024-01-15T10:30:00.5Z") == datetime(2024, 1, 15, 10, 30, 0, 500_000, UTC)
    assert parameters.read_moment("2024-01-15T18:30+08:00") == datetime(2024, 1, 15, 10, 30, tzinfo=UTC)
    for text in (
        "2024-01-15T10:30:00",
        "2024-01-15 10:30:00Z",
        "2024-01-15T10:30:00 08:00",
        "2024-02-30T00:00Z",
        "now",
    ):
        with pytest.raises(ValueError, match="or a date and time such as"):
            parameters.read_moment(text)


def test_a_choice_names_what_is_allowed() -> None:
    assert parameters.read_choice("a", ("a", "b")) == "a"
    for text in ("", "A", "c"):
        with pytest.raises(ValueError, match="Must be one of: a, b"):
            parameters.read_choice(text, ("a", "b"))


def test_a_search_is_folded_and_never_empty() -> None:
    assert parameters.read_search("  Élan  CAFÉ ") == "elan cafe"
    for text in ("", "   ", "\u0301"):
        with pytest.raises(ValueError, match="Must not be empty"):
            parameters.read_search(text)
    with pytest.raises(ValueError, match="at most 200"):
        parameters.read_search("x" * 201)


def test_tags_stand_between_commas() -> None:
    assert parameters.read_tags("retail, vip") == ["retail", "vip"]
    for text in ("", ",", "a,", "a,,b", " "):
        with pytest.raises(ValueError, match="separated by commas"):
            parameters.read_tags(text)
