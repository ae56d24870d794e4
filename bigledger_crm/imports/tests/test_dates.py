"""Dates as files write them."""

from datetime import date

import pytest

from bigledger_crm.imports.files.dates import order_shown, read_date


@pytest.mark.parametrize(
    ("cell", "order", "day"),
    [
        ("2024-12-31", "", date(2024, 12, 31)),
        ("2024-12-31 10:20:30", "", date(2024, 12, 31)),
        ("2024-12-31T10:20:30Z", "", date(2024, 12, 31)),
        ("20241231", "", date(2024, 12, 31)),
        ("31.12.2024", "", date(2024, 12, 31)),
        ("12/31/24", "", date(2024, 12, 31)),
        ("03/04/2024", "dmy", date(2024, 4, 3)),
        ("03/04/2024", "mdy", date(2024, 3, 4)),
        ("05/05/2024", "", date(2024, 5, 5)),
        ("31.12.0001", "dmy", date(1, 12, 31)),
        ("31 Dec 2024", "", date(2024, 12, 31)),
        ("December 31, 2024", "", date(2024, 12, 31)),
        ("31. Ogos 2024", "", date(2024, 8, 31)),
        (45657, "", date(2024, 12, 31)),
        ("45657", "", date(2024, 12, 31)),
        (45657.75, "", date(2024, 12, 31)),
    ],
)
def test_dates(cell: str | float, order: str, day: date) -> None:
    assert read_date(cell, order) == day


@pytest.mark.parametrize(
    ("cell", "order"),
    [
        ("03/04/2024", ""),
        ("31/12/2024", "mdy"),
        ("12/31/2024", "dmy"),
        ("30.02.2024", "dmy"),
        ("00/00/0000", ""),
        ("31 Foo 2024", ""),
        ("soon", ""),
        (12, ""),
        (1e300, ""),
        ("", ""),
        ("9" * 5000, ""),
    ],
)
def test_what_is_no_date_or_two_is_rejected(cell: str | float, order: str) -> None:
    with pytest.raises(ValueError, match="“"):
        read_date(cell, order)


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("31/12/2024", "dmy"),
        ("12/31/2024", "mdy"),
        ("03/04/2024", ""),
        ("05/05/2024", None),
        ("2024-03-04", None),
        ("40/40/2024", None),
        ("1.2.3", None),
    ],
)
def test_what_dates_show_of_their_order(cell: str, shown: str | None) -> None:
    assert order_shown(cell) == shown
