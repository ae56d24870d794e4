"""Files as people and programs write them, and as nobody should: each is rows, problems of rows, or one message."""

import io
import tempfile
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter

from bigledger_crm.imports.files.contents import MAX_CELL, Contents, FileError, ReadOptions, Row
from bigledger_crm.imports.files.isolated import TOO_MUCH, read_isolated
from bigledger_crm.imports.files.reading import read_file

TABLE = "Kundennr;Name;Preis\n1;Müller;1.234,56\n2;Groß;3,50\n"


def read(content: bytes, **options: str | int) -> tuple[Contents, list[Row]]:
    """The contents and the rows of a file, read in this process."""
    contents, rows = read_file(content, ReadOptions(**options))  # type: ignore[arg-type]
    found = list(rows)
    return contents, found


def workbook(fill: "list[tuple[int, int, object]]", name: str = "Data") -> bytes:
    """A workbook whose only sheet has these cells."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"remove_timezone": True}) as book:
        sheet = book.add_worksheet(name)
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        for row, column, value in fill:
            if isinstance(value, datetime):
                sheet.write_datetime(row, column, value, days)
            else:
                sheet.write(row, column, value)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TABLE.encode(), "UTF-8"),
        (b"\xef\xbb\xbf" + TABLE.encode(), "UTF-8"),
        (TABLE.encode("utf-16"), "UTF-16"),
        (TABLE.encode("utf-16-le"), "UTF-16"),
        (TABLE.encode("utf-16-be"), "UTF-16"),
        (TABLE.encode("cp1252"), "Windows-1252"),
    ],
)
def test_encodings_are_found(content: bytes, encoding: str) -> None:
    contents, rows = read(content)
    assert (contents.encoding, contents.delimiter) == (encoding, ";")
    assert contents.headings == ["Kundennr", "Name", "Preis"]
    assert [row.cells for row in rows] == [["1", "Müller", "1.234,56"], ["2", "Groß", "3,50"]]
    assert contents.decimals == {".": [], ",": ["1.234,56", "3,50"]}


def test_another_encoding_can_be_named() -> None:
    contents, rows = read("n,name\n1,Łódź\n".encode("cp1250"), encoding="Windows-1250")
    assert (contents.encoding, rows[0].cells[1]) == ("Windows-1250", "Łódź")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found(delimiter: str) -> None:
    text = '"a, b; c"'.join([f"x{delimiter}", f"{delimiter}y\n"]) * 5
    assert read(f"h1{delimiter}h2{delimiter}h3\n{text}".encode())[0].delimiter == delimiter


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no row with headings"),
        (b"\n\n", "no row with headings"),
        (b"\x00\x01\x02" * 50, "not a text file"),
        (b"PK\x03\x04garbage", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Save it as XLSX"),
        (b"%PDF-1.7", "not a table"),
        (b"x," * 300 + b"\n", "columns"),
    ],
)
def test_what_is_no_table_says_so(content: bytes, message: str) -> None:
    with pytest.raises(FileError, match=message):
        read(content)


def test_wrong_encodings_and_sheets_say_so() -> None:
    with pytest.raises(FileError, match="cannot be read as UTF-8"):
        read("ä".encode("cp1252") * 3, encoding="UTF-8")
    with pytest.raises(FileError, match="There is no sheet"):
        read(workbook([(0, 0, "a"), (0, 1, "b")]), sheet="Other")


def test_a_huge_cell_is_a_problem_of_its_row() -> None:
    _contents, rows = read(("a,b\n1," + "x" * 10_000_000 + "\n2,y\n").encode())
    assert rows[0].problem == f"The cell in column 2 has more than {MAX_CELL} characters"
    assert len(str(rows[0].cells[1])) < 200
    assert rows[1] == Row(3, ["2", "y"])


def test_rows_of_other_lengths() -> None:
    contents, rows = read(b"a,b,c\n1,2\n\n1,2,3,4\n'=1,'text,\n")
    assert rows[0] == Row(2, ["1", "2", ""])
    assert rows[1].problem == "This row has 4 cells under 3 headings"
    assert rows[2] == Row(5, ["=1", "'text", ""])
    assert contents.row_count == 3


def test_a_quotation_mark_that_is_not_closed_takes_no_rows_silently() -> None:
    contents, rows = read(b'a,b\n1,"x\ny"\n2,"never\n3,z\n4,z')
    assert rows[0] == Row(2, ["1", "x\ny"])
    assert (len(rows), rows[1].line, contents.row_count) == (2, 4, 2)
    assert rows[1].problem.startswith("A quotation mark in this row is not closed")


def test_headings_below_a_title_and_twice_the_same() -> None:
    contents, rows = read(b"Customers 2024,,\n\nname,Name,\nx,y,z\n")
    assert contents.headings == ["name", "Name (2)"] or contents.heading_row == 4
    contents, rows = read(b"Customers 2024,,\n\nname,Name,\nx,y,z\n", heading_row=3)
    assert (contents.headings, contents.heading_row) == (["name", "Name (2)"], 3)
    assert rows[0].problem == "This row has 3 cells under 2 headings"


def test_a_workbook_has_numbers_dates_and_lines() -> None:
    fill: list[tuple[int, int, object]] = [
        *((2, column, name) for column, name in enumerate(("Code", "Price", "Since"))),
        *((3, column, value) for column, value in enumerate((1001, 12.5, datetime(2024, 1, 31)))),  # noqa: DTZ001
    ]
    contents, rows = read(workbook([(0, 0, "Price list"), *fill]))
    assert (contents.format, contents.sheet, contents.heading_row) == ("xlsx", "Data", 3)
    assert rows == [Row(4, [1001, 12.5, date(2024, 1, 31).isoformat()])]


def test_a_sheet_without_rows_is_named() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("Data").write_row(0, 0, ["Code", "Name"])
        book.add_worksheet("Notes")
    with pytest.raises(FileError, match="The sheet “Notes” is empty"):
        read(file.getvalue(), sheet="Notes")


def test_hidden_sheets_are_left_out_and_merged_cells_are_problems() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        hidden = book.add_worksheet("Secret")
        hidden.hide()
        hidden.write(0, 0, "no")
        sheet = book.add_worksheet("Data")
        sheet.activate()
        sheet.set_first_sheet()
        sheet.write_row(0, 0, ["Code", "Name", "Price"])
        sheet.merge_range(1, 0, 2, 0, "A")
        sheet.write_row(1, 1, ["One", 1])
        sheet.write_row(2, 1, ["Two", 2])
        sheet.write_formula(3, 2, "=1+1", None, 2)
    contents, rows = read(file.getvalue())
    assert (contents.sheet, contents.sheets, contents.hidden_sheets) == ("Data", ["Data"], ["Secret"])
    assert [row.problem for row in rows] == ["", "This row is part of a merged cell. Unmerge it and try again", ""]
    assert rows[2].cells[2] == 2


def test_a_zip_bomb_is_not_unpacked() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"\0" * 400_000_000)
    with pytest.raises(FileError, match="unpacks to more"):
        read(file.getvalue())


def test_a_process_of_its_own_reads_and_may_die() -> None:
    with tempfile.TemporaryFile() as file:
        file.write(b"a,b\n" + b"1,2\n" * 1200)
        file.seek(0)
        *chunks, contents = read_isolated(file, ReadOptions())
    assert [len(chunk) for chunk in chunks if isinstance(chunk, list)] == [500, 500, 200]
    assert isinstance(contents, Contents)
    assert contents.row_count == 1200
    with tempfile.TemporaryFile() as file:
        with pytest.raises(FileError, match="no row with headings"):
            list(read_isolated(file, ReadOptions()))
        with pytest.raises(FileError, match=TOO_MUCH):
            list(read_isolated(file, "broken"))  # type: ignore[arg-type]
