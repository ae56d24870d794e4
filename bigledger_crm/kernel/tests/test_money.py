"""Rounding against whole numbers, and the minor units of currencies."""

from decimal import ROUND_FLOOR, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigledger_crm.kernel.money import decimals_of, is_currency, minor_units, quantize, round_half_up, trimmed

DIGITS = st.integers(-(10**39), 10**39)


def half_up(numerator: int, denominator: int) -> int:
    """Whole-number division with halves away from zero."""
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


@given(digits=DIGITS, scale=st.integers(0, 20), decimals=st.integers(0, 6))
def test_rounding_is_that_of_whole_numbers(digits: int, scale: int, decimals: int) -> None:
    with localcontext(prec=100):
        value = Decimal(digits).scaleb(-scale)
        expected = Decimal(half_up(digits * 10**decimals, 10**scale)).scaleb(-decimals)
    rounded = round_half_up(value, decimals)
    assert rounded == expected
    assert f"{rounded:f}".partition(".")[2] == f"{expected:f}".partition(".")[2]
    assert not (rounded == 0 and rounded.is_signed())


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        ("2.345", 2, "2.35"),
        ("2.3449999999999999999999999999999", 2, "2.34"),
        ("-2.345", 2, "-2.35"),
        ("0.5", 0, "1"),
        ("-0.4", 0, "0"),
        ("-0.001", 2, "0.00"),
        ("1E+3", 2, "1000.00"),
        ("7", 3, "7.000"),
    ],
)
def test_rounding_examples(value: str, decimals: int, expected: str) -> None:
    assert str(round_half_up(Decimal(value), decimals)) == expected


def test_rounding_does_not_depend_on_the_callers_context() -> None:
    with localcontext(prec=3, rounding=ROUND_FLOOR):
        assert str(round_half_up(Decimal("123456.785"), 2)) == "123456.79"
        assert decimals_of(Decimal("1234.5678")) == 4


@given(digits=DIGITS, scale=st.integers(0, 39))
def test_decimals_are_counted_exactly(digits: int, scale: int) -> None:
    with localcontext(prec=100):
        value = Decimal(digits).scaleb(-scale)
    expected = next(places for places in range(40) if digits * 10**places % 10**scale == 0)
    assert decimals_of(value) == expected
    assert trimmed(value) == value
    assert "E" not in str(trimmed(value)).upper() or abs(value) < Decimal("1e-6")


@pytest.mark.parametrize(("value", "text"), [("100.000000", "100"), ("1E+2", "100"), ("0.350", "0.35"), ("0.00", "0")])
def test_trimmed_numbers_have_no_trailing_zeros_and_no_exponent(value: str, text: str) -> None:
    assert str(trimmed(Decimal(value))) == text


@pytest.mark.parametrize(
    ("currency", "decimals"), [("MYR", 2), ("USD", 2), ("JPY", 0), ("KRW", 0), ("KWD", 3), ("CLF", 4)]
)
def test_minor_units(currency: str, decimals: int) -> None:
    assert is_currency(currency)
    assert minor_units(currency) == decimals
    assert f"{quantize(Decimal(1) / 3, currency):f}" == f"{Decimal(1) / 3:.{decimals}f}"


@pytest.mark.parametrize("code", ["", "myr", "MY", "XXX", "XAU", "ABC", "MYR ", "XTS"])
def test_no_currency(code: str) -> None:
    assert not is_currency(code)
