"""What documents have in common when rows become them: customers, lines, amounts, and those that are there already."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from bigledger_crm.imports.applying import created, each, rejected
from bigledger_crm.imports.kinds import CUSTOM_FIELDS, LINES, RowResult, Values
from bigledger_crm.imports.models import Outcome
from bigledger_crm.kernel import text
from bigledger_crm.kernel.errors import Conflict, FieldError, InvalidData, field_error, under
from bigledger_crm.kernel.money import plain_number, quantize
from bigledger_crm.kernel.text import snake_case
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.sorting import sort_key_of
from customers.importing.named import CUSTOMER_BY, NamedCustomers
from sales.importing.taxes import Taxes
from sales.inputs import LineInput
from sales.models import Item, SaleDocument

_LONGEST_NUMBER = 60
_AMOUNTS = ("total", "totalTax")
# Why what an import made is cancelled or voided.
UNDONE = "The import was undone"
_HEADER = ("currency", "exchangeRate", "reference", "title", "notes", "terms", "shippingCost")


class NumberTaken(Conflict):
    """Another document has this number, or one that differs in case."""

    code = "NUMBER_TAKEN"


class ImportedRows:
    """Rows of documents of one kind, and what they name: all of it read at once."""

    def __init__(self, noun: str, rows: Sequence[Values]) -> None:
        self.noun = noun
        self.customers = NamedCustomers(rows)
        self.taxes = Taxes()
        codes = {str(line["itemCode"]) for values in rows for line in values.get(LINES, ()) if "itemCode" in line}
        items = Item.objects.filter(item_code__in=codes, is_active=True)
        self.items = {item.item_code: item.public_id for item in items}

    def inputs(self, values: Values, day: date) -> dict[str, Any]:
        """What all documents take, in Python's names.  Raises InvalidData with every failing field, AmbiguousRow."""
        given: dict[str, Any] = {snake_case(name): values[name] for name in _HEADER if name in values}
        if own := {name.partition(".")[2]: values[name] for name in values if name.startswith(f"{CUSTOM_FIELDS}.")}:
            given["custom_fields"] = own
        given["customer_id"] = self.customers.the_one(values, self.noun).public_id
        given["prices_include_tax"] = self._includes_tax(values)
        given["items"] = self._lines(values, day)
        return given

    def _includes_tax(self, values: Values) -> bool:
        said = values.get("pricesIncludeTax", "no")
        if said not in ("yes", "no"):
            raise InvalidData(self.noun, field_error("prices_include_tax", f"“{said[:40]}” is neither yes nor no"))
        return bool(said == "yes")

    def _lines(self, values: Values, day: date) -> list[LineInput]:
        if not values.get(LINES):
            return [self._only_line(values)]
        lines, errors = [], list[FieldError]()
        for place, line in enumerate(values[LINES]):
            wrong: list[FieldError] = []
            code = item = ""
            if "itemCode" in line:
                item = self.items.get(str(line["itemCode"]), "")
            try:
                code = self._tax_code(line, day)
            except ValueError as error:
                wrong += field_error("tax_code", str(error))
            quantity = line.get("quantity", Decimal(1))
            price, message = _price(line, quantity, has_item=bool(item))
            wrong += field_error("unit_price", message)
            lines.append(
                LineInput(
                    item_id=item or None,
                    description=_description(line, has_item=bool(item)),
                    quantity=quantity,
                    unit=line.get("unit"),
                    unit_price=price,
                    discount_percent=line.get("discountPercent"),
                    discount_amount=None if line.get("discountPercent") else line.get("discountAmount"),
                    tax_code=code,
                    notes=line.get("notes"),
                )
            )
            errors += under(wrong, LINES, place)
        if errors:
            raise InvalidData(self.noun, errors)
        return lines

    def _tax_code(self, line: Mapping[str, Any], day: date) -> str:
        if "taxCode" not in line and "taxRate" not in line:
            return ""
        return self.taxes.code_for(line.get("taxCode", ""), line.get("taxRate"), day)

    def _only_line(self, values: Values) -> LineInput:
        """The line of a document of which a file has no more than the total."""
        total = values.get("total")
        if total is None:
            raise InvalidData(self.noun, field_error("total", "The row has neither a line nor a total"))
        if total < 0:
            raise InvalidData(self.noun, field_error("total", "The total must be 0 or more"))
        price = total - values.get("shippingCost", Decimal(0))
        return LineInput(description=values.get("title") or self.noun, quantity=Decimal(1), unit_price=price)


def _price(line: Mapping[str, Any], quantity: Decimal, *, has_item: bool) -> tuple[Decimal | None, str | None]:
    """The unit price of a line, which may have the amount of all its units only."""
    price: Decimal | None = line.get("unitPrice")
    if price is not None or "amount" not in line or not quantity:
        return price, None if price is not None or has_item or not quantity else "The line has no price and no amount"
    if any(line.get(name) for name in ("discountPercent", "discountAmount")):
        return None, "A line with a discount needs its unit price"
    exact = (line["amount"] / quantity).quantize(Decimal("0.000001"))
    if exact * quantity != line["amount"]:
        return None, f"{plain_number(line['amount'])} for {plain_number(quantity)} has no exact unit price"
    return exact, None


def _description(line: Mapping[str, Any], *, has_item: bool) -> str:
    """A line of an item that isn't known any more keeps its code as a text."""
    said = str(line.get("description", ""))
    code = "" if has_item else str(line.get("itemCode", ""))
    return said if said.startswith(code) else f"{code} {said}".strip()


def key_of(values: Values, match_by: str) -> str:
    """What tells numbers apart, whatever their case."""
    return str(values[match_by]).strip().upper()


def never(_actor: Actor, pk: UUID, _values: Values) -> None:
    """Documents are never changed by an import: there is nothing to give back.  Raises NotImplementedError."""
    raise NotImplementedError(f"No import changed {pk}")


def clean_number(noun: str, name: str, value: Any) -> str:
    """The number of a document.  Raises InvalidData."""
    number = text.clean_line(str(value))
    if not 0 < len(number) <= _LONGEST_NUMBER:
        raise InvalidData(noun, field_error(name, f"A number has 1 to {_LONGEST_NUMBER} characters"))
    return number


def check_amounts(noun: str, document: SaleDocument, values: Values) -> None:
    """A document comes to what its file says, to the last decimal.  Raises InvalidData with both figures."""
    errors: list[FieldError] = []
    for name in _AMOUNTS:
        amount = getattr(document, snake_case(name))
        if name in values and amount != values[name] and (name == "total" or values.get(LINES)):
            shown = f"{quantize(amount, document.currency):f}"
            message = f"The file says {values[name]:f}, and the lines come to {shown} {document.currency}"
            errors += field_error(snake_case(name), message)
    if errors:
        raise InvalidData(noun, errors)


def numbers_there(model: type[SaleDocument], column: str, numbers: Collection[str]) -> dict[str, list[Any]]:
    """The documents whose numbers are the same without case, by the number in upper case."""
    rows: Any = model._default_manager.all()
    keys = {sort_key_of(number) for number in numbers}
    found: dict[str, list[Any]] = defaultdict(list)
    wanted = {number.upper() for number in numbers}
    for document in rows.filter(number_sort__in=keys) | rows.filter(**{f"{column}__in": list(numbers)}):
        number = getattr(document, column).upper()
        if number in wanted:
            found[number].append(document)
    return found


def apply_documents(
    rows: Sequence[Values],
    match_by: str,
    there: Mapping[str, Sequence[Any]],
    create: Callable[[Values], Any],
    differs: Callable[[Any, Values], str],
    *,
    column: str = "",
) -> list[RowResult]:
    """What becomes of documents: those that are there stay as they are, all others are made.

    `differs` says what of a document that is there contradicts its rows, "" for nothing; `column` has its number if
    that is called otherwise there.
    """
    results: dict[int, RowResult] = {}
    column = column or snake_case(match_by)
    new = []
    for place, values in enumerate(rows):
        number = text.clean_line(str(values[match_by]))
        known = there.get(number.upper(), ())
        exact = next((one for one in known if getattr(one, column) == number), None)
        if exact is not None:
            message = differs(exact, values)
            error = NumberTaken(f"{number} is there already: {message}") if message else None
            outcome = Outcome.REJECTED if error else Outcome.SAME
            results[place] = RowResult(outcome=outcome, object_id=exact.pk, error=error)
        elif known:
            error = NumberTaken(f"{getattr(known[0], column)} is there already, which differs in case only")
            results[place] = rejected(error)
        else:
            new.append(place)
    for place, made in zip(new, each([rows[place] for place in new], create), strict=True):
        results[place] = created(made)
    return [results[place] for place in range(len(rows))]


def difference(document: SaleDocument, values: Values, day: tuple[str, date], customers: NamedCustomers) -> str:
    """What of a document that is there contradicts its rows, in words."""
    name, present = day
    if any(name in values for name in CUSTOMER_BY) and document.customer_id not in {
        customer.pk for customer in customers.of(values)
    }:
        return f"it is of another customer, {document.customer_name}"
    if name in values and values[name] != present:
        return f"its date is {present}, not {values[name]}"
    if "total" in values and values["total"] != document.total:
        shown = f"{quantize(document.total, document.currency):f}"
        return f"its total is {shown}, not {values['total']:f}"
    return ""
