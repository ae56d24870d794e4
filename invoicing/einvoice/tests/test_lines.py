"""What is made of the lines of the product: their taxes and their amounts."""

from decimal import Decimal

import pytest

from invoicing.einvoice.amounts import LineAmounts, line_amounts
from invoicing.einvoice.facts import TaxFacts
from invoicing.einvoice.lines import tax_facts, tax_groups
from invoicing.einvoice.tests.support import line

D = Decimal


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (("01", D(10), D(5), "Why"), TaxFacts("01", D(10), D(5))),
        (("02", D(8), D(0)), TaxFacts("02", D(8), D(0))),
        (("01", D(0), D(0)), TaxFacts("06", D(0), D(0))),
        (("", D(0), D(0)), TaxFacts("06", D(0), D(0))),
        (("", D(6), D(1)), TaxFacts("", D(6), D(1))),
        (("E", D(0), D(0), "Why"), TaxFacts("E", D(0), D(0), "Why")),
    ],
)
def test_a_tax_of_nothing_is_none(given: tuple[str, Decimal, Decimal], sent: TaxFacts) -> None:
    assert tax_facts(*given) == sent


def amounts(price: str, discount: str, net: str, *, rate: str, inclusive: bool, quantity: str = "1") -> LineAmounts:
    return line_amounts(
        quantity=D(quantity),
        unit_price=D(price),
        discount_amount=D(discount),
        line_total=D(net),
        tax_rate=D(rate),
        prices_include_tax=inclusive,
        currency="MYR",
    )


def test_prices_without_tax_are_as_on_the_invoice() -> None:
    found = amounts("250", "125.00", "2375.00", rate="10", inclusive=False, quantity="10")
    assert found == LineAmounts(D(250), D("2500.00"), D("125.00"), D("2375.00"))


def test_prices_with_tax_are_told_without_it() -> None:
    """11.00 less 10 % with 10 % tax inside: 9.90 = 9.00 + 0.90, of 10.00 less 1.00."""
    assert amounts("11", "1.10", "9.00", rate="10", inclusive=True) == LineAmounts(D(10), D(10), D(1), D(9))


def test_the_unit_price_has_the_decimals_that_the_subtotal_needs() -> None:
    """3 × 10.00 with 6 % inside is 28.30 without: 9.43 a piece would make 28.29."""
    found = amounts("10", "0.00", "28.30", rate="6", inclusive=True, quantity="3")
    assert (found.unit_price, found.subtotal) == (D("9.433"), D("28.30"))


def test_reasons_of_exemptions_that_differ_are_all_told() -> None:
    lines = [line("A", "1", "2", tax_type="E", reason=reason) for reason in ("First", "Second", "First")]
    (group,) = tax_groups(lines)
    assert (group.taxable, group.amount, group.exemption_reason) == (D(6), D(0), "First, Second")
