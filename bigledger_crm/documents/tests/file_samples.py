"""Small files of every kind that may be attached, and of kinds that may not."""

import io
import zipfile

from PIL import Image

_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"


def image(form: str) -> bytes:
    """A picture of one red pixel."""
    written = io.BytesIO()
    Image.new("RGB", (1, 1), "red").save(written, form)
    return written.getvalue()


def archive(**parts: bytes | str) -> bytes:
    """A zip file; in the names of its parts `__` stands for a slash and `_dot_` for a point."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return written.getvalue()


def office(part: str, **more: bytes | str) -> bytes:
    """A file as Word or Excel write it, in outline."""
    types = zipfile.ZipInfo("[Content_Types].xml")
    written = io.BytesIO(archive(**{part: "<x/>"}, **more))
    with zipfile.ZipFile(written, "a") as file:
        file.writestr(types, "<Types/>")
    return written.getvalue()


PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\nstartxref\n9\n%%EOF\n"
TEXT = "text/plain; charset=utf-8"
ALLOWED = {
    "pdf": (PDF, "application/pdf"),
    "png": (image("PNG"), "image/png"),
    "jpeg": (image("JPEG"), "image/jpeg"),
    "gif": (image("GIF"), "image/gif"),
    "webp": (image("WEBP"), "image/webp"),
    "docx": (office("word__document_dot_xml"), f"{_OFFICE}.wordprocessingml.document"),
    "xlsx": (office("xl__workbook_dot_xml"), f"{_OFFICE}.spreadsheetml.sheet"),
    "odt": (archive(mimetype=f"{_OPEN}.text", content_dot_xml="<x/>"), f"{_OPEN}.text"),
    "ods": (archive(mimetype=f"{_OPEN}.spreadsheet", content_dot_xml="<x/>"), f"{_OPEN}.spreadsheet"),
    "csv": ("Größe;Preis\r\n1;2,50\r\n".encode(), TEXT),
    "latin-1": ("Größe;Preis\n".encode("latin-1"), "text/plain"),
    "windows-1252": ("Grösse – 5 €".encode("cp1252"), "text/plain"),
    "chinese": ("發票,数量".encode("gb18030"), "text/plain"),
    "japanese": ("請求書".encode("shift-jis"), "text/plain"),
    "japanese with escapes": ("請求書".encode("iso-2022-jp"), "text/plain; charset=iso-2022-jp"),
    "what Excel calls Unicode text": ("Größe\tPreis\r\n".encode("utf-16"), "text/plain; charset=utf-16"),
    "utf-16 without a mark": ("Größe;Preis".encode("utf-16-be"), "text/plain; charset=utf-16-be"),
    "utf-32": ("發票".encode("utf-32"), "text/plain; charset=utf-32"),
    "text with a mark": (b"\xef\xbb\xbfHello\tthere\x0c\n", TEXT),
}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
REFUSED = {
    "svg": SVG,
    "svg after blanks and a mark": b"\xef\xbb\xbf \n" + SVG,
    "xml": b'<?xml version="1.0"?><a/>',
    "html": b"<!DOCTYPE html><script>alert(1)</script>",
    "shell script": b"#!/bin/sh\nrm -rf /\n",
    "windows program": b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff",
    "linux program": b"\x7fELF\x02\x01\x01\x00",
    "java class": b"\xca\xfe\xba\xbe\x00\x00\x004",
    "zip": archive(order_dot_txt="hello"),
    "word with macros": office("word__document_dot_xml", word__vbaProject_dot_bin=b"x"),
    "zip that says it is open document": archive(mimetype="text/html", content_dot_xml="<x/>"),
    "zip behind a program": b"MZ" + office("word__document_dot_xml"),
    "start of a zip": office("word__document_dot_xml")[:60],
    "zip with a broken directory": b"PK\x03\x04" + b"\x00" * 40 + b"PK\x05\x06" + b"\x01" * 18,
    "zip with a huge directory": b"PK\x03\x04" + b"PK\x05\x06" + b"\x00" * 8 + b"\xff\xff\xff\x00" + b"\x00" * 6,
    "start of a pdf": PDF[:20],
    "pdf behind text": b"hello\x00" + PDF,
    "cut png": image("PNG")[:20],
    "png with a wrong checksum": image("PNG").replace(b"IDAT", b"IDAX"),
    "bmp": image("BMP"),
    "tiff": image("TIFF"),
    "markup in utf-16": "<html>".encode("utf-16"),
    "a script in an older encoding": b"#!/bin/sh\necho \xe9\n",
    "an older encoding with control characters": b"\x01\xe9\x02",
    "text with NUL": b"hello\x00",
    "text with escapes": b"\x1b]0;title\x07",
    "blanks": b"  \n",
}
