"""Turning what a caller gave for lines into priced lines."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from uuid import UUID

from bigledger_crm.kernel import ids, text
from bigledger_crm.kernel.errors import FieldError, field_error, under
from bigledger_crm.kernel.money import ZERO
from sales import rules
from sales.inputs import LineInput
from sales.models import DocumentLine, Item
from sales.pricing import MAX_AMOUNT, LineTerms, PricedLine, Totals, price_line, total_document
from sales.queries import items_by_public_ids, tax_rates_on

NONE_KEPT: Mapping[str, DocumentLine] = MappingProxyType({})


@dataclass(frozen=True)
class PreparedLine:
    """A line that is ready for its table: `values` are the columns that every kind of document has."""

    values: dict[str, Any]
    priced: PricedLine
    kept: DocumentLine | None = None


def prepare_lines(
    given: Sequence[LineInput],
    *,
    day: date,
    currency: str,
    item_currency: str,
    prices_include_tax: bool,
    kept: Mapping[str, DocumentLine] = NONE_KEPT,
) -> tuple[list[PreparedLine], list[FieldError]]:
    """Prices the given lines with the items' defaults and the tax rates of `day`.

    An item's own price, in `item_currency`, serves documents of that currency only.  A line with the `id` of one of
    `kept` stands in its place: it keeps the unit that isn't given, it may go on with an inactive item or tax code, and
    a `discount_amount` that came with its percentage yields to it.  Returns the lines and the errors by their paths,
    such as `("items", 0, "quantity")`.  Raises NotFound for an item that isn't there.
    """
    if not given:
        return [], field_error("items", "At least one line is required")
    if len(given) > rules.MAX_LINES:
        return [], field_error("items", f"At most {rules.MAX_LINES} lines are allowed")
    items = items_by_public_ids(line.item_id for line in given if line.item_id)
    codes = [_tax_code(line, items.get(line.item_id or "")) for line in given]
    before = [kept.get(line.id or "") for line in given]
    rates = tax_rates_on(
        {code for code in codes if code}, day, even_inactive={line.tax_code for line in before if line is not None}
    )
    prepared: list[PreparedLine] = []
    errors: list[FieldError] = []
    seen = set[UUID]()
    for index, (whole, old, code) in enumerate(zip(given, before, codes, strict=True)):
        line = whole if old is None else _without_stale_discount(whole, old)
        item = items.get(line.item_id or "")
        wrong = [
            *rules.check_line(line, currency, has_item=item is not None),
            *field_error("id", _check_place(line, old, seen)),
            *_check_item(item, old, line, currency, item_currency),
            *field_error("tax_code", _check_tax_code(code, rates, day)),
        ]
        if old is not None:
            seen.add(old.pk)
        if not wrong:
            rate = (rates[code] if code else None) or ZERO
            result = _prepare(line, item, old, code, rate, index + 1, currency, prices_include_tax)
            if isinstance(result, PreparedLine):
                prepared.append(result)
            else:
                wrong = [result]
        errors += under(wrong, "items", index)
    return prepared, errors


def totals_of(lines: Sequence[PreparedLine], shipping_cost: Decimal, currency: str) -> tuple[Totals, list[FieldError]]:
    """The totals of prepared lines, and the error when they are beyond what can be kept."""
    totals = total_document((line.priced for line in lines), shipping_cost, currency)
    is_too_large = max(totals.total, totals.total_discount) >= MAX_AMOUNT
    return totals, field_error("items", "The total is too large" if is_too_large else None)


def _check_place(line: LineInput, old: DocumentLine | None, seen: Collection[UUID]) -> str | None:
    if old is None:
        return "The document has no such line" if line.id else None
    return "This line appears twice" if old.pk in seen else None


def _check_item(
    item: Item | None, old: DocumentLine | None, line: LineInput, currency: str, item_currency: str
) -> list[FieldError]:
    if item is None:
        return []
    is_new = old is None or old.item_id != item.pk
    needs_price = line.unit_price is None and currency != item_currency
    price = f"Unit price in {currency} is required: the item's price is in {item_currency}"
    return [
        *field_error("item_id", None if item.is_active or not is_new else "Item is inactive"),
        *field_error("unit_price", price if needs_price else None),
    ]


def _check_tax_code(code: str, rates: Mapping[str, Decimal | None], day: date) -> str | None:
    if not code or rates.get(code) is not None:
        return None
    return f"Tax code '{code}' has no rate on {day}" if code in rates else f"Tax code '{code}' does not exist"


def _tax_code(line: LineInput, item: Item | None) -> str:
    """No tax code on a line means the item's own, and none there means no tax."""
    if line.tax_code is not None:
        return line.tax_code
    return item.tax_code.code if item is not None and item.tax_code is not None else ""


def _prepare(
    line: LineInput,
    item: Item | None,
    old: DocumentLine | None,
    code: str,
    rate: Decimal,
    position: int,
    currency: str,
    prices_include_tax: bool,
) -> PreparedLine | FieldError:
    price = line.unit_price
    if price is None:
        price = item.unit_price if item is not None else ZERO
    description = text.clean_block(line.description or "")
    if not description and item is not None:
        description = item.description or item.name
    percent, amount = line.discount_percent or ZERO, line.discount_amount or ZERO
    terms = LineTerms(line.quantity or ZERO, price, percent, amount if amount and not percent else None, rate)
    try:
        priced = price_line(terms, currency, prices_include_tax=prices_include_tax)
    except ValueError as error:
        return FieldError(("discount_amount",), str(error))
    if percent and amount and priced.discount_amount != amount:
        return FieldError(("discount_amount",), "Give a discount as a percentage or as an amount, not both")
    if priced.gross >= MAX_AMOUNT:
        return FieldError(("quantity",), "The amount of the line is too large")
    values = {
        "position": position,
        "item": item,
        "item_code": _item_code(item, old),
        "description": description,
        "quantity": terms.quantity,
        "unit": _unit(line.unit, item, old),
        "type": line.type or _type(item, old),
        "unit_price": price,
        "discount_percent": percent,
        "discount_amount": priced.discount_amount,
        "line_total": priced.line_total,
        "tax_code": code,
        "tax_rate": rate,
        "tax_amount": priced.tax_amount,
        "notes": text.clean_block(line.notes or ""),
    }
    return PreparedLine(values, priced, old)


def _item_code(item: Item | None, old: DocumentLine | None) -> str:
    """A line that stays with its item keeps the code that it was made with."""
    if item is None:
        return ""
    return old.item_code if old is not None and old.item_id == item.pk else item.item_code


def _unit(given: str | None, item: Item | None, old: DocumentLine | None) -> str:
    """What isn't given stays as it is with the same item; else it is the item's."""
    if given is not None:
        return text.clean_line(given)
    if old is not None and old.item_id == (item.pk if item is not None else None):
        return old.unit
    return item.unit if item is not None else ""


def _type(item: Item | None, old: DocumentLine | None) -> str:
    """A line that stays with its item, or goes on without one, stays what it is."""
    if old is not None and old.item_id == (item.pk if item is not None else None):
        return old.type
    return item.type if item is not None else "goods"


def _without_stale_discount(line: LineInput, old: DocumentLine) -> LineInput:
    """The line without the amount that its old percentage came to, when it was sent back beside a percentage."""
    percent, amount = line.discount_percent, line.discount_amount
    if percent is None or amount != old.discount_amount or not (percent or old.discount_percent):
        return line
    return replace(line, discount_amount=None)


def as_given(line: DocumentLine) -> LineInput:
    """A line as a caller would give it, with its prices as they are; the tax rate is looked up anew."""
    return LineInput(
        item_id=ids.encode(Item.PREFIX, line.item_id) if line.item_id else None,
        description=line.description,
        quantity=line.quantity,
        unit=line.unit,
        type=line.type,
        unit_price=line.unit_price,
        discount_percent=line.discount_percent,
        discount_amount=None if line.discount_percent else line.discount_amount,
        tax_code=line.tax_code,
        notes=line.notes,
    )


def as_kept(line: DocumentLine) -> LineInput:
    """A line as a caller would give it to leave it as it is."""
    return replace(as_given(line), id=line.public_id)


def says_otherwise(given: LineInput, line: DocumentLine) -> bool:
    """Whether a given line differs from a stored one; what isn't given of it differs."""
    amount = given.discount_amount
    now = replace(as_kept(line), discount_amount=line.discount_amount)
    wanted = replace(
        given,
        item_id=given.item_id or None,
        description=text.clean_block(given.description or ""),
        unit=line.unit if given.unit is None else text.clean_line(given.unit),
        type=given.type or line.type,
        discount_percent=given.discount_percent or ZERO,
        discount_amount=line.discount_amount if amount is None and line.discount_percent else amount or ZERO,
        notes=text.clean_block(given.notes or ""),
    )
    return wanted != now
