"""The days on which saved reports are sent."""

from datetime import date

import pytest

from invoicing.rules.saved_reports import check_send_day, last_due_day


@pytest.mark.parametrize(
    ("sends", "day", "today", "due"),
    [
        ("weekly", 1, date(2024, 1, 15), date(2024, 1, 15)),
        ("weekly", 1, date(2024, 1, 21), date(2024, 1, 15)),
        ("weekly", 7, date(2024, 1, 20), date(2024, 1, 14)),
        ("monthly", 15, date(2024, 1, 15), date(2024, 1, 15)),
        ("monthly", 15, date(2024, 1, 14), date(2023, 12, 15)),
        ("monthly", 31, date(2024, 2, 29), date(2024, 2, 29)),
        ("monthly", 31, date(2024, 2, 28), date(2024, 1, 31)),
        ("monthly", 30, date(2023, 2, 28), date(2023, 2, 28)),
        ("monthly", 31, date(2024, 5, 1), date(2024, 4, 30)),
    ],
)
def test_the_day_on_which_it_was_due_last(sends: str, day: int, today: date, due: date) -> None:
    assert last_due_day(sends, day, today) == due


@pytest.mark.parametrize(
    ("sends", "day", "is_right"),
    [
        ("weekly", 7, True),
        ("weekly", 8, False),
        ("weekly", None, False),
        ("monthly", 31, True),
        ("monthly", 32, False),
        ("monthly", 0, False),
        ("", None, True),
        ("", 1, False),
    ],
)
def test_days_that_can_be_chosen(sends: str, day: int | None, is_right: bool) -> None:
    assert (check_send_day(sends, day) is None) is is_right
