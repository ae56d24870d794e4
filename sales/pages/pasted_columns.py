"""Which column of pasted rows is what: by their headings, or by what stands in them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bigledger_crm.web.numbers import is_some_currency, read_number, split_money, writes_decimal_comma
from sales.rules import MAX_UNIT

# The columns in the order in which the lines show them.
COLUMNS = ("item_code", "description", "quantity", "unit", "unit_price", "discount_percent", "tax_code")
_FIGURES = ("unit_price", "discount_percent", "tax_code")
EITHER = "item_or_description"
_LAYOUTS = tuple(
    (*first, "quantity", *unit, *_FIGURES)
    for first in (("item_code", "description"), (EITHER,))
    for unit in (("unit",), ())
)
AMOUNT, DISCOUNT_AMOUNT = "amount", "discount_amount"
# What columns are called elsewhere, without spaces, signs and what stands in brackets.
_HEADINGS = {
    "item_code": "item itemcode itemno code sku product productcode partno kod kodbarang kodproduk 编号 代码 货号",
    "description": "description details name itemname text particulars keterangan perihal 描述 说明 品名 名称",
    "quantity": "quantity qty kuantiti bilangan 数量",
    "unit": "unit uom units unitofmeasure 单位",
    "unit_price": "unitprice uprice price rate priceeach harga hargaseunit hargaunit 单价 价格",
    "discount_percent": "discount disc discountpercent discpercent diskaun 折扣",
    DISCOUNT_AMOUNT: "discountamount discamount discountamt",
    "tax_code": "tax taxcode vat gst sst cukai kodcukai 税 税码",
    AMOUNT: "amount total linetotal totalprice totalamount jumlah 金额 总额",
}
# What a heading of prices has in it, or is; which price it is, and what is in it, nobody can know.
_PRICE_WORDS = re.compile(r"price|harga|价|(?:cost|kos)$|^(?:up|each|amt|net|nett|value)$")
_MEANINGS = {word: name for name, words in _HEADINGS.items() for word in words.split()}
NO_TAX_WORDS = frozenset({"no tax", "none", "-", "—", "tiada cukai", "免税"})
_BRACKETS = re.compile(r"[(\[（]([^)\]）]*)[)\]）]")
_NUMBERISH = re.compile(r"-?\d[\d.,'’ \u00a0\u202f]*", re.ASCII)
# `RM 6.50/pcs`, `10 %`, `free`: what is no unit, though it is no figure either.
_MAY_BE_A_PRICE = re.compile(r"\d[.,]\d|%|^(?:free|foc|f\.o\.c\.?|nil|poa|tb[acd]|n/?a|percuma|免费)$", re.IGNORECASE)
CODE = re.compile(r"(?=\S*\d)\S{1,50}")
COUNTED = re.compile(rf"(-?\d\S*)\s+(\D.{{0,{MAX_UNIT - 1}}})", re.ASCII)
_JUDGED_ROWS = 50


@dataclass(frozen=True)
class Known:
    """What the company calls its things: items and tax codes by their folded codes; the currency of the document.

    A code that several items have but for its case is "": only just theirs means them.
    """

    items: Mapping[str, str]
    taxes: Mapping[str, str]
    currency: str


def possible_codes(table: Sequence[Sequence[str]]) -> set[str]:
    """The cells that may be codes of items, folded."""
    return {cell.casefold() for row in table for cell in row if cell and len(cell) <= 50}


def headings_of(cells: Sequence[str]) -> tuple[list[str], list[str]] | None:
    """What each column is, "" for what nobody knows, with the currency that its heading names; None for no headings."""
    read = [_heading(cell) for cell in cells]
    found = [name for name, _currency in read if name]
    if not found or any(_NUMBERISH.fullmatch(split_money(cell)[0]) for cell in cells):
        return None
    names: list[str] = []
    for name, _currency in read:
        names.append("" if name in names else name)
    if "description" not in names:  # "Item" may say what it is, or which
        names = [EITHER if name == "item_code" else name for name in names]
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
    name = _MEANINGS.get(_letters(" ".join(words)), "")
    if name == "discount_percent" and currency and not is_percent:
        name = DISCOUNT_AMOUNT
    return name, currency


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def may_be_price(heading: str) -> bool:
    """Whether a column that nobody knows may hold prices, by its heading."""
    return bool(_PRICE_WORDS.search(_letters(_BRACKETS.sub(" ", heading))))


def layout_of(table: Sequence[Sequence[str]], known: Known, start: str) -> tuple[str, ...]:
    """The order of columns that the rows fit best; from `start` on, where that is a column of figures."""
    layouts = _LAYOUTS
    if start in COLUMNS[2:]:
        layouts = tuple(dict.fromkeys(layout[layout.index(start) :] for layout in _LAYOUTS if start in layout))
    return min(layouts, key=lambda names: sum(_strangeness(names, cells, known) for cells in table[:_JUDGED_ROWS]))


def number_in(text: str) -> Decimal | None:
    """The number in a cell, with or without a currency."""
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
            return 0 if not cell or is_known else 0.5 if CODE.fullmatch(cell) else 1
        case "description":
            return 2 if is_figure else 0  # a number is hardly ever a text or a unit
        case "item_or_description":
            return 0 if is_known else 1 if not cell else 0.5 if is_figure else 0
        case "quantity":
            return 0 if is_figure and not currency else 0.2 if COUNTED.fullmatch(cell) else 1
        case "unit":
            return 2 if is_figure or len(cell) > MAX_UNIT or _MAY_BE_A_PRICE.search(cell) else 0
        case "unit_price":
            return 0 if is_figure else 0.25 if not cell else 1
        case "discount_percent":
            return 0 if not cell or cell.endswith("%") or (is_figure and currency) else _bare_discount(bare, is_figure)
    return 0 if not cell or cell.casefold() in {*known.taxes, *NO_TAX_WORDS} else 1


def _bare_discount(text: str, is_figure: bool) -> float:
    number = number_in(text)
    return 1 if not is_figure or number is None or number > 100 else 0.1
