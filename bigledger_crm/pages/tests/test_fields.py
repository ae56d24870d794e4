"""Days as they are typed."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from bigledger_crm.pages.fields import DayField, day_from_words

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
