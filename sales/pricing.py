"""The one calculator.  Every figure on every surface comes from here; docs/pricing.md works its examples.

All amounts are Decimal in the document's currency, rounded half up to its minor unit at each step:

    gross = q(quantity × unit price)          discount = q(gross × percent / 100), or a given amount
    line total = gross − discount             tax = q(line total × rate / 100)

and with prices that include tax, tax = q((gross − discount) × rate / (100 + rate)) and line total = the rest.

A part of a line is priced as the difference of two such lines, from quantity a to quantity b, so that parts that
cover the line add up to it to the last cent, whatever the split.  No part can be negative: gross, discount, line
total and tax each grow with the quantity, because a discount is at most its gross and tax is a share of the rest.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from bigledger_crm.kernel.money import ZERO, quantize

# Above this an amount no longer fits its column.
MAX_AMOUNT = Decimal(10) ** 13
_PRECISION = 80

Range = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class LineTerms:
    """What a line is priced from.  `fixed_discount` is an amount that stands instead of a percentage."""

    quantity: Decimal
    unit_price: Decimal
    discount_percent: Decimal = ZERO
    fixed_discount: Decimal | None = None
    tax_rate: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class PricedLine:
    """The amounts of a line.  Refuses to exist unless net, tax and discount make up the gross."""

    gross: Decimal
    discount_amount: Decimal
    line_total: Decimal
    tax_amount: Decimal
    prices_include_tax: bool = False

    def __post_init__(self) -> None:
        tax_inside = self.tax_amount if self.prices_include_tax else ZERO
        if self.line_total + tax_inside + self.discount_amount != self.gross:
            raise ValueError(f"{self} doesn't add up")
        if min(self.gross, self.discount_amount, self.line_total, self.tax_amount) < 0:
            raise ValueError(f"{self} has a negative amount")


@dataclass(frozen=True, slots=True)
class Totals:
    """The amounts of a document.  Shipping is not taxed."""

    subtotal: Decimal
    total_discount: Decimal
    total_tax: Decimal
    shipping_cost: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class TaxSummary:
    """The taxable amount and the tax of one tax code at one rate."""

    tax_code: str
    tax_rate: Decimal
    taxable: Decimal
    tax: Decimal


def price_line(
    terms: LineTerms, currency: str, *, prices_include_tax: bool = False, quantity: Decimal | None = None
) -> PricedLine:
    """Prices a line, or only its first `quantity` units.  Raises ValueError if the discount is above the gross."""
    with localcontext(prec=_PRECISION):
        units = terms.quantity if quantity is None else quantity
        gross = quantize(units * terms.unit_price, currency)
        if terms.fixed_discount is None:
            discount = quantize(gross * terms.discount_percent / 100, currency)
        else:
            whole = quantize(terms.quantity * terms.unit_price, currency)
            if terms.fixed_discount > whole:
                raise ValueError("The discount is above the amount that it is taken from")
            discount = quantize(terms.fixed_discount * gross / whole, currency) if whole else gross
        rest = gross - discount
        if prices_include_tax:
            tax = quantize(rest * terms.tax_rate / (100 + terms.tax_rate), currency)
            return PricedLine(gross, discount, rest - tax, tax, prices_include_tax=True)
        return PricedLine(gross, discount, rest, quantize(rest * terms.tax_rate / 100, currency))


def exceeds_discount(priced: PricedLine, quantity: Decimal, list_price: Decimal, limit: Decimal, currency: str) -> bool:
    """Whether a line is charged at less than `list_price`, of one of its units, less `limit` percent."""
    with localcontext(prec=_PRECISION):
        usual = quantize(quantity * list_price, currency)
        return usual - priced.gross + priced.discount_amount > quantize(usual * limit / 100, currency)


def working(terms: LineTerms, priced: PricedLine) -> list[str]:
    """The steps that lead to a line's amounts, as people write them; `→` is where an amount was rounded."""
    units, price, rate = _plain(terms.quantity), _plain(terms.unit_price), _plain(terms.tax_rate)
    rest = priced.gross - priced.discount_amount
    with localcontext(prec=_PRECISION):
        steps = [f"{units} × {price} = {_rounded(terms.quantity * terms.unit_price, priced.gross)}"]
        if terms.discount_percent:
            exact = priced.gross * terms.discount_percent / 100
            percent = _plain(terms.discount_percent)
            steps.append(f"{percent} % of {priced.gross} = {_rounded(exact, priced.discount_amount)}")
        if priced.discount_amount:
            steps.append(f"{priced.gross} − {priced.discount_amount} = {rest}")
        if terms.tax_rate and priced.prices_include_tax:
            exact = rest * terms.tax_rate / (100 + terms.tax_rate)
            share = _plain(100 + terms.tax_rate)
            steps.append(f"{rest} × {rate} / {share} = {_rounded(exact, priced.tax_amount)} tax included")
            steps.append(f"{rest} − {priced.tax_amount} = {priced.line_total} without tax")
        elif terms.tax_rate:
            steps.append(f"{rate} % of {rest} = {_rounded(rest * terms.tax_rate / 100, priced.tax_amount)} tax")
    return steps


def _plain(value: Decimal) -> str:
    """A number without trailing zeros."""
    return f"{value.normalize():f}"


def _rounded(exact: Decimal, amount: Decimal) -> str:
    """The amount, after the exact value where they differ."""
    if exact == amount:
        return f"{amount}"
    digits = f"{exact.normalize():f}"
    return f"{digits[:20]}… → {amount}" if len(digits) > 20 else f"{digits} → {amount}"


def price_part(
    terms: LineTerms, currency: str, ranges: Iterable[Range], *, prices_include_tax: bool = False
) -> PricedLine:
    """Prices the given ranges of a line's quantity, each from (exclusive) to (inclusive)."""
    gross = discount = line_total = tax = quantize(ZERO, currency)
    for start, end in ranges:
        low = price_line(terms, currency, prices_include_tax=prices_include_tax, quantity=start)
        high = price_line(terms, currency, prices_include_tax=prices_include_tax, quantity=end)
        gross += high.gross - low.gross
        discount += high.discount_amount - low.discount_amount
        line_total += high.line_total - low.line_total
        tax += high.tax_amount - low.tax_amount
    return PricedLine(gross, discount, line_total, tax, prices_include_tax)


def take_ranges(whole: Decimal, covered: Iterable[Range], quantity: Decimal) -> list[Range]:
    """The first `quantity` of a line's `whole` quantity that `covered` leaves free.

    Raises ValueError when less than `quantity` is free.
    """
    taken: list[Range] = []
    position, wanted = ZERO, quantity
    for start, end in [*sorted(covered), (whole, whole)]:
        if wanted > 0 and start > position:
            stop = min(start, position + wanted)
            taken.append((position, stop))
            wanted -= stop - position
        position = max(position, end)
    if wanted > 0:
        raise ValueError(f"{wanted} more than is free")
    return taken


def ranges_along(outer: Iterable[Range], inner: Iterable[Range]) -> list[Range]:
    """The stretches of `outer` that lie between positions counted along them, such as the 3rd to the 5th unit."""
    pieces: list[Range] = []
    wanted = sorted(inner)
    position = ZERO
    for start, end in sorted(outer):
        for low, high in wanted:
            first, last = max(low - position, ZERO), min(high - position, end - start)
            if first < last:
                pieces.append((start + first, start + last))
        position += end - start
    return pieces


def total_document(lines: Iterable[PricedLine], shipping_cost: Decimal, currency: str) -> Totals:
    """Adds up priced lines and shipping; the order of the lines makes no difference."""
    subtotal = discount = tax = quantize(ZERO, currency)
    for line in lines:
        subtotal += line.line_total
        discount += line.discount_amount
        tax += line.tax_amount
    shipping = quantize(shipping_cost, currency)
    return Totals(subtotal, discount, tax, shipping, subtotal + tax + shipping)


def summarise_taxes(lines: Sequence[tuple[str, Decimal, Decimal, Decimal]]) -> list[TaxSummary]:
    """Sums lines of (tax code, rate, line total, tax) per code and rate, in the order of codes and rates."""
    sums: dict[tuple[str, Decimal], tuple[Decimal, Decimal]] = {}
    for code, rate, taxable, tax in lines:
        if code:
            before = sums.get((code, rate), (ZERO, ZERO))
            sums[code, rate] = (before[0] + taxable, before[1] + tax)
    return [TaxSummary(code, rate, *sums[code, rate]) for code, rate in sorted(sums)]
