"""Which format a file has, by what its content is, whatever its name."""

import io
import zipfile
from collections.abc import Iterator

from bigledger_crm.imports.files.contents import Contents, FileError, ReadOptions, Row
from bigledger_crm.imports.files.tables import read_csv, read_workbook
from bigledger_crm.imports.files.vcards import read_vcards


def read_file(content: bytes, options: ReadOptions) -> tuple[Contents, Iterator[Row]]:
    """How a file is read, and its rows; the contents are complete after the last row.  Raises FileError."""
    if content.startswith(b"PK\x03\x04"):
        return read_workbook(content, options, _workbook_format(content))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileError("This is a workbook of an old kind. Save it as XLSX and try again")
    head = content[:512].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").upper()
    if head.startswith(b"BEGIN:VCARD"):
        return read_vcards(content, options)
    if head.startswith((b"%PDF", b"\x89PNG", b"<!DOCTYPE", b"<HTML")):
        raise FileError("This is not a table. Save it as CSV, XLSX or ODS and try again")
    return read_csv(content, options)


def _workbook_format(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise FileError("This file is damaged") from None
    if "content.xml" in names:
        return "ods"
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    raise FileError("This ZIP file is no workbook. Unpack it and import its files")
