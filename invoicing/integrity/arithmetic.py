"""The prices of lines computed a second time, in whole numbers only, apart from sales.pricing.

Quantities and unit prices count millionths, percentages ten-thousandths of a percent, amounts the minor unit of the
currency; halves round up.
"""

from dataclasses import dataclass
from decimal import Decimal

_UNIT = 6
_PERCENT = 4
_HUNDRED_PERCENT = 100 * 10**_PERCENT


@dataclass(frozen=True, slots=True)
class Terms:
    """What a line is priced from; amounts with `minor` decimals."""

    quantity: Decimal
    unit_price: Decimal
    discount_percent: Decimal
    discount_amount: Decimal
    tax_rate: Decimal
    prices_include_tax: bool
    minor: int


@dataclass(frozen=True, slots=True)
class Amounts:
    """The discount, line total and tax of a line, in minor units."""

    discount: int
    line_total: int
    tax: int

    def minus(self, other: "Amounts") -> "Amounts":
        """The difference of two."""
        return Amounts(self.discount - other.discount, self.line_total - other.line_total, self.tax - other.tax)

    def plus(self, other: "Amounts") -> "Amounts":
        """The sum of two."""
        return Amounts(self.discount + other.discount, self.line_total + other.line_total, self.tax + other.tax)


NOTHING = Amounts(0, 0, 0)


def amounts_up_to(terms: Terms, quantity: Decimal) -> Amounts:
    """The amounts of the first `quantity` units of a line."""
    gross = _gross(terms, quantity)
    if terms.discount_percent or not terms.discount_amount:
        discount = _half_up(gross * _whole(terms.discount_percent, _PERCENT), _HUNDRED_PERCENT)
    else:
        all_of_it = _gross(terms, terms.quantity)
        discount = _half_up(_whole(terms.discount_amount, terms.minor) * gross, all_of_it) if all_of_it else gross
    rest, rate = gross - discount, _whole(terms.tax_rate, _PERCENT)
    if terms.prices_include_tax:
        tax = _half_up(rest * rate, _HUNDRED_PERCENT + rate)
        return Amounts(discount, rest - tax, tax)
    return Amounts(discount, rest, _half_up(rest * rate, _HUNDRED_PERCENT))


def as_amount(number: int, minor: int) -> Decimal:
    """Minor units as an amount of money."""
    return Decimal(number).scaleb(-minor)


def _gross(terms: Terms, quantity: Decimal) -> int:
    product = _whole(quantity, _UNIT) * _whole(terms.unit_price, _UNIT)
    return _half_up(product * 10**terms.minor, 10 ** (2 * _UNIT))


def _whole(value: Decimal, decimals: int) -> int:
    return int(value.scaleb(decimals))


def _half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)
