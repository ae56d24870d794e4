"""Which format a file has, and what it says."""

from collections.abc import Callable

from invoicing.bank_files.camt import read_camt
from invoicing.bank_files.ofx import read_ofx
from invoicing.bank_files.statement import MAX_LINES, Statement, StatementError
from invoicing.bank_files.swift import read_mt940
from invoicing.bank_files.tables import Profile, read_csv, read_xlsx

_LOOKED_AT = 4096


def read_statements(content: bytes, profile: Profile) -> list[Statement]:
    """The statements of a file, by what its content is, whatever its name.  Raises StatementError."""
    statements = _reader(content)(content, profile)
    if sum(len(statement.movements) for statement in statements) > MAX_LINES:
        raise StatementError(f"The file has more than {MAX_LINES} transactions")
    return statements


def _reader(content: bytes) -> Callable[[bytes, Profile], list[Statement]]:
    head = content[:_LOOKED_AT].lstrip(b"\xef\xbb\xbf \r\n\t")
    if head.startswith(b"PK\x03\x04"):
        return read_xlsx
    if b"OFXHEADER" in head or b"<OFX>" in head.upper():
        return lambda file, _: read_ofx(file)
    if head.startswith(b"<") or (content[:2] in (b"\xff\xfe", b"\xfe\xff") and b"<\x00?\x00x" in content[:20]):
        return lambda file, _: read_camt(file)
    if b":20:" in head and b":25" in content[: 4 * _LOOKED_AT]:
        return lambda file, _: read_mt940(file)
    return read_csv
