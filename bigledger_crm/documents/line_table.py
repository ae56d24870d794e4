"""The table of a document's lines: which columns it needs, what stands in them, how wide they are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bigledger_crm.documents import formatting, measures

Line = Mapping[str, Any]
CHARACTERS, TALL = 40, 30  # of a line, and lines of a row
LEAST = 8  # digits in a column of figures


@dataclass(frozen=True)
class Column:
    """A column of figures; `width` in points, the gap to its left included."""

    label: str
    remark: str
    width: float


@dataclass(frozen=True)
class Row:
    """A line: its text with a quieter one under it, and its figures in the order of the columns."""

    description: str
    aside: str
    figures: Sequence[str]

    @property
    def is_tall(self) -> bool:
        """Whether it may take most of a page, so that it may be divided between two."""
        text = f"{self.description}\n{self.aside}"
        return text.count("\n") + len(text) / CHARACTERS > TALL


@dataclass(frozen=True)
class LineTable:
    """Everything that the template prints of the lines; `size` of type in points, 0 for the usual one."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    size: float


def line_table(lines: Sequence[Line], *, prices_include_tax: bool, sample: str) -> LineTable:
    """Lays out the lines; columns for discount and tax only when a line has one.

    `sample` is an amount of the document's currency: prices get at least as many decimals.
    """
    makers: list[tuple[str, str, int, Callable[[Line], str]]] = [
        ("Quantity", "", 7, _quantity),
        ("Unit price", "incl. tax" * prices_include_tax, 8, lambda line: formatting.price(line["unit_price"], sample)),
        ("Discount", "", 7, _discount),
        ("Tax", "", 5, _tax),
        ("Amount", "excl. tax" * prices_include_tax, 8, lambda line: formatting.amount(line["line_total"])),
    ]
    heads: list[tuple[str, str]] = []
    widths: list[float] = []
    cells: list[list[str]] = []
    for label, remark, least, text_of in makers:
        texts = [text_of(line) for line in lines]
        if any(texts):
            heads.append((label, remark))
            widths.append(max(measures.width("0" * least), measures.widest(texts)))
            cells.append(texts)
    rows = [
        Row(line["description"], "\n".join(filter(None, (line.get("item_code"), line.get("notes")))), found)
        for line, found in zip(lines, zip(*cells, strict=True), strict=True)
    ]
    return _laid_out(heads, widths, rows)


def ready_table(facts: Mapping[str, Any]) -> LineTable:
    """The table of a document without priced lines: `columns` by their labels, `rows` of text and figures."""
    rows = [Row(row["text"], row.get("aside") or "", row["figures"]) for row in facts["rows"]]
    least = measures.width("0" * LEAST)
    places = range(len(facts["columns"]))
    widths = [max(least, measures.widest(row.figures[place] for row in rows)) for place in places]
    return _laid_out([(label, "") for label in facts["columns"]], widths, rows)


def _laid_out(heads: Sequence[tuple[str, str]], widths: Sequence[float], rows: Sequence[Row]) -> LineTable:
    fitting, size = measures.fit(widths)
    columns = [Column(*head, width) for head, width in zip(heads, fitting, strict=True)]
    return LineTable(columns, rows, size if size < measures.BODY else 0)


def _quantity(line: Line) -> str:
    return " ".join(filter(None, (formatting.short(line["quantity"]), line.get("unit"))))


def _discount(line: Line) -> str:
    if formatting.is_zero(line.get("discount_amount")):
        return ""
    percent = line.get("discount_percent")
    return (
        formatting.amount(line["discount_amount"]) if formatting.is_zero(percent) else f"{formatting.short(percent)}%"
    )


def _tax(line: Line) -> str:
    return f"{line['tax_code']} {formatting.short(line.get('tax_rate'))}%" if line.get("tax_code") else ""
