"""How much of which lines a caller wants: to ship or to invoice of an order, to credit of an invoice."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bigledger_crm.kernel.errors import DomainError, FieldError, InvalidData, NotFound, field_error, under
from bigledger_crm.kernel.money import decimals_of, trimmed
from sales.inputs import QuantityInput


@dataclass(frozen=True)
class QuantityMessages:
    """The words for errors: the field of the parts, the resource that is made, and what its lines are made of."""

    field: str
    resource: str
    line: str
    refusal: Callable[[Sequence[Mapping[str, Any]]], DomainError]


def requested_quantities(
    parts: Sequence[QuantityInput], left: Mapping[str, Decimal], words: QuantityMessages
) -> dict[str, Decimal]:
    """The quantity of each line by its public id, in the order of `left`, which holds what remains of every line.

    There must be a part.  Raises InvalidData, NotFound, and the refusal of more than is left.
    """
    wanted: dict[str, Decimal] = {}
    errors: list[FieldError] = [] if parts else field_error(words.field, "At least one line is required")
    for index, part in enumerate(parts):
        key, quantity = part.item_id, part.quantity
        if key and key not in left:
            raise NotFound(words.line, key)
        errors += under(field_error("item_id", _check_line(key, wanted)), words.field, index)
        if quantity is None or quantity <= 0 or decimals_of(quantity) > 6:
            message = "Quantity must be above 0, with at most 6 decimals"
            errors += under(field_error("quantity", message), words.field, index)
        else:
            wanted[key] = quantity
    if errors:
        raise InvalidData(words.resource, errors)
    excess = excess_of(wanted, left)
    if excess:
        raise words.refusal(excess)
    return {key: wanted[key] for key in left if key in wanted}


def _check_line(key: str, wanted: Mapping[str, Decimal]) -> str | None:
    if not key:
        return "The line is required"
    return "This line appears twice" if key in wanted else None


def excess_of(wanted: Mapping[str, Decimal], left: Mapping[str, Decimal]) -> list[dict[str, Any]]:
    """What to tell about each line of which more is wanted than is left."""
    return [
        {"itemId": key, "requested": trimmed(quantity), "remaining": trimmed(left[key])}
        for key, quantity in wanted.items()
        if quantity > left[key]
    ]
