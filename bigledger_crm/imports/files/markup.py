"""What a workbook's library does not say of cells: which are percentages, merged, or formulas without a value."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from lxml import etree

from bigledger_crm.imports.files.contents import FileError

# Formats of percentages that every workbook has, and what of a format is shown as it is, or is a colour.
_PERCENTAGES = frozenset({"9", "10"})
_NOT_FORMAT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].')
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d+)")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_PLAIN: dict[str, Any] = dict.fromkeys(("resolve_entities", "load_dtd", "huge_tree"), False) | dict.fromkeys(
    ("no_network", "remove_comments", "remove_pis"), True
)
MERGED = "This row is part of a merged cell. Unmerge it and try again"
NO_VALUE = "A formula in this row has no value: open the file in a spreadsheet program and save it"


@dataclass(slots=True)
class Markup:
    """By line, from 1: the columns, from 0, of percentages and the formulas without a value; and lines to reject."""

    percentages: dict[int, list[int]] = field(default_factory=dict)
    formulas: dict[int, dict[int, str]] = field(default_factory=dict)
    merged: set[int] = field(default_factory=set)


def read_markup(archive: zipfile.ZipFile, sheet: str, file_format: str, last: int) -> Markup:
    """The markup of a sheet as far as its `last` line.  Raises FileError, ValueError."""
    try:
        return _of_ods(archive, sheet, last) if file_format == "ods" else _of_xlsx(archive, sheet, last)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from None
    except KeyError:  # it has other parts, as an XLSB file does
        raise FileError("This is a workbook of another kind. Save it as XLSX and try again") from None


def _of_xlsx(archive: zipfile.ZipFile, sheet: str, last: int) -> Markup:
    markup = Markup()
    parts = {name.replace("\\", "/").lower(): name for name in archive.namelist()}
    styles = _percentage_styles(archive, parts)
    line = 0
    with archive.open(parts[_part_of(archive, parts, sheet)]) as part:
        for element in _elements(part, "{*}row", "{*}mergeCell"):
            if element.tag.endswith("}mergeCell"):
                rows = [int(row) for _, row in _REFERENCE.findall(element.get("ref", ""))]
                markup.merged.update(range(min(rows) + 1, min(max(rows), last) + 1))
                continue
            line = int(element.get("r", line + 1))
            _read_row(markup, line, element, styles)
    return markup


def _read_row(markup: Markup, line: int, row: Any, styles: frozenset[str]) -> None:
    for cell in row if styles else ():
        if cell.get("s", "0") in styles and cell.get("t", "n") == "n":
            markup.percentages.setdefault(line, []).append(_column(cell))
    for formula in row.iter("{*}f"):
        cell = formula.getparent()
        if cell.get("t") not in ("str", "inlineStr") and not cell.findtext("{*}v"):
            markup.formulas.setdefault(line, {})[_column(cell)] = f"={formula.text or ''}"


def _column(cell: Any) -> int:
    """From 0; cells that don't say theirs follow each other."""
    found = _REFERENCE.fullmatch(cell.get("r", ""))
    return _number(found[1]) if found else int(cell.getparent().index(cell))


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _part_of(archive: zipfile.ZipFile, parts: dict[str, str], sheet: str) -> str:
    """Where in the workbook a sheet is."""
    sheets = {one.get("name"): one for one in _root(archive, parts["xl/workbook.xml"]).iter("{*}sheet")}
    relation = sheets[sheet].get(_RELATION) or sheets[sheet].get(_STRICT_RELATION)
    targets = {one.get("Id"): one.get("Target", "") for one in _root(archive, parts["xl/_rels/workbook.xml.rels"])}
    target: str = targets[relation]
    target = target.replace("\\", "/").lower().removeprefix("/")
    return target if target.startswith("xl/") else f"xl/{target}"


def _percentage_styles(archive: zipfile.ZipFile, parts: dict[str, str]) -> frozenset[str]:
    """The styles of cells that show a number as a percentage."""
    if "xl/styles.xml" not in parts:
        return frozenset()
    root = _root(archive, parts["xl/styles.xml"])
    formats = {
        one.get("numFmtId"): "%" in _NOT_FORMAT.sub("", one.get("formatCode", "")) for one in root.iter("{*}numFmt")
    }
    styles = [style.get("numFmtId") for style in root.iterfind("{*}cellXfs/{*}xf")]
    return frozenset(str(place) for place, name in enumerate(styles) if formats.get(name, name in _PERCENTAGES))


def _of_ods(archive: zipfile.ZipFile, sheet: str, last: int) -> Markup:
    markup = Markup()
    line, reading = 0, False
    with archive.open("content.xml") as part:
        for element in _elements(part, f"{_TABLE}table", f"{_TABLE}table-row"):
            if element.tag == f"{_TABLE}table":
                line, reading = 0, element.get(f"{_TABLE}name") == sheet
            elif reading:
                repeated = int(element.get(f"{_TABLE}number-rows-repeated", 1))
                _read_ods_row(markup, range(line + 1, min(line + repeated, last) + 1), element, last)
                line += repeated
    return markup


def _read_ods_row(markup: Markup, lines: range, row: Any, last: int) -> None:
    column = 0
    for cell in row.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
        repeated = int(cell.get(f"{_TABLE}number-columns-repeated", 1))
        kind, formula = cell.get(f"{_OFFICE}value-type"), cell.get(f"{_TABLE}formula")
        spanned = int(cell.get(f"{_TABLE}number-rows-spanned", 1))
        if spanned > 1:
            markup.merged.update(range(lines.start + 1, min(lines.start + spanned - 1, last) + 1))
        for line in lines if kind == "percentage" or (formula and not kind) else ():
            if kind == "percentage":
                markup.percentages.setdefault(line, []).extend(range(column, column + repeated))
            else:
                markup.formulas.setdefault(line, {})[column] = f"={(formula or '').partition(':=')[2]}"
        column += repeated


def _elements(part: IO[bytes], *tags: str) -> Iterator[Any]:
    """Elements one after the other; those of tables as they begin, others whole, and then forgotten."""
    events = etree.iterparse(part, ("start", "end"), tag=tags, **_PLAIN)
    for event, element in events:
        if (event == "start") == (element.tag == f"{_TABLE}table"):
            yield element
        if event == "end":
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _root(archive: zipfile.ZipFile, name: str) -> Any:
    return etree.fromstring(archive.read(name), etree.XMLParser(**_PLAIN))
