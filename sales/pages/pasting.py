"""Rows of a spreadsheet that are pasted into a document's lines: which column is what, and what each cell says.

What can't be understood stays in its cell as it was pasted, where the rules of a line refuse it.  Nothing takes the
place of something else, and what finds no cell is named.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bigledger_crm.pages.numbers import is_some_currency, read_number, split_money, writes_decimal_comma
from sales.pages.line_forms import BLANK, NO_TAX, Typed, is_blank, row_index
from sales.rules import MAX_LINES, MAX_UNIT

# The columns in the order in which the lines show them.
COLUMNS = ("item_code", "description", "quantity", "unit", "unit_price", "discount_percent", "tax_code")
_FIGURES = ("unit_price", "discount_percent", "tax_code")
_EITHER = "item_or_description"
_LAYOUTS = tuple(
    (*first, "quantity", *unit, *_FIGURES)
    for first in (("item_code", "description"), (_EITHER,))
    for unit in (("unit",), ())
)
_AMOUNT, _DISCOUNT_AMOUNT = "amount", "discount_amount"
# What columns are called elsewhere, without spaces, signs and what stands in brackets.
_HEADINGS = {
    "item_code": "item itemcode itemno code sku product productcode partno kod kodbarang kodproduk 编号 代码 货号",
    "description": "description details name itemname text particulars keterangan perihal 描述 说明 品名 名称",
    "quantity": "quantity qty kuantiti bilangan 数量",
    "unit": "unit uom units unitofmeasure 单位",
    "unit_price": "unitprice uprice price rate unitcost priceeach harga hargaseunit hargaunit 单价 价格",
    "discount_percent": "discount disc discountpercent discpercent diskaun 折扣",
    _DISCOUNT_AMOUNT: "discountamount discamount discountamt",
    "tax_code": "tax taxcode vat gst sst cukai kodcukai 税 税码",
    _AMOUNT: "amount total linetotal totalprice totalamount jumlah 金额 总额",
}
_MEANINGS = {word: name for name, words in _HEADINGS.items() for word in words.split()}
_NO_TAX_WORDS = frozenset({"no tax", "none", "-", "—", "tiada cukai", "免税"})
_BRACKETS = re.compile(r"[(\[（]([^)\]）]*)[)\]）]")
_NUMBERISH = re.compile(r"-?\d[\d.,'’ \u00a0\u202f]*", re.ASCII)
_CODE = re.compile(r"(?=\S*\d)\S{1,50}")
_COUNTED = re.compile(rf"(-?\d\S*)\s+(\D.{{0,{MAX_UNIT - 1}}})", re.ASCII)
_JUDGED_ROWS = 50


@dataclass(frozen=True)
class Known:
    """What the company calls its things: items and tax codes by their folded codes; the currency of the document."""

    items: Mapping[str, str]
    taxes: Mapping[str, str]
    currency: str


@dataclass(frozen=True)
class Pasted:
    """The lines that pasted rows mean, and what of them found no place."""

    rows: Sequence[Typed]
    left_out: Sequence[str] = ()
    names: Sequence[str] = COLUMNS

    @property
    def notes(self) -> list[str]:
        """What a person should know of it."""
        if not self.left_out:
            return []
        columns = ", ".join(self.left_out)
        text = ngettext(
            "This column was left out: %(columns)s", "These columns were left out: %(columns)s", len(self.left_out)
        )
        return [text % {"columns": columns}]


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


def possible_codes(table: Sequence[Sequence[str]]) -> set[str]:
    """The cells that may be codes of items, folded."""
    return {cell.casefold() for row in table for cell in row if cell and len(cell) <= 50}


def pasted_rows(table: Sequence[Sequence[str]], known: Known, start: str = "") -> Pasted:
    """The lines that a spreadsheet's rows mean.

    A first row of headings says which column is what.  Without one they come in the order of the lines' own columns,
    from the column `start` on; item and description may be one column, the unit and what follows may be missing.
    """
    if not table:
        return Pasted([])
    if headings := _headings(table[0]):
        names, currencies = headings
        left_out = [heading for heading, name in zip(table[0], names, strict=True) if heading and name in ("", _AMOUNT)]
        rows = [_row(_with_currencies(names, cells, currencies), known) for cells in table[1:]]
        return Pasted(rows, left_out, [name for name in names if name in COLUMNS])
    layouts = _LAYOUTS
    if start in COLUMNS[2:]:
        layouts = tuple(dict.fromkeys(layout[layout.index(start) :] for layout in _LAYOUTS if start in layout))
    judged = table[:_JUDGED_ROWS]
    layout = min(layouts, key=lambda names: sum(_strangeness(names, cells, known) for cells in judged))
    beyond = range(len(layout), max(map(len, table)))
    left_out = [
        _("column %(number)s") % {"number": at + 1} for at in beyond if any(row[at:] and row[at] for row in table)
    ]
    rows = [_row(dict(zip(layout, cells, strict=False)), known, guessed=True) for cells in table]
    return Pasted(rows, left_out, layout)


def with_pasted(rows: Sequence[Typed], pasted: Sequence[Typed], at: str) -> tuple[list[Typed], int]:
    """The rows with pasted ones from row `at` on, or after the last one that isn't blank; and where they begin."""
    place = row_index(at, rows)
    if place is None:
        filled = [index for index, row in enumerate(rows) if not is_blank(row)]
        place = filled[-1] + 1 if filled else 0
    elif not is_blank(rows[place]):
        place += 1
    before, after = list(rows[:place]), [row for row in rows[place:] if not is_blank(row)]
    return [*before, *pasted, *after], place


def filled_down(rows: Sequence[Typed], pasted: Sequence[Typed], names: Collection[str], place: int) -> list[Typed]:
    """The rows with the pasted cells of the columns `names` in them from row `place` on."""
    result = [*rows, *({} for _row in range(place + len(pasted) - len(rows)))]
    for index, cells in enumerate(pasted, start=place):
        result[index] = {**result[index], **{name: cells[name] for name in names}}
    return result


def too_many(count: int) -> str:
    """What is said of rows that no document can take."""
    return ngettext(
        "%(count)s row was left out: a document has at most %(most)s lines",
        "%(count)s rows were left out: a document has at most %(most)s lines",
        count,
    ) % {"count": count, "most": MAX_LINES}


def _headings(cells: Sequence[str]) -> tuple[list[str], list[str]] | None:
    """What each column is, "" for what nobody knows, with the currency that its heading names; None for no headings."""
    read = [_heading(cell) for cell in cells]
    found = [name for name, _currency in read if name]
    if not found or any(_NUMBERISH.fullmatch(split_money(cell)[0]) for cell in cells):
        return None
    names: list[str] = []
    for name, _currency in read:
        names.append("" if name in names else name)
    return names, [currency for _name, currency in read]


def _heading(cell: str) -> tuple[str, str]:
    """A column's meaning and currency: `U/Price (RM)`, `Unit price MYR`, `Disc. %`."""
    inside = _BRACKETS.search(cell)
    plain = _BRACKETS.sub(" ", cell)
    words = plain.replace("/", " ").replace("-", " ").split()
    currency = inside[1].strip() if inside and is_some_currency(inside[1].strip()) else ""
    if not currency and len(words) > 1 and is_some_currency(words[-1].strip(".")):
        currency = words.pop().strip(".")
    is_percent = "%" in cell
    name = _MEANINGS.get("".join(character for character in "".join(words).casefold() if character.isalnum()), "")
    if name == "discount_percent" and currency and not is_percent:
        name = _DISCOUNT_AMOUNT
    return name, currency


def _with_currencies(names: Sequence[str], cells: Sequence[str], currencies: Sequence[str]) -> dict[str, str]:
    """The cells by what they are, amounts with the currency of their heading."""
    row: dict[str, str] = {}
    for name, cell, currency in zip(names, cells, currencies, strict=False):
        has_own = bool(split_money(cell)[1]) or "%" in cell
        row[name] = f"{currency} {cell}" if cell and currency and not has_own else cell
    return row


def _row(cells: Mapping[str, str], known: Known, *, guessed: bool = False) -> Typed:
    row = {**BLANK, **{name: cells[name] for name in COLUMNS if name in cells}}
    del row["id"]
    named = cells.get(_EITHER, "")
    if named:
        is_code = named.casefold() in known.items or _CODE.fullmatch(named)
        row["item_code" if is_code else "description"] = named
    elif not row["item_code"] and row["description"].casefold() in known.items:
        row["item_code"], row["description"] = row["description"], ""
    row["item_code"] = known.items.get(row["item_code"].casefold(), row["item_code"])
    if not row["unit"] and (counted := _COUNTED.fullmatch(row["quantity"])):
        row["quantity"], row["unit"] = counted[1], counted[2]
    if (amount := cells.get(_DISCOUNT_AMOUNT, "")) and not row["discount_percent"]:
        row["discount_percent"] = amount if split_money(amount)[1] else f"{known.currency} {amount}"
    if (amount := cells.get(_AMOUNT, "")) and not row["unit_price"]:
        row["unit_price"] = (
            f"{amount} ÷ {row['quantity'] or '?'}"  # people see to it: it may have a discount or tax in it
        )
    if guessed and _may_be_the_amount(row):
        row["discount_percent"] += " ?"
    tax = row["tax_code"].casefold()
    row["tax_code"] = NO_TAX if tax in _NO_TAX_WORDS else known.taxes.get(tax, row["tax_code"])
    return row


def _may_be_the_amount(row: Typed) -> bool:
    """Whether a bare number where the discount is expected is just what the line comes to."""
    quantity, price, discount = (_number(row[name]) for name in ("quantity", "unit_price", "discount_percent"))
    return None not in (quantity, price) and discount is not None and discount == (quantity or 0) * (price or 0) > 0


def _number(text: str) -> Decimal | None:
    return read_number(split_money(text)[0], decimal_comma=writes_decimal_comma())


def _strangeness(names: Sequence[str], cells: Sequence[str], known: Known) -> float:
    """How badly a row fits an order of columns; what stands beyond them doesn't fit at all."""
    given = [*cells, *[""] * (len(names) - len(cells))]
    return sum(_misfit(name, cell, known) for name, cell in zip(names, given, strict=False)) + 0.6 * sum(
        map(bool, given[len(names) :])
    )


def _misfit(name: str, cell: str, known: Known) -> float:
    bare, currency = split_money(cell)
    is_figure = bool(_NUMBERISH.fullmatch(bare)) and (not currency or is_some_currency(currency))
    is_known = cell.casefold() in known.items
    match name:
        case "item_code":
            return 0 if not cell or is_known else 0.5 if _CODE.fullmatch(cell) else 1
        case "description":
            return 2 if is_figure else 0  # a number is hardly ever a text or a unit
        case "item_or_description":
            return 0 if is_known else 1 if not cell else 0.5 if is_figure else 0
        case "quantity":
            return 0 if is_figure and not currency else 0.2 if _COUNTED.fullmatch(cell) else 1
        case "unit":
            return 2 if is_figure or "%" in cell or len(cell) > MAX_UNIT else 0
        case "unit_price":
            return 0 if is_figure else 0.25 if not cell else 1
        case "discount_percent":
            return 0 if not cell or cell.endswith("%") or (is_figure and currency) else _bare_discount(bare, is_figure)
    return 0 if not cell or cell.casefold() in {*known.taxes, *_NO_TAX_WORDS} else 1


def _bare_discount(text: str, is_figure: bool) -> float:
    number = _number(text)
    return 1 if not is_figure or number is None or number > 100 else 0.1
