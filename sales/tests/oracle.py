"""The arithmetic of a document a second time, in whole numbers and fractions only, apart from sales.pricing."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

DECIMALS = {"JPY": 0, "MYR": 2, "KWD": 3}


@dataclass(frozen=True)
class Cents:
    """The amounts of a line in minor units."""

    gross: int
    discount: int
    net: int
    tax: int


def half_up(value: Fraction) -> int:
    """The nearest whole number; halves go up, and nothing here is negative."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def price(
    quantity: Decimal,
    unit_price: Decimal,
    percent: Decimal,
    fixed: Decimal | None,
    rate: Decimal,
    *,
    currency: str,
    inclusive: bool,
    of_quantity: Decimal | None = None,
) -> Cents:
    """The first `quantity` units of a line of `of_quantity` (all of it, by default)."""
    units = 10 ** DECIMALS[currency]
    gross = half_up(Fraction(quantity) * Fraction(unit_price) * units)
    if fixed is None:
        discount = half_up(Fraction(percent) * gross / 100)
    else:
        whole = half_up(Fraction(of_quantity or quantity) * Fraction(unit_price) * units)
        discount = half_up(Fraction(fixed) * units * gross / whole) if whole else 0
    rest = gross - discount
    tax = half_up(rest * Fraction(rate) / (100 + Fraction(rate) if inclusive else 100))
    return Cents(gross, discount, rest - tax if inclusive else rest, tax)


def minor(amount: Decimal, currency: str) -> int:
    """An amount in minor units; it must have exactly the currency's decimals."""
    assert -int(amount.as_tuple().exponent) == DECIMALS[currency], amount
    return int(Fraction(amount) * 10 ** DECIMALS[currency])
