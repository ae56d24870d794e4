"""Rows of a spreadsheet that are pasted into a document's lines.

What can't be understood stays in its cell as it was pasted, where the rules of a line refuse it.  Nothing takes the
place of something else, and what finds no cell is named.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bigledger_crm.web.numbers import split_money
from sales.pages.line_forms import BLANK, NO_TAX, Typed, is_blank, row_index
from sales.pages.pasted_columns import (
    AMOUNT,
    CODE,
    COLUMNS,
    COUNTED,
    DISCOUNT_AMOUNT,
    EITHER,
    NO_TAX_WORDS,
    Known,
    headings_of,
    layout_of,
    may_be_price,
    number_in,
)
from sales.rules import MAX_LINES


@dataclass(frozen=True)
class Pasted:
    """The lines that pasted rows mean, and what of them found no place.

    `names` are the columns that they have; without any their headings say so.
    """

    rows: Sequence[Typed]
    left_out: Sequence[str] = ()
    names: Sequence[str] = ()

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


def read_table(text: str, *, with_blank_rows: bool = False) -> list[list[str]]:
    """The cells of rows that were copied from a spreadsheet: separated by tabs and line ends; quotes hold both.

    Text without tabs is separated by semicolons where each of its rows has one.  Blank rows between others count only
    `with_blank_rows`.
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
    while stripped and not any(stripped[-1]):
        stripped.pop()
    return [row for row in stripped if with_blank_rows or any(row)]


def pasted_rows(table: Sequence[Sequence[str]], known: Known, start: str = "") -> Pasted:
    """The lines that a spreadsheet's rows mean.

    A first row of headings says which column is what.  Without one they come in the order of the lines' own columns,
    from the column `start` on; item and description may be one column, the unit and what follows may be missing, in
    rows of each length in its own way.
    """
    if not table:
        return Pasted([])
    if headings := headings_of(table[0]):
        names, currencies = headings
        left_out = [heading for heading, name in zip(table[0], names, strict=True) if heading and name in ("", AMOUNT)]
        rows = [_row(_with_currencies(names, cells, currencies), known) for cells in table[1:]]
        if not {"unit_price", AMOUNT} & set(names):
            _mark_prices(rows, table)
        return Pasted(rows, [*left_out, *_beyond(len(names), table)])
    layouts = _layouts(table, known, start)
    rows = [_row(dict(zip(layouts[len(cells)], cells, strict=False)), known, guessed=True) for cells in table]
    longest = layouts[max(layouts)]
    return Pasted(rows, _beyond(len(longest), table), longest[: max(layouts)])


def _layouts(table: Sequence[Sequence[str]], known: Known, start: str) -> dict[int, tuple[str, ...]]:
    """The order of columns of the rows of each length: spreadsheets copy rectangles, other texts do not."""
    lengths = {len(cells) for cells in table}
    return {length: layout_of([cells for cells in table if len(cells) == length], known, start) for length in lengths}


def _mark_prices(rows: Sequence[Typed], table: Sequence[Sequence[str]]) -> None:
    """What may be a price stays to be judged by a person, so that the item's own doesn't stand in for it."""
    headings = [*table[0], *[""] * (max(map(len, table)) - len(table[0]))]
    places = [at for at, heading in enumerate(headings) if may_be_price(heading) or (at and not heading)]
    for row, cells in zip(rows, table[1:], strict=True):
        given = [cells[at] for at in places if at < len(cells) and number_in(cells[at]) is not None]
        if given:
            row["unit_price"] = f"{given[0]} ?"


def _beyond(width: int, table: Sequence[Sequence[str]]) -> list[str]:
    """The columns in which something stands beyond those that are known."""
    places = range(width, max(map(len, table)))
    return [_("column %(number)s") % {"number": at + 1} for at in places if any(row[at:] and row[at] for row in table)]


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
        own = {name: cells[name] for name in names} | ({"unit": cells["unit"]} if cells["unit"] else {})
        result[index] = {**result[index], **own}
    return result


def too_many(count: int) -> str:
    """What is said of rows that no document can take."""
    return ngettext(
        "%(count)s row was left out: a document can have at most %(most)s lines",
        "%(count)s rows were left out: a document can have at most %(most)s lines",
        count,
    ) % {"count": count, "most": MAX_LINES}


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
    named = cells.get(EITHER, "")
    if named:
        is_code = named.casefold() in known.items or CODE.fullmatch(named)
        row["item_code" if is_code else "description"] = named
    elif not row["item_code"] and row["description"].casefold() in known.items:
        row["item_code"], row["description"] = row["description"], ""
    row["item_code"] = known.items.get(row["item_code"].casefold()) or row["item_code"]
    if not row["unit"] and (counted := COUNTED.fullmatch(row["quantity"])):
        row["quantity"], row["unit"] = counted[1], counted[2]
    if (amount := cells.get(DISCOUNT_AMOUNT, "")) and not row["discount_percent"]:
        row["discount_percent"] = amount if split_money(amount)[1] else f"{known.currency} {amount}"
    if (amount := cells.get(AMOUNT, "")) and not row["unit_price"]:
        row["unit_price"] = (
            f"{amount} ÷ {row['quantity'] or '?'}"  # people see to it: it may have a discount or tax in it
        )
    if guessed and _may_be_the_amount(row):
        row["discount_percent"] += " ?"
    tax = row["tax_code"].casefold()
    row["tax_code"] = NO_TAX if tax in NO_TAX_WORDS else known.taxes.get(tax, row["tax_code"])
    return row


def _may_be_the_amount(row: Typed) -> bool:
    """Whether a bare number where the discount is expected is just what the line comes to."""
    quantity, price, discount = (number_in(row[name]) for name in ("quantity", "unit_price", "discount_percent"))
    return None not in (quantity, price) and discount is not None and discount == (quantity or 0) * (price or 0) > 0
