"""How much of which lines a caller wants: to ship or to invoice of an order, to credit of an invoice."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bigledger_crm.kernel.errors import DomainError, InvalidData, NotFound
from bigledger_crm.kernel.money import decimals_of, trimmed


@dataclass(frozen=True)
class QuantityMessages:
    """The words for errors: the JSON list of parts, the resource that is made, and what its lines are made of."""

    path: str
    resource: str
    line: str
    refusal: Callable[[Sequence[Mapping[str, Any]]], DomainError]


def requested_quantities(
    parts: Sequence[Mapping[str, Any]], left: Mapping[str, Decimal], words: QuantityMessages
) -> dict[str, Decimal]:
    """The quantity of each line by its public id, in the order of `left`, which holds what remains of every line.

    A part has `item_id`, the line, and `quantity`; there must be one.  Raises InvalidData, NotFound, and the refusal
    of more than is left.
    """
    wanted: dict[str, Decimal] = {}
    errors: dict[str, str] = {} if parts else {words.path: "At least one line is required"}
    for index, part in enumerate(parts):
        key, quantity = part.get("item_id") or "", part.get("quantity")
        if not key:
            errors[f"{words.path}[{index}].itemId"] = "The line is required"
        elif key not in left:
            raise NotFound(words.line, key)
        elif key in wanted:
            errors[f"{words.path}[{index}].itemId"] = "This line appears twice"
        if quantity is None or quantity <= 0 or decimals_of(quantity) > 6:
            errors[f"{words.path}[{index}].quantity"] = "Quantity must be above 0, with at most 6 decimals"
        else:
            wanted[key] = quantity
    if errors:
        raise InvalidData(words.resource, errors)
    excess = excess_of(wanted, left)
    if excess:
        raise words.refusal(excess)
    return {key: wanted[key] for key in left if key in wanted}


def excess_of(wanted: Mapping[str, Decimal], left: Mapping[str, Decimal]) -> list[dict[str, Any]]:
    """What to tell about each line of which more is wanted than is left."""
    return [
        {"itemId": key, "requested": trimmed(quantity), "remaining": trimmed(left[key])}
        for key, quantity in wanted.items()
        if quantity > left[key]
    ]
