"""Days as they are typed."""

from datetime import UTC, date, datetime, time

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.timezone import localtime

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.tests.day_cases import CASES, TODAY
from bigledger_crm.web.form_fields import DayField


@pytest.mark.parametrize("language", ["en", "en-us", "ms", "zh-hans", "de", "fr", "ja"])
@pytest.mark.parametrize(("text", "day"), CASES)
def test_a_day_is_the_same_in_every_language(language: str, text: str, day: str) -> None:
    now = datetime.combine(TODAY, time(9), tzinfo=UTC)
    with clock.travelling(now), translation.override(language):
        if day:
            assert DayField().clean(text) == date.fromisoformat(day)
        else:
            with pytest.raises(ValidationError, match="day first"):
                DayField().clean(text)


def test_no_day_is_no_day() -> None:
    assert [DayField(required=False).clean(text) for text in ("", "  ", None)] == [None, None, None]


@pytest.mark.parametrize(
    ("typed", "day"),
    [("03/04/2026", date(2026, 4, 3)), ("3.4.2026", date(2026, 4, 3)), ("Oct 25 2006", date(2006, 10, 25))],
)
def test_fields_of_the_admin_have_the_day_first_too(typed: str, day: date) -> None:
    assert forms.DateField().clean(typed) == day
    assert localtime(forms.DateTimeField().clean(f"{typed} 09:30")).date() == day


@pytest.mark.parametrize("typed", ["11/28/2026", "12/13/25", "03/04/26", "Oct 25 06"])
def test_fields_of_the_admin_refuse_what_has_the_month_first(typed: str) -> None:
    for field in (forms.DateField(), forms.DateTimeField()):
        with pytest.raises(ValidationError):
            field.clean(typed)


class Appointment(forms.Form):
    """A form with a day."""

    day = DayField()


@pytest.mark.parametrize("typed", ["12/13/25", "11/28/2026", "soon"])
def test_what_is_refused_still_stands_in_the_field(typed: str) -> None:
    field = str(Appointment({"day": typed})["day"])
    assert f'value="{typed}"' in field
    assert 'type="text"' in field  # a field of days would be empty


@pytest.mark.parametrize("typed", ["3/4/26", "3 Apr 2026", "2026-04-03"])
def test_what_was_understood_stands_in_the_field_of_the_browser(typed: str) -> None:
    field = str(Appointment({"day": typed})["day"])
    assert 'value="2026-04-03"' in field
    assert 'type="date"' in field
