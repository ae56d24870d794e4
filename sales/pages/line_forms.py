"""The lines of a document as they are typed: read from a form, and from what is stored."""

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
from bigledger_crm.kernel.money import plain_number, plain_price
from bigledger_crm.web.form_fields import NumberField
from bigledger_crm.web.numbers import (
    is_some_currency,
    means_currency,
    number_problem,
    read_discount,
    split_money,
    writes_decimal_comma,
)
from sales.inputs import LineInput
from sales.models import DocumentLine, Item
from sales.rules import MAX_LINES

NO_TAX = "-"
LINE_FIELDS = ("id", "item_code", "description", "quantity", "unit", "unit_price", "discount_percent", "tax_code")
_TYPED = LINE_FIELDS[1:]
_LINE_KEY = re.compile(r"lines-(\d{1,4})-(\w+)")
Typed = dict[str, str]
BLANK: Typed = dict.fromkeys(LINE_FIELDS, "")
NO_ERRORS: Mapping[str, Sequence[str]] = dict.fromkeys(_TYPED, ())


@dataclass
class Row:
    """A line as it is drawn.

    `errors` are shown; `problems` are all that is wrong with it, as JSON by its cells, for the page to show in time.
    `automatic` says which tax it has while none is chosen.
    """

    index: int
    values: Mapping[str, str] = field(default_factory=lambda: BLANK)
    errors: Mapping[str, Sequence[str]] = field(default_factory=lambda: NO_ERRORS)
    problems: str = ""
    amount: str = ""
    automatic: str = ""
    tax_options: str = ""

    @property
    def at(self) -> str:
        """Its place in the form.  As text: a number would be written as people write them, again and again."""
        return str(self.index)

    @property
    def number(self) -> str:
        """Counted from one."""
        return str(self.index + 1)


class PriceField(NumberField):
    """A price, which may be typed with its currency: `6.50`, `RM 6.50`."""

    def clean(self, value: Any) -> tuple[Decimal | None, str]:
        """The number, and the currency as it was written."""
        bare, currency = split_money(str(value or ""))
        if currency and not is_some_currency(currency):
            bare, currency = str(value), ""
        return self.to_python(bare), currency


class DiscountField(forms.CharField):
    """A percentage, or an amount with its currency: `5`, `5 %`, `MYR 25`."""

    def clean(self, value: Any) -> tuple[Decimal | None, str]:
        """The number, and the currency of an amount."""
        text = super().clean(value)
        if not text:
            return None, ""
        wanted = _("Enter a percentage such as 5, or an amount such as MYR 25")
        try:
            discount, currency = read_discount(text, decimal_comma=writes_decimal_comma())
        except ValueError as error:
            raise forms.ValidationError(number_problem(split_money(text.removesuffix("%"))[0], wanted)) from error
        if currency and not is_some_currency(currency):
            raise forms.ValidationError(wanted)
        return discount, currency


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
    unit = forms.CharField(label=gettext_lazy("Unit"), required=False)
    unit_price = PriceField(label=gettext_lazy("Unit price"), required=False)
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

    def make_input(self, items: Mapping[str, Item], kept: Mapping[str, DocumentLine], currency: str) -> LineInput:
        """The line as services take it; an unknown item and a foreign amount become errors of the form.

        A line of the document keeps its id and what isn't shown of it.
        """
        values = self.cleaned_data
        discount, discount_currency = values.get("discount_percent") or (None, "")
        price, price_currency = values.get("unit_price") or (None, "")
        for name, written in (("unit_price", price_currency), ("discount_percent", discount_currency)):
            if written and not means_currency(written, currency):
                self.add_error(name, _("This document is in %(currency)s") % {"currency": currency})
        old = kept.get(values.get("id") or "")
        code, tax = values.get("item_code"), values.get("tax_code")
        stays = old is not None and old.item_id is not None and code == old.item_code
        item_id = None
        if old is not None and old.item_id is not None and stays:
            item_id = ids.encode(Item.PREFIX, old.item_id)
        elif code and code in items:
            item_id = items[code].public_id
        elif code:
            self.add_error("item_code", _("No item has this code"))
        return LineInput(
            id=old.public_id if old is not None else None,
            item_id=item_id,
            description=values.get("description"),
            quantity=values.get("quantity"),
            unit=values.get("unit") or ("" if stays or not code else None),
            unit_price=price,
            discount_percent=None if discount_currency else discount,
            discount_amount=discount if discount_currency else None,
            tax_code="" if tax == NO_TAX else tax or None,
            notes=old.notes if old is not None else None,
        )


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
        "unit": line.unit,
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
            at = row_index(data[name], changed)
            if at is not None and 0 <= at + step < len(changed):
                changed[at], changed[at + step] = changed[at + step], changed[at]
            return changed
    if "remove_line" in data:
        at = row_index(data["remove_line"], changed)
        return [row for index, row in enumerate(changed) if index != at] or [{}]
    return None


def row_index(text: str, rows: Sequence[Typed]) -> int | None:
    """The index of a row that a form names; None when there is no such row."""
    return int(text) if text.isascii() and text.isdigit() and int(text) < len(rows) else None
