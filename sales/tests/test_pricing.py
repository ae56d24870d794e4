"""The calculator against an oracle in whole numbers, and the examples that are worked by hand."""

import random
from collections.abc import Callable
from decimal import ROUND_FLOOR, Decimal, localcontext
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales.pricing import (
    LineTerms,
    PricedLine,
    TaxSummary,
    price_line,
    price_part,
    summarise_taxes,
    take_ranges,
    total_document,
)
from sales.tests.oracle import DECIMALS, Cents, minor, price

D = Decimal
CURRENCIES = st.sampled_from(sorted(DECIMALS))
QUANTITIES = st.one_of(
    st.integers(1, 10**12 - 1).map(D),
    st.decimals(min_value=D("0.000001"), max_value=10**6, places=6),
    st.decimals(min_value=D("0.01"), max_value=1000, places=2),
)
PRICES = st.one_of(
    st.decimals(min_value=0, max_value=10**6, places=2),
    st.decimals(min_value=0, max_value=10**5, places=6),
    st.integers(0, 1).map(D),
)
PERCENTAGES = st.one_of(
    st.sampled_from([D(0), D(5), D(6), D(10), D("9.975"), D("33.3333"), D(100)]),
    st.decimals(min_value=0, max_value=100, places=4),
)


@st.composite
def terms_in(draw: st.DrawFn, currency: str) -> LineTerms:
    """Legal terms: a percentage, or an amount up to the gross."""
    quantity, unit_price, rate = draw(QUANTITIES), draw(PRICES), draw(PERCENTAGES)
    if draw(st.booleans()):
        return LineTerms(quantity, unit_price, draw(PERCENTAGES), None, rate)
    zero = D(0)
    gross = price(quantity, unit_price, zero, None, zero, currency=currency, inclusive=False).gross
    fixed = D(draw(st.integers(0, gross))).scaleb(-DECIMALS[currency])
    return LineTerms(quantity, unit_price, zero, fixed, rate)


def in_cents(line: PricedLine, currency: str) -> Cents:
    return Cents(
        *(minor(amount, currency) for amount in (line.gross, line.discount_amount, line.line_total, line.tax_amount))
    )


def expected(terms: LineTerms, currency: str, inclusive: bool, quantity: Decimal | None = None) -> Cents:
    return price(
        terms.quantity if quantity is None else quantity,
        terms.unit_price,
        terms.discount_percent,
        terms.fixed_discount,
        terms.tax_rate,
        currency=currency,
        inclusive=inclusive,
        of_quantity=terms.quantity,
    )


@given(data=st.data(), currency=CURRENCIES, inclusive=st.booleans())
def test_a_line_is_priced_as_whole_numbers_say(data: st.DataObject, currency: str, inclusive: bool) -> None:
    terms = data.draw(terms_in(currency))
    priced = price_line(terms, currency, prices_include_tax=inclusive)
    assert in_cents(priced, currency) == expected(terms, currency, inclusive)


@given(data=st.data(), currency=CURRENCIES, inclusive=st.booleans(), seed=st.randoms(use_true_random=False))
def test_totals_are_sums_whatever_the_order_of_lines(
    data: st.DataObject, currency: str, inclusive: bool, seed: random.Random
) -> None:
    all_terms = data.draw(st.lists(terms_in(currency), min_size=1, max_size=6))
    shipping = data.draw(st.integers(0, 10**6))
    lines = [price_line(terms, currency, prices_include_tax=inclusive) for terms in all_terms]
    shipping_cost = D(shipping).scaleb(-DECIMALS[currency])
    totals = total_document(lines, shipping_cost, currency)
    sums = [expected(terms, currency, inclusive) for terms in all_terms]
    assert minor(totals.subtotal, currency) == sum(line.net for line in sums)
    assert minor(totals.total_discount, currency) == sum(line.discount for line in sums)
    assert minor(totals.total_tax, currency) == sum(line.tax for line in sums)
    assert minor(totals.shipping_cost, currency) == shipping
    assert minor(totals.total, currency) == sum(line.net + line.tax for line in sums) + shipping
    seed.shuffle(lines)
    assert total_document(lines, shipping_cost, currency) == totals


@given(data=st.data(), currency=CURRENCIES, inclusive=st.booleans())
def test_parts_of_any_split_add_up_and_none_is_negative(data: st.DataObject, currency: str, inclusive: bool) -> None:
    terms = data.draw(terms_in(currency))
    millionths = int(terms.quantity * 10**6)
    cuts = sorted(data.draw(st.sets(st.integers(1, max(1, millionths - 1)), max_size=7)))
    ends = [D(0), *(D(cut).scaleb(-6) for cut in cuts if cut < millionths), terms.quantity]
    ranges = data.draw(st.permutations(list(pairwise(ends))))
    parts = [price_part(terms, currency, [part], prices_include_tax=inclusive) for part in ranges]
    whole = price_line(terms, currency, prices_include_tax=inclusive)
    added = [in_cents(part, currency) for part in parts]
    assert Cents(*(sum(column) for column in zip(*map(astuple, added), strict=True))) == in_cents(whole, currency)
    assert all(min(astuple(part)) >= 0 for part in added)
    for (start, end), part in zip(ranges, added, strict=True):
        below, above = (expected(terms, currency, inclusive, quantity) for quantity in (start, end))
        assert astuple(part) == tuple(b - a for a, b in zip(astuple(below), astuple(above), strict=True))


def astuple(cents: Cents) -> tuple[int, int, int, int]:
    return cents.gross, cents.discount, cents.net, cents.tax


@given(data=st.data(), currency=CURRENCIES)
def test_ranges_with_holes_price_as_their_sum(data: st.DataObject, currency: str) -> None:
    terms = data.draw(terms_in(currency))
    quarter = terms.quantity / 4
    holes = [(D(0), quarter), (quarter * 2, quarter * 3)]
    both = price_part(terms, currency, holes)
    one, other = (price_part(terms, currency, [part]) for part in holes)
    assert both.gross == one.gross + other.gross
    assert both.tax_amount == one.tax_amount + other.tax_amount


@given(st.data())
def test_ranges_are_free_disjoint_and_first_come_first_served(data: st.DataObject) -> None:
    """Parts are taken and given back (cancelled) in any order; what is taken is always free and exactly enough."""
    whole = data.draw(st.integers(1, 12))
    held: list[list[tuple[Decimal, Decimal]]] = []
    for _ in range(data.draw(st.integers(1, 10))):
        covered = [part for taken in held for part in taken]
        units = {unit for start, end in covered for unit in range(int(start), int(end))}
        free = [unit for unit in range(whole) if unit not in units]
        if data.draw(st.booleans()) and held:
            held.pop(data.draw(st.integers(0, len(held) - 1)))
            continue
        if not free:
            with pytest.raises(ValueError, match="more than is free"):
                take_ranges(D(whole), covered, D("0.000001"))
            continue
        wanted = data.draw(st.integers(1, len(free)))
        taken = take_ranges(D(whole), data.draw(st.permutations(covered)), D(wanted))
        assert [unit for start, end in taken for unit in range(int(start), int(end))] == free[:wanted]
        assert all(start < end for start, end in taken)
        assert all(end < start for (_, end), (start, _) in pairwise(taken))
        with pytest.raises(ValueError, match="more than is free"):
            take_ranges(D(whole), covered, D(len(free)) + D("0.000001"))
        held.append(taken)


def test_ranges_of_fractions() -> None:
    assert take_ranges(D("2.5"), [(D("0.5"), D("0.7"))], D("1.1")) == [(D(0), D("0.5")), (D("0.7"), D("1.3"))]
    assert take_ranges(D(3), [(D(0), D(1)), (D(1), D(2))], D(1)) == [(D(2), D(3))]


def golden(quantity: str, unit_price: str, percent: str = "0", rate: str = "0", inclusive: bool = False) -> PricedLine:
    terms = LineTerms(D(quantity), D(unit_price), D(percent), None, D(rate))
    return price_line(terms, "MYR", prices_include_tax=inclusive)


def texts(*amounts: Decimal) -> list[str]:
    return [str(amount) for amount in amounts]


@pytest.mark.parametrize(
    ("line", "shipping", "amounts"),
    [
        (lambda: golden("100", "25.00", "5", "6"), "50.00", "125.00 2375.00 142.50 2567.50"),
        (lambda: golden("1000", "22.50", "10", "6"), "0", "2250.00 20250.00 1215.00 21465.00"),
        (lambda: golden("2.25", "64.22", "100"), "0", "144.50 0.00 0.00 0.00"),
        (lambda: golden("1", "300.00", "0", "9.975"), "0", "0.00 300.00 29.93 329.93"),
        (lambda: golden("1", "8.01", "0", "20", True), "0", "0.00 6.67 1.34 8.01"),
        (lambda: golden("10", "1000.00", "15", "6"), "0", "1500.00 8500.00 510.00 9010.00"),
    ],
)
def test_golden_documents(line: Callable[[], PricedLine], shipping: str, amounts: str) -> None:
    priced = line()
    totals = total_document([priced], D(shipping), "MYR")
    assert texts(totals.total_discount, totals.subtotal, totals.total_tax, totals.total) == amounts.split()
    assert texts(priced.discount_amount, priced.line_total, priced.tax_amount) == amounts.split()[:3]


def test_golden_gross() -> None:
    assert str(golden("2.25", "64.22", "100").gross) == "144.50"


def test_golden_document_of_two_lines() -> None:
    lines = [golden("1", "46.07", "20", "8.5"), golden("1", "9.21", "0", "8.5")]
    assert texts(*(line.line_total for line in lines)) == ["36.86", "9.21"]
    assert texts(*(line.tax_amount for line in lines)) == ["3.13", "0.78"]
    assert str(total_document(lines, D(0), "MYR").total) == "49.98"


@pytest.mark.parametrize(
    ("currency", "amounts"), [("JPY", "3 1 2 0"), ("MYR", "3.33 0.83 2.50 0.15"), ("KWD", "3.330 0.833 2.497 0.150")]
)
def test_amounts_have_the_decimals_of_their_currency(currency: str, amounts: str) -> None:
    terms = LineTerms(D("3.33"), D(1), D(25), None, D(6))
    priced = price_line(terms, currency)
    assert texts(priced.gross, priced.discount_amount, priced.line_total, priced.tax_amount) == amounts.split()


def test_a_fixed_discount_above_the_amount_is_refused() -> None:
    assert str(price_line(LineTerms(D(1), D(10), D(0), D(10)), "MYR").line_total) == "0.00"
    with pytest.raises(ValueError, match="above the amount"):
        price_line(LineTerms(D(1), D(10), D(0), D("10.01")), "MYR")


@pytest.mark.parametrize(
    "amounts",
    [("10.00", "1.00", "8.00", "0.00"), ("10.00", "-1.00", "11.00", "0.00"), ("1.00", "0.00", "1.00", "-0.01")],
)
def test_amounts_that_do_not_add_up_cannot_exist(amounts: tuple[str, str, str, str]) -> None:
    gross, discount, net, tax = map(D, amounts)
    with pytest.raises(ValueError, match=r"doesn't add up|negative"):
        PricedLine(gross, discount, net, tax)


def test_prices_do_not_depend_on_the_callers_context() -> None:
    terms = LineTerms(D("123456.789"), D("98765.4321"), D("3.3333"), None, D("9.975"))
    plain = price_line(terms, "MYR")
    with localcontext(prec=5, rounding=ROUND_FLOOR):
        assert price_line(terms, "MYR") == plain


def test_taxes_are_summed_per_code_and_rate_and_lines_without_tax_left_out() -> None:
    lines = [
        ("SST", D(6), D("100.00"), D("6.00")),
        ("", D(0), D("7.00"), D(0)),
        ("SST", D(10), D("1.00"), D("0.10")),
        ("EXEMPT", D(0), D("5.00"), D("0.00")),
        ("SST", D(6), D("0.50"), D("0.03")),
    ]
    assert summarise_taxes(lines) == [
        TaxSummary("EXEMPT", D(0), D("5.00"), D("0.00")),
        TaxSummary("SST", D(6), D("100.50"), D("6.03")),
        TaxSummary("SST", D(10), D("1.00"), D("0.10")),
    ]
