"""Which sales are told to LHDN together, and by which lines."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigledger_crm.kernel.money import ZERO
from invoicing.einvoice.facts import TaxFacts
from invoicing.rules.consolidation import MOST_LINES, Part, consolidated_lines, due_on, needs_own

SERVICE = TaxFacts("02", Decimal(8), Decimal("8.00"))
NONE = TaxFacts("06", ZERO, ZERO)


def part(number: str, net: str = "100.00", tax: TaxFacts = SERVICE) -> list[Part]:
    return [Part(number, tax, Decimal(net))]


def test_numbers_that_follow_each_other_share_a_line() -> None:
    (document,) = consolidated_lines([part("INV-0009"), part("INV-0010"), part("INV-0012"), part("R-1", tax=NONE)])
    assert [(line.position, line.description, line.net, line.tax.amount) for line in document.lines] == [
        (1, "INV-0009 - INV-0010", Decimal("200.00"), Decimal("16.00")),
        (2, "INV-0012", Decimal("100.00"), Decimal("8.00")),
        (3, "R-1", Decimal("100.00"), ZERO),
    ]
    assert document.numbers == ("INV-0009", "INV-0010", "INV-0012", "R-1")


def test_each_tax_of_a_range_has_a_line() -> None:
    (document,) = consolidated_lines([[*part("1"), *part("1", "5.00", NONE)], part("2")])
    assert [(line.description, line.tax.type, line.net) for line in document.lines] == [
        ("1 - 2", "02", Decimal("200.00")),
        ("1 - 2", "06", Decimal("5.00")),
    ]


@given(st.lists(st.tuples(st.integers(1, 600), st.sampled_from([SERVICE, NONE])), unique_by=lambda one: one[0]))
def test_nothing_is_left_out_and_nothing_told_twice(sold: list[tuple[int, TaxFacts]]) -> None:
    sales = sorted(sold, key=lambda one: one[0])
    documents = consolidated_lines([part(f"R{number}", "1.25", tax) for number, tax in sales])
    assert [number for document in documents for number in document.numbers] == [f"R{number}" for number, _ in sales]
    lines = [line for document in documents for line in document.lines]
    assert sum((line.net for line in lines), ZERO) == Decimal("1.25") * len(sales)
    assert all(0 < len(document.lines) <= MOST_LINES for document in documents)


@pytest.mark.parametrize(
    ("total", "day", "relaxation", "own"),
    [
        ("10000.00", date(2026, 1, 1), None, False),
        ("10000.01", date(2026, 1, 1), None, True),
        ("10000.01", date(2025, 12, 31), None, False),
        ("10000.01", date(2027, 12, 31), date(2027, 12, 31), False),
        ("10000.01", date(2028, 1, 1), date(2027, 12, 31), True),
    ],
)
def test_a_single_sale_above_the_limit_goes_alone(total: str, day: date, relaxation: date | None, own: bool) -> None:
    assert needs_own(Decimal(total), day, relaxation) is own


def test_a_month_is_due_on_the_seventh_of_the_next() -> None:
    assert [due_on(day) for day in (date(2026, 12, 31), date(2027, 2, 1))] == [date(2027, 1, 7), date(2027, 3, 7)]
