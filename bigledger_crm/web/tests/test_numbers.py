"""Numbers as they are typed."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from bigledger_crm.web.form_fields import NumberField
from bigledger_crm.web.numbers import means_currency, number_problem, read_discount, read_number, split_money


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [
        ("1250.50", "1250.50", None),
        ("1 250.50", "1250.50", None),
        ("1\u202f250", "1250", "1250"),
        ("1'250'000.5", "1250000.5", None),
        ("1.250,50", None, "1250.50"),
        ("1,250.50", "1250.50", None),
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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1.234,56", "“1.234,56” could mean 1234.56 or 1.23456. Please enter the one you mean."),
        ("1,5", "“1,5” could mean 1.5 or 15. Please enter the one you mean."),
        (" -1,50", "“-1,50” could mean -1.50 or -150. Please enter the one you mean."),
        ("12,34,567", "Enter a number such as 1250.50"),
        ("1,2,3", "Enter a number such as 1250.50"),
        ("many", "Enter a number such as 1250.50"),
        ("1e5", "Enter a number such as 1250.50"),
    ],
)
@pytest.mark.parametrize("language", ["en", "ms", "zh-hans"])
def test_the_other_way_of_writing_is_refused_with_both_readings(text: str, said: str, language: str) -> None:
    with translation.override(language):
        assert number_problem(text) == said
        with pytest.raises(ValidationError, match=r"number|could mean"):
            NumberField().clean(text)


def test_where_people_write_a_comma_a_point_is_the_other_way() -> None:
    with translation.override("de"):
        assert NumberField().clean("1.234,56") == Decimal("1234.56")
        assert number_problem("1,234.56") == "“1,234.56” could mean 1234,56 or 1,23456. Please enter the one you mean."


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("RM 6.50", ("6.50", "RM")),
        ("rm6.50", ("6.50", "rm")),
        ("6.50 MYR", ("6.50", "MYR")),
        ("S$ 1,000", ("1,000", "S$")),
        ("-€5", ("-5", "€")),
        ("Rs. 10", ("10", "Rs")),
        ("6.50", ("6.50", "")),
        ("1 250.50", ("1 250.50", "")),
        ("RM", ("RM", "")),
        ("", ("", "")),
    ],
)
def test_an_amount_may_be_typed_with_its_currency(text: str, parts: tuple[str, str]) -> None:
    assert split_money(text) == parts


def test_signs_of_currencies() -> None:
    assert means_currency("rm", "MYR")
    assert means_currency("myr", "MYR")
    assert means_currency("€", "EUR")
    assert means_currency("$", "SGD")
    assert not means_currency("RM", "SGD")
    assert not means_currency("$", "MYR")
    assert not means_currency("%", "MYR")


def test_a_field_takes_what_stands_beside_it_and_nothing_else() -> None:
    assert NumberField(affix="MYR").clean("RM 1,250.50") == Decimal("1250.50")
    assert NumberField(affix="%").clean("5 %") == 5
    for field, text in ((NumberField(affix="MYR"), "USD 5"), (NumberField(affix="MYR"), "5%"), (NumberField(), "5%")):
        with pytest.raises(ValidationError):
            field.clean(text)
