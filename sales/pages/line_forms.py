"""The lines of a document as they are typed: read from a form, from a spreadsheet's rows, and from what is stored."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.kernel import ids
from bigledger_crm.pages.fields import NumberField, plain_number, plain_price
from bigledger_crm.pages.numbers import read_discount, writes_decimal_comma
from sales.models import DocumentLine, Item
from sales.rules import MAX_LINES

NO_TAX = "-"
LINE_FIELDS = ("id", "item_code", "description", "quantity", "unit_price", "discount_percent", "tax_code")
_TYPED = LINE_FIELDS[1:]
_LINE_KEY = re.compile(r"lines-(\d{1,4})-(\w+)")
_HEADINGS = {
    "item_code": ("item", "item code", "code", "sku", "product"),
    "description": ("description", "name", "text"),
    "quantity": ("quantity", "qty"),
    "unit": ("unit", "uom"),
    "unit_price": ("unit price", "price", "rate"),
    "discount_percent": ("discount", "discount %", "discount percent"),
    "tax_code": ("tax", "tax code", "vat"),
}
# The order of a spreadsheet's columns when its first row doesn't name them.
PASTED = ("description", "quantity", "unit", "unit_price", "discount_percent", "tax_code")
Typed = dict[str, str]
BLANK: Typed = dict.fromkeys(LINE_FIELDS, "")


@dataclass
class Row:
    """A line as it is drawn."""

    index: int
    values: Mapping[str, str] = field(default_factory=lambda: BLANK)
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    hint: str = ""
    amount: str = ""
    tax_options: str = ""

    @property
    def at(self) -> str:
        """Its place in the form.  As text: a number would be written as people write them, again and again."""
        return str(self.index)

    @property
    def number(self) -> str:
        """Counted from one."""
        return str(self.index + 1)


class DiscountField(forms.CharField):
    """A percentage, or an amount with its currency: `5`, `5 %`, `MYR 25`."""

    def clean(self, value: Any) -> tuple[Decimal | None, str]:
        """The number, and the currency of an amount."""
        text = super().clean(value)
        if not text:
            return None, ""
        try:
            return read_discount(text, decimal_comma=writes_decimal_comma())
        except ValueError as error:
            raise forms.ValidationError(_("Enter a percentage such as 5, or an amount such as MYR 25")) from error


class _Shared(dict[str, forms.Field]):
    """Fields that no form changes: a hundred forms needn't have a copy of each."""

    def __deepcopy__(self, memo: object) -> "_Shared":
        return self


class LineForm(forms.Form):
    """A line of a document.  With an item, what is left empty comes from the item."""

    id = forms.CharField(required=False)
    item_code = forms.CharField(label=gettext_lazy("Item"), required=False)
    description = forms.CharField(label=gettext_lazy("Description"), required=False)
    quantity = NumberField(label=gettext_lazy("Quantity"), required=False)
    unit_price = NumberField(label=gettext_lazy("Unit price"), required=False)
    discount_percent = DiscountField(label=gettext_lazy("Discount"), required=False)
    tax_code = forms.CharField(label=gettext_lazy("Tax"), required=False)

    def __init__(self, data: Any, index: int) -> None:
        super().__init__(data, prefix=f"lines-{index}")
        self.index = index

    def messages(self) -> list[str]:
        """What is wrong, in words."""
        return [message for messages in self.messages_by_field().values() for message in messages]

    def messages_by_field(self) -> dict[str, list[str]]:
        """The same by the names of the fields."""
        return {name: [str(message) for message in messages] for name, messages in self.errors.items()}

    def service_fields(
        self, items: Mapping[str, Item], kept: Mapping[str, DocumentLine], currency: str
    ) -> dict[str, Any]:
        """The line as services take it; an unknown item and a foreign discount become errors of the form.

        A line of the document keeps its id and what isn't shown of it.
        """
        values = self.cleaned_data
        discount, discount_currency = values.get("discount_percent") or (None, "")
        line: dict[str, Any] = {name: values.get(name) for name in ("quantity", "unit_price", "description")}
        line |= {"discount_amount" if discount_currency else "discount_percent": discount}
        tax = values.get("tax_code")
        line["tax_code"] = "" if tax == NO_TAX else tax or None
        if discount_currency and discount_currency != currency:
            self.add_error("discount_percent", _("This document is in %(currency)s") % {"currency": currency})
        old = kept.get(values.get("id") or "")
        if old is not None:
            line |= {"id": old.public_id, "notes": old.notes}
        code = values.get("item_code")
        if old is not None and old.item_id and code == old.item_code:
            line["item_id"] = ids.encode(Item.PREFIX, old.item_id)
        elif code and code in items:
            line["item_id"] = items[code].public_id
        elif code:
            self.add_error("item_code", _("No item has this code"))
        return line


LineForm.base_fields = _Shared(LineForm.base_fields)


def is_blank(row: Mapping[str, str]) -> bool:
    """Whether nothing was typed into a line."""
    return not any(row.get(name, "").strip() for name in _TYPED)


def typed_rows(data: QueryDict) -> dict[int, Typed]:
    """What was typed into the lines, by their index in the form, in order."""
    rows: dict[int, Typed] = {}
    for key in data:
        match = _LINE_KEY.fullmatch(key)
        if match and match[2] in LINE_FIELDS:
            rows.setdefault(int(match[1]), {})[match[2]] = str(data[key])
    return dict(sorted(rows.items()))


def stored_row(line: DocumentLine, currency: str) -> Typed:
    """A stored line as it would be typed."""
    discount = plain_number(line.discount_percent) if line.discount_percent else ""
    if not discount and line.discount_amount:
        discount = f"{currency} {plain_price(line.discount_amount, currency)}"
    return {
        "id": line.public_id,
        "item_code": line.item_code,
        "description": line.description,
        "quantity": plain_number(line.quantity),
        "unit_price": plain_price(line.unit_price, currency),
        "discount_percent": discount,
        "tax_code": line.tax_code or NO_TAX,
    }


def changed_rows(rows: Sequence[Typed], data: Mapping[str, str]) -> list[Typed] | None:
    """The rows after the button in `data` that adds, takes away or moves one; None when none of them was pressed."""
    changed = list(rows)
    if "add_line" in data:
        return [*changed, {}][:MAX_LINES]
    for name, step in (("move_up", -1), ("move_down", 1)):
        if name in data:
            at = _index(data[name], changed)
            if at is not None and 0 <= at + step < len(changed):
                changed[at], changed[at + step] = changed[at + step], changed[at]
            return changed
    if "remove_line" in data:
        at = _index(data["remove_line"], changed)
        return [row for index, row in enumerate(changed) if index != at] or [{}]
    return None


def _index(text: str, rows: Sequence[Typed]) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and int(text) < len(rows) else None


def with_pasted(rows: Sequence[Typed], pasted: Sequence[Typed], at: str) -> list[Typed]:
    """The rows with a spreadsheet's rows from row `at` on, or after the last one that isn't blank."""
    place = _index(at, rows)
    if place is None:
        filled = [index for index, row in enumerate(rows) if not is_blank(row)]
        place = filled[-1] + 1 if filled else 0
    elif not is_blank(rows[place]):
        place += 1
    before, after = list(rows[:place]), [row for row in rows[place:] if not is_blank(row)]
    return [*before, *pasted, *after][:MAX_LINES]


def read_table(text: str) -> list[list[str]]:
    """The cells of rows that were copied from a spreadsheet: separated by tabs and line ends; quotes hold both.

    Text without tabs is separated by semicolons where each of its rows has one.
    """
    rows: list[list[str]] = [[""]]
    parts = "\t" if "\t" in text else ";" if text.strip() and all(";" in row for row in text.split("\n") if row) else ""
    quoted = False
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    position = 0
    while position < len(text):
        sign = text[position]
        if quoted and sign == '"' and text[position + 1 : position + 2] == '"':
            rows[-1][-1] += '"'
            position += 1
        elif sign == '"' and (quoted or not rows[-1][-1]):
            quoted = not quoted
        elif sign == "\n" and not quoted:
            rows.append([""])
        elif sign == parts and not quoted:
            rows[-1].append("")
        else:
            rows[-1][-1] += sign
        position += 1
    stripped = [[cell.strip() for cell in row] for row in rows]
    return [row for row in stripped if any(row)]


def pasted_rows(text: str, codes: Mapping[str, str], tax_codes: Sequence[str]) -> list[Typed]:
    """The lines that a spreadsheet's rows mean.

    A first row of headings says which column is what; without one they are as in PASTED.  A description that is the
    code of an item, in `codes` by its folded form, is that item.  A unit that isn't the item's stands behind the
    description.  What can't be read stays as it was typed, for the person to see.
    """
    table = read_table(text)[: MAX_LINES + 1]
    names: Sequence[str] = PASTED
    if table and (headings := _headings(table[0])):
        names, table = headings, table[1:]
    return [_pasted_row(dict(zip(names, cells, strict=False)), codes, tax_codes) for cells in table[:MAX_LINES]]


def pasted_codes(text: str) -> set[str]:
    """The cells that may be codes of items."""
    return {cell for row in read_table(text)[: MAX_LINES + 1] for cell in row[:2] if cell and len(cell) <= 50}


def _headings(cells: Sequence[str]) -> list[str] | None:
    meanings = {word: name for name, words in _HEADINGS.items() for word in words}
    names = [meanings.get(cell.lower(), "") for cell in cells]
    return names if sum(map(bool, names)) >= 2 else None


def _pasted_row(cells: Mapping[str, str], codes: Mapping[str, str], tax_codes: Sequence[str]) -> Typed:
    row = {name: cells.get(name, "") for name in _TYPED}
    if not row["item_code"] and row["description"].casefold() in codes:
        row["item_code"], row["description"] = codes[row["description"].casefold()], ""
    unit = cells.get("unit", "")
    if unit and not row["item_code"]:
        row["description"] = f"{row['description']} ({unit})"
    row["quantity"] = row["quantity"] or "1"
    known = {code.casefold(): code for code in tax_codes}
    row["tax_code"] = known.get(row["tax_code"].casefold(), row["tax_code"])
    return row
