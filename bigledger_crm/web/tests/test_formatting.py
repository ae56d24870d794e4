"""Amounts and dates as pages show them, and as people type them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django import forms
from django.utils import timezone

from bigledger_crm.kernel.errors import Conflict, FieldError, InvalidData
from bigledger_crm.kernel.money import plain_number, plain_price
from bigledger_crm.web import formatting
from bigledger_crm.web.components import DetailField
from bigledger_crm.web.form_fields import NumberField, address_of
from bigledger_crm.web.form_views import show_refusal
from bigledger_crm.web.timeline import fields_text


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        ("2567.5", "MYR", "2,567.50"),
        ("1234567.005", "MYR", "1,234,567.01"),
        ("1234.5", "JPY", "1,235"),
        ("0.5", "JPY", "1"),
        ("2567.5", "KWD", "2,567.500"),
        ("-0.004", "MYR", "0.00"),
        ("-1250.5", "MYR", "\u22121,250.50"),
        ("12345678901234.99", "MYR", "12,345,678,901,234.99"),
    ],
)
def test_amounts_are_rounded_half_up_to_the_minor_unit(value: str, currency: str, text: str) -> None:
    assert formatting.amount(Decimal(value), currency) == text


def test_what_is_not_there_is_a_dash() -> None:
    assert (
        formatting.amount(None, "MYR")
        == formatting.day(None)
        == formatting.moment(None)
        == formatting.number(None)
        == "—"
    )


def test_numbers_keep_the_decimals_that_they_have() -> None:
    assert formatting.number(Decimal("1000.000000")) == "1,000"
    assert formatting.number(Decimal("0.350000")) == "0.35"
    assert formatting.unit_price(Decimal("25.000000"), "MYR") == "25.00"
    assert formatting.unit_price(Decimal("0.001250"), "MYR") == "0.00125"
    assert formatting.percent(Decimal("6.0000")) == "6\u00a0%"
    assert formatting.percent(Decimal("-3.5")) == "\u22123.5\u00a0%"
    assert (formatting.percent(Decimal(0)), formatting.percent(None)) == ("0\u00a0%", "—")


def test_days_from_a_day_to_itself_are_one() -> None:
    assert formatting.days(date(2024, 1, 15), date(2024, 1, 31)) == "15 Jan 2024 – 31 Jan 2024"
    assert formatting.days(date(2024, 1, 15), date(2024, 1, 15)) == "15 Jan 2024"


@pytest.mark.parametrize(
    ("value", "text"),
    [("25000", "25K"), ("2500", "2.5K"), ("0.25", "0.25"), ("0.025", "0.025"), ("-2500", "\u22122.5K")],
)
def test_a_scale_reads_as_it_is(value: str, text: str) -> None:
    assert formatting.rough_amount(Decimal(value)) == text


def test_days_and_moments_follow_the_active_time_zone() -> None:
    late = datetime(2024, 1, 15, 17, 30, tzinfo=UTC)
    with timezone.override("Asia/Kuala_Lumpur"):
        assert formatting.moment(late) == "16 Jan 2024, 01:30"
        assert formatting.day(late) == "16 Jan 2024"
    assert formatting.day(date(2024, 1, 15)) == "15 Jan 2024"


@pytest.mark.parametrize(("typed", "number"), [("1250.50", "1250.50"), (" 1,250.50 ", "1250.50"), ("-3", "-3")])
def test_numbers_are_read_exactly(typed: str, number: str) -> None:
    assert NumberField().clean(typed) == Decimal(number)


@pytest.mark.parametrize("typed", ["1,5", "1.25,50", "1e3", "NaN", "Infinity", "٣", "1_000", "--1", "1.", "9" * 41])
def test_what_could_be_read_in_two_ways_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        NumberField().clean(typed)


def test_stored_numbers_are_shown_plainly() -> None:
    assert plain_number(Decimal("10.000000")) == "10"
    assert plain_number(Decimal(1000)) == "1000"
    assert plain_number(Decimal("0.500")) == "0.5"
    assert plain_price(Decimal("12.500000"), "MYR") == "12.50"
    assert plain_price(Decimal("12.345000"), "MYR") == "12.345"
    assert plain_price(Decimal("1200.000000"), "JPY") == "1200"


def test_an_address_of_only_a_country_is_none() -> None:
    parts = ("street", "street2", "postal_code", "city", "state", "country")
    empty = dict.fromkeys((f"address_{part}" for part in parts), "")
    assert address_of(empty | {"address_country": "MY"}, "address") is None
    assert address_of(empty | {"address_postal_code": "50000"}, "address") == {"postalCode": "50000"}


class _Form(forms.Form):
    name = forms.CharField(required=False)
    billing_address_street = forms.CharField(required=False)
    billing_address_postal_code = forms.CharField(required=False)
    to = forms.CharField(required=False)


def test_refusals_stand_at_the_fields_that_they_name() -> None:
    form = _Form({})
    form.is_valid()
    error = InvalidData(
        "Customer",
        [
            FieldError(("billing_address", "postal_code"), "Too long"),
            FieldError(("billing_address",), "No street"),
            FieldError(("to", 1), "Not an address"),
            FieldError(("colour",), "Unknown"),
        ],
    )
    show_refusal(form, error)
    assert form.errors["billing_address_postal_code"] == ["Too long"]
    assert form.errors["billing_address_street"] == ["No street"]
    assert form.errors["to"] == ["Not an address"]
    assert form.non_field_errors() == ["Colour: Unknown"]


def test_a_refusal_without_fields_stands_on_top() -> None:
    form = _Form({})
    form.is_valid()
    show_refusal(form, Conflict("It is taken", details=[{"quotes": 2}]))
    assert form.non_field_errors() == ["It is taken."]


def test_a_fact_of_nothing_is_left_out_and_a_long_line_gets_a_row_of_its_own() -> None:
    address = "12 Jalan Tun Razak, Level 12\n50400 Kuala Lumpur\nWilayah Persekutuan\nMalaysia"
    facts = [
        DetailField("Website", ""),
        DetailField("Due", formatting.day(None)),
        DetailField("Address", address),
        DetailField("Name", "N" * 200),
    ]
    assert [(fact.is_known, fact.spans) for fact in facts] == [
        (False, False),
        (False, False),
        (True, False),
        (True, True),
    ]


def test_a_timeline_tells_changed_fields_in_words() -> None:
    assert fields_text("dueDate, sendReminders") == "Due date, send reminders"
    assert fields_text("CN-2026-0009: 212.00") == "CN-2026-0009: 212.00"
