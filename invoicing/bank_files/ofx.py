"""OFX, of both versions, and the QFX and OFC-like files that name themselves so."""

import io
from datetime import date
from typing import Any
from xml.etree.ElementTree import Element

from ofxtools.Parser import OFXTree

from invoicing.bank_files.statement import (
    MAX_LINES,
    MAX_NAME,
    MAX_REFERENCE,
    Movement,
    Statement,
    StatementError,
    clean,
    exact_amount,
    likely_day,
)

_REPORTS = ("STMTRS", "CCSTMTRS")
_MONEY_OUT = ("DEBIT", "FEE", "SRVCHG")


def read_ofx(content: bytes) -> list[Statement]:
    """The statements of a file.  Raises StatementError."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise StatementError("The file declares a document type, which no bank statement needs")
    tree = OFXTree()
    try:
        tree.parse(io.BytesIO(content.replace(b"\r\n", b"\n")))
    except Exception as error:  # noqa: BLE001 the library raises whatever its patterns meet
        raise StatementError(f"This OFX file cannot be read: {clean(str(error), 200)}") from None
    root: Any = tree.getroot()
    reports = [one for name in _REPORTS for one in root.iter(name)]
    if not reports:
        raise StatementError("This OFX file contains no statement")
    return [_statement(report) for report in reports]


def _statement(report: Element) -> Statement:
    """OFX says the closing balance only; its account is the last part of what the bank calls it."""
    account = next(
        (_text(report, name) for name in ("BANKACCTFROM/ACCTID", "CCACCTFROM/ACCTID") if _text(report, name)), ""
    )
    rows = list(report.iter("STMTTRN"))
    if len(rows) > MAX_LINES:
        raise StatementError(f"The file has more than {MAX_LINES} transactions")
    closing = _text(report, "LEDGERBAL/BALAMT")
    return Statement(
        format="ofx",
        account=clean(account, 40),
        currency=_text(report, "CURDEF").upper(),
        closing=exact_amount(closing, 0, "LEDGERBAL") if closing else None,
        movements=tuple(_movement(row, place) for place, row in enumerate(rows, start=1)),
    )


def _movement(row: Element, place: int) -> Movement:
    amount = exact_amount(_text(row, "TRNAMT"), place, "TRNAMT")
    # Some banks write what went out without its sign.
    if _text(row, "TRNTYPE").upper() in _MONEY_OUT:
        amount = -abs(amount)
    memo, name = _text(row, "MEMO"), _text(row, "NAME") or _text(row, "PAYEE/NAME")
    return Movement(
        booking_date=_day(row, place),
        amount=amount,
        description=clean(memo or name),
        bank_reference=clean(_text(row, "FITID"), MAX_REFERENCE),
        reference=clean(_text(row, "REFNUM") or _text(row, "CHECKNUM"), MAX_REFERENCE),
        counterparty_name=clean(name, MAX_NAME),
        line=place,
    )


def _day(row: Element, place: int) -> date:
    text = _text(row, "DTPOSTED")
    try:
        day = date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        raise StatementError(f"“{clean(text, 40)}” is not a date", place, "DTPOSTED") from None
    return likely_day(day, place, "DTPOSTED")


def _text(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()
