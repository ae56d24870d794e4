"""Bytes of texts into texts."""

import codecs

from charset_normalizer import from_bytes

from invoicing.bank_files.statement import StatementError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What banks write in, apart from UTF-8.
_OLDER = ["cp1252", "latin_1", "iso8859_15", "cp1250", "gb18030", "big5"]


def decoded(content: bytes) -> str:
    """The text of a file in whichever encoding it has.  Raises StatementError for one that is no text."""
    for mark, charset in _MARKS:
        if content.startswith(mark):
            return _read(content, charset)
    try:
        text = content.decode()
    except UnicodeDecodeError:
        best = from_bytes(content, cp_isolation=_OLDER).best()
        text = _read(content, best.encoding if best else "latin-1")
    if "\x00" in text:
        raise StatementError("This is not a text file")
    return text


def _read(content: bytes, charset: str) -> str:
    try:
        return content.decode(charset)
    except UnicodeDecodeError:
        raise StatementError("The characters of this file cannot be read: save it as UTF-8 and try again") from None
