"""The amounts of a line of an e-invoice, which are without tax, from those of a line of the product.

The calculator's net amount and tax are taken as they are.  What is before the discount is made to fit them:

- Where prices include tax, the discount without its tax is rounded to the cent, and the subtotal is the net amount and
  that discount; the tax of the two differs from the discount's by a cent at most, and no total has either.
- A part of a line can be a cent off its quantity × its unit price, so that parts add up; and prices without tax have no
  end of decimals.  The unit price is then the subtotal by the quantity, with as many decimals as give that subtotal.
"""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from bigledger_crm.kernel.money import minor_units, quantize, round_half_up, trimmed

_PRECISION = 80


@dataclass(frozen=True, slots=True)
class LineAmounts:
    """Amounts without tax: quantity × unit_price = subtotal, to the cent, and subtotal − discount_amount = net."""

    unit_price: Decimal
    subtotal: Decimal
    discount_amount: Decimal
    net: Decimal


def line_amounts(
    *,
    quantity: Decimal,
    unit_price: Decimal,
    discount_amount: Decimal,
    line_total: Decimal,
    tax_rate: Decimal,
    prices_include_tax: bool,
    currency: str,
) -> LineAmounts:
    """What a line of a document costs before and after its discount, from the fields of the line and its document."""
    with localcontext(prec=_PRECISION):
        if prices_include_tax:
            discount_amount = quantize(discount_amount * 100 / (100 + tax_rate), currency)
        subtotal = line_total + discount_amount
        if quantize(quantity * unit_price, currency) != subtotal:
            decimals = minor_units(currency) + max(quantity.adjusted() + 1, 0)
            unit_price = trimmed(round_half_up(subtotal / quantity, decimals))
        return LineAmounts(unit_price, subtotal, discount_amount, line_total)
