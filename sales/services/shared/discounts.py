"""How much is taken off prices, and the company's limit to it for whoever has no right to exceed it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bigledger_crm.kernel.errors import DomainError, FieldError, InvalidData
from bigledger_crm.kernel.money import ZERO, plain_number, with_currency
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.permissions import EXCEED_DISCOUNTS
from sales.errors import DiscountExceedsLimit
from sales.pricing import exceeds_discount
from sales.services.shared.lines import PreparedLine


@dataclass(frozen=True, slots=True)
class ExcessiveDiscount(FieldError):
    """A discount above `limit`, in percent."""

    limit: Decimal


def check_discounts(actor: Actor, lines: Sequence[PreparedLine], currency: str) -> list[FieldError]:
    """The prepared lines with a larger discount than the actor may give, by their paths; amounts are in `currency`.

    A unit price below the item's is a discount too, in documents of the company's currency, which items' prices are in.
    A line that goes on with the price and the discount that it has is fine, whoever gave them.  A document has no
    discounts but those of its lines: it can't be above the limit when none of them is.
    """
    limit = actor.company.max_discount_percent
    if limit is None or EXCEED_DISCOUNTS in actor.permissions:
        return []
    errors: list[FieldError] = []
    for line in lines:
        item, price, quantity = (line.values[name] for name in ("item", "unit_price", "quantity"))
        usual = item.unit_price if item is not None and currency == actor.company.currency else ZERO
        if _is_as_before(line) or not exceeds_discount(line.priced, quantity, max(usual, price), limit, currency):
            continue
        message = f"At most {plain_number(limit)}% discount is allowed: ask someone who may give more"
        if price < usual:
            message = f"The item's price is {with_currency(usual, currency)}. {message}"
        errors.append(ExcessiveDiscount(("items", line.values["position"] - 1, _field(line)), message, limit))
    return errors


def invalid_document(resource: str, errors: Sequence[FieldError]) -> DomainError:
    """What to raise for these errors of a document: DiscountExceedsLimit where they are about nothing else."""
    limits = [error.limit for error in errors if isinstance(error, ExcessiveDiscount)]
    return DiscountExceedsLimit(limits[0], errors) if len(limits) == len(errors) else InvalidData(resource, errors)


def _field(line: PreparedLine) -> str:
    """What takes most off, as far as it was given."""
    if line.values["discount_percent"]:
        return "discount_percent"
    return "discount_amount" if line.values["discount_amount"] else "unit_price"


def _is_as_before(line: PreparedLine) -> bool:
    old, item = line.kept, line.values["item"]
    if old is None or old.item_id != (item.pk if item is not None else None):
        return False
    names = ("quantity", "unit_price", "discount_percent", "discount_amount")
    return all(line.values[name] == getattr(old, name) for name in names)
