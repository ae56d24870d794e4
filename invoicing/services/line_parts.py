"""Parts of a document's lines, and the lines that another document makes of them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, TypeVar

from invoicing.models import InvoiceLine
from sales.models import SalesOrderLine
from sales.pricing import PricedLine, Range

_SAME = "item_id item_code description unit type unit_price discount_percent tax_code tax_rate notes".split()
Line = TypeVar("Line", SalesOrderLine, InvoiceLine)


@dataclass(frozen=True)
class LinePart(Generic[Line]):
    """So much of a line, with the stretches of its quantity and what they come to."""

    line: Line
    quantity: Decimal
    ranges: list[Range]
    priced: PricedLine


def values_of_part(part: LinePart[Line], position: int) -> dict[str, Any]:
    """What the new line has from the part, but for its stretches."""
    return {
        "position": position,
        "quantity": part.quantity,
        "discount_amount": part.priced.discount_amount,
        "line_total": part.priced.line_total,
        "tax_amount": part.priced.tax_amount,
        **{name: getattr(part.line, name) for name in _SAME},
    }


def written_ranges(part: LinePart[Line]) -> list[list[str]]:
    """The part's stretches, as a line keeps them."""
    return [[str(start), str(end)] for start, end in part.ranges]
