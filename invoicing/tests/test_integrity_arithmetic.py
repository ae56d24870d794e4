"""The second computation of prices, on the cases whose results stand in the contract."""

from decimal import Decimal
from itertools import pairwise

import pytest

from invoicing.integrity.arithmetic import Amounts, Terms, amounts_up_to


def terms(quantity: str, price: str, percent: str, rate: str, *, fixed: str = "0", inclusive: bool = False) -> Terms:
    return Terms(Decimal(quantity), Decimal(price), Decimal(percent), Decimal(fixed), Decimal(rate), inclusive, 2)


@pytest.mark.parametrize(
    ("line", "discount", "line_total", "tax"),
    [
        (terms("100", "25.00", "5", "6"), 12500, 237500, 14250),
        (terms("1000", "22.50", "10", "6"), 225000, 2025000, 121500),
        (terms("2.25", "64.22", "100", "6"), 14450, 0, 0),
        (terms("1", "46.07", "20", "8.5"), 921, 3686, 313),
        (terms("1", "300.00", "0", "9.975"), 0, 30000, 2993),
        (terms("1", "8.01", "0", "20", inclusive=True), 0, 667, 134),
        (terms("2", "10.00", "0", "10", fixed="5.00"), 500, 1500, 150),
    ],
)
def test_golden_lines(line: Terms, discount: int, line_total: int, tax: int) -> None:
    assert amounts_up_to(line, line.quantity) == Amounts(discount, line_total, tax)


def test_parts_of_a_line_add_up_to_it() -> None:
    line = terms("3", "33.335", "0", "6", fixed="1.11")
    steps = [amounts_up_to(line, Decimal(units)) for units in (0, 1, 2, 3)]
    parts = [later.minus(earlier) for earlier, later in pairwise(steps)]
    assert parts[0].plus(parts[1]).plus(parts[2]) == amounts_up_to(line, Decimal(3))
    assert steps[0] == Amounts(0, 0, 0)


def test_currencies_have_their_own_minor_units() -> None:
    yen = Terms(Decimal("1.5"), Decimal(333), Decimal(0), Decimal(0), Decimal(10), False, 0)
    assert amounts_up_to(yen, yen.quantity) == Amounts(0, 500, 50)
