"""What cells of workbooks look like, and what their numbers alone do not say."""

import io
import zipfile
from typing import Any

import pytest
import xlsxwriter

from bigledger_crm.imports.files.contents import Contents, FileError, ReadOptions, Row
from bigledger_crm.imports.files.markup import MERGED, NO_VALUE, read_markup
from bigledger_crm.imports.files.reading import read_file

ODS = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3">
<office:body><office:spreadsheet>
<table:table table:name="Other">{other}</table:table>
<table:table table:name="Data">{rows}</table:table>
</office:spreadsheet></office:body></office:document-content>"""
MANIFEST = """<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>"""
KIND = "application/vnd.oasis.opendocument.spreadsheet"


def read(content: bytes) -> tuple[Contents, list[Row]]:
    """The contents and rows of the sheet *Data*."""
    contents, rows = read_file(content, ReadOptions(sheet="Data"))
    return contents, list(rows)


def ods(*rows: str) -> bytes:
    """A file with a sheet *Data* of these rows."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", KIND)
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", ODS.format(other=row(number(1, "percentage"), number(1)), rows="".join(rows)))
    return file.getvalue()


def row(*cells: str, repeated: int = 1) -> str:
    """A row of an ODS file."""
    return f'<table:table-row table:number-rows-repeated="{repeated}">{"".join(cells)}</table:table-row>'


def text(said: str, **more: int) -> str:
    """A cell with a text."""
    names = "".join(f' table:{name.replace("_", "-")}="{value}"' for name, value in more.items())
    return f'<table:table-cell office:value-type="string"{names}><text:p>{said}</text:p></table:table-cell>'


def number(value: object, kind: str = "float", repeated: int = 1) -> str:
    """A cell with a number."""
    return (
        f'<table:table-cell table:number-columns-repeated="{repeated}" office:value-type="{kind}"'
        f' office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
    )


def xlsx(fill: Any) -> bytes:
    """A workbook whose sheet *Data* `fill` writes, after another one."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("Other").write(0, 0, 0.5, book.add_format({"num_format": "0%"}))
        fill(book, book.add_worksheet("Data"))
    return file.getvalue()


def replaced(content: bytes, name: str, old: str, new: str) -> bytes:
    """A workbook with another text in one of its parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(file, "w") as target:
        for part in source.namelist():
            said = source.read(part)
            if part == name:
                assert old.encode() in said
                said = said.replace(old.encode(), new.encode())
            target.writestr(part, said)
    return file.getvalue()


@pytest.mark.parametrize(
    ("form", "value", "said"),
    [
        ("0%", 0.1, "10%"),
        (9, 0.06, "6%"),
        (10, 0.07, "7%"),
        ("0.00%;[Red]-0.00%", 0.125, "12.5%"),
        ("0.0%", 0.1 + 0.2, "30%"),
        ("0%", 0.12125, "12.1250%"),
        ("0%", -0.05, "-5%"),
        ("0%", 1, "100%"),
        ("0%", 0, "0%"),
        ('0.0"%"', 0.1, 0.1),
        (r"0.0\%", 6, 6),
        ("0.00", 0.1, 0.1),
    ],
)
def test_a_percentage_is_what_the_workbook_shows(form: str | int, value: float, said: str | float) -> None:
    def fill(book: xlsxwriter.Workbook, sheet: Any) -> None:
        sheet.write_row(2, 1, ["Code", "Discount %"])  # the sheet begins in another column and line
        sheet.write(3, 1, "A")
        sheet.write(3, 2, value, book.add_format({"num_format": form}))
        sheet.write(4, 1, "text", book.add_format({"num_format": form}))

    _contents, rows = read(xlsx(fill))
    assert rows == [Row(4, ["A", said]), Row(5, ["text", ""])]


def test_percentages_of_ods() -> None:
    empty = row("<table:table-cell/>", repeated=2)
    head = row(text("Code"), text("Rate"), text("Old rate"), text("Days"))
    _contents, rows = read(
        ods(
            empty,
            head,
            row(text("A"), number(0.06, "percentage", 2), number(0.5)),
            row(text("B"), number(6), repeated=2),
        )
    )
    assert rows == [
        Row(4, ["A", "6%", "6%", 0.5]),
        Row(5, ["B", 6, "", ""]),
        Row(6, ["B", 6, "", ""]),
    ]


def test_a_formula_without_a_value_rejects_its_row() -> None:
    def fill(_book: xlsxwriter.Workbook, sheet: Any) -> None:
        sheet.write_row(0, 0, ["Name", "Limit"])
        for line, value in enumerate(("", 1000, "none"), start=1):
            sheet.write(line, 0, "A")
            sheet.write_formula(line, 1, "=500*2", None, value)

    for empty in ("<v></v>", ""):
        content = replaced(xlsx(fill), "xl/worksheets/sheet2.xml", "<v></v>", empty)
        _contents, rows = read(content)
        assert rows == [Row(2, ["A", "=500*2"], NO_VALUE), Row(3, ["A", 1000]), Row(4, ["A", "none"])]


def test_a_formula_that_came_to_nothing_is_empty() -> None:
    def fill(_book: xlsxwriter.Workbook, sheet: Any) -> None:
        sheet.write_row(0, 0, ["Name", "Limit"])
        sheet.write(1, 0, "A")
        sheet.write_formula(1, 1, '=""', None, "nothing")

    _contents, rows = read(replaced(xlsx(fill), "xl/worksheets/sheet2.xml", "<v>nothing</v>", "<v></v>"))
    assert rows == [Row(2, ["A", ""])]


def test_formulas_of_ods() -> None:
    bare = '<table:table-cell table:formula="of:=500*2"/>'
    nothing = '<table:table-cell table:formula="of:=&quot;&quot;" office:value-type="string"/>'
    _contents, rows = read(
        ods(row(text("Name"), text("Limit"), text("Note")), row(text("A"), bare, text("x")), row(text("B"), nothing))
    )
    assert rows == [Row(2, ["A", "=500*2", "x"], NO_VALUE), Row(3, ["B", "", ""])]


def test_merged_cells_of_ods() -> None:
    covered = "<table:covered-table-cell/>"
    _contents, rows = read(
        ods(
            row(text("Price list", number_columns_spanned=2), covered),
            row(text("Code"), text("Name")),
            row(text("A", number_rows_spanned=3), text("One")),
            row(covered, text("Two"), repeated=2),
            row(text("B"), text("Four")),
        )
    )
    assert [(found.line, found.problem) for found in rows] == [(3, ""), (4, MERGED), (5, MERGED), (6, "")]


def test_long_numbers() -> None:
    def fill(_book: xlsxwriter.Workbook, sheet: Any) -> None:
        sheet.write_row(0, 0, ["Code", "Name"])
        for line, value in enumerate((8412345678901234, -(2**53), 2**53 + 2, 1e300), start=1):
            sheet.write_row(line, 0, [value, "A"])

    _contents, rows = read(xlsx(fill))
    assert [found.cells[0] for found in rows[:2]] == [8412345678901234, -(2**53)]
    message = "The number in column 1 has more digits than workbooks keep. Write it as text"
    assert [found.problem for found in rows] == ["", "", message, message]


def test_a_workbook_with_a_broken_part_says_so() -> None:
    content = replaced(xlsx(lambda _book, sheet: sheet.write(0, 0, "x")), "xl/styles.xml", "</styleSheet>", "")
    with pytest.raises(FileError, match="This workbook cannot be opened"):
        read(content)


def test_a_workbook_with_other_parts_says_so() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.bin", b"")
        with pytest.raises(FileError, match="Save it as XLSX"):
            read_markup(archive, "Data", "xlsx", 10)
