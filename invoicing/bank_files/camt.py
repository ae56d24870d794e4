"""ISO 20022: camt.052, camt.053 and camt.054, in any version."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from lxml import etree

from invoicing.bank_files.statement import (
    MAX_NAME,
    MAX_REFERENCE,
    Movement,
    Statement,
    StatementError,
    clean,
    exact_amount,
    likely_day,
)

_REPORTS = ("Stmt", "Ntfctn", "Rpt")
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)
_NOT_GIVEN = ("NOTPROVIDED", "NONREF", "N/A")


def read_camt(content: bytes) -> list[Statement]:
    """The statements of a file.  Raises StatementError."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise StatementError(f"The XML is broken: {clean(error.msg, 200)}", error.lineno or 0) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise StatementError("The XML declares a document type, which no bank statement needs")
    reports = [one for name in _REPORTS for one in root.iter(f"{{*}}{name}")]
    if not reports:
        raise StatementError("This XML file is not camt.052, camt.053 or camt.054: it contains no statement")
    return [_statement(report) for report in reports]


def _statement(report: etree._Element) -> Statement:
    account = _text(report, "Acct", "Id", "IBAN") or _text(report, "Acct", "Id", "Othr", "Id")
    statement = Statement(format="camt", account=clean(account, 40), currency=_text(report, "Acct", "Ccy"))
    for balance in _all(report, "Bal"):
        kind, amount = _text(balance, "Tp", "CdOrPrtry", "Cd"), _child(balance, "Amt")
        if amount is not None and kind in (*_OPENING, *_CLOSING):
            if not statement.currency:
                statement = replace(statement, currency=amount.get("Ccy", ""))
            value = _signed(amount, _text(balance, "CdtDbtInd"))
            closes = kind in _CLOSING
            statement = replace(statement, closing=value) if closes else replace(statement, opening=value)
    movements: list[Movement] = []
    for entry in _all(report, "Ntry"):
        booked = (_text(entry, "Sts", "Cd") or _text(entry, "Sts")).strip() or "BOOK"
        if booked == "BOOK":
            movements += _movements(entry, statement.currency)
            statement = replace(statement, currency=statement.currency or _currency(entry))
    number = _text(report, "ElctrncSeqNb") or _text(report, "LglSeqNb") or _text(report, "Id")
    return replace(statement, number=clean(number, 40), movements=tuple(movements))


def _movements(entry: etree._Element, currency: str) -> Iterator[Movement]:
    """The movement of an entry; each of its transactions, where it sums several and says the amount of each."""
    line, amount = entry.sourceline or 0, _child(entry, "Amt")
    if amount is None:
        raise StatementError("The entry has no amount", line, "Amt")
    if currency and amount.get("Ccy", currency) != currency:
        raise StatementError(f"The entry is in {amount.get('Ccy')}, its account in {currency}", line, "Amt")
    sign = _text(entry, "CdtDbtInd")
    value = _signed(amount, sign)
    booking_date = _day(entry, "BookgDt") or _day(entry, "ValDt")
    if booking_date is None:
        raise StatementError("The entry has no booking date", line, "BookgDt")
    whole = Movement(
        booking_date=booking_date,
        value_date=_day(entry, "ValDt"),
        amount=value,
        bank_reference=clean(_text(entry, "AcctSvcrRef"), MAX_REFERENCE),
        description=clean(_text(entry, "AddtlNtryInf")),
        line=line,
    )
    details = [one for part in _all(entry, "NtryDtls") for one in _all(part, "TxDtls")]
    found = [_own_amount(detail, amount.get("Ccy", "")) for detail in details]
    parts = [one for one in found if one is not None]
    if len(details) > 1 and len(parts) == len(details) and sum(parts) == abs(value):
        for place, (detail, part) in enumerate(zip(details, parts, strict=True), start=1):
            of_entry = f"{whole.bank_reference}/{place}" if whole.bank_reference else ""
            reference = clean(_text(detail, "Refs", "AcctSvcrRef") or of_entry, MAX_REFERENCE)
            yield replace(_detailed(whole, detail), amount=part.copy_sign(value), bank_reference=reference)
    else:
        yield _detailed(whole, details[0]) if len(details) == 1 else whole


def _detailed(whole: Movement, detail: etree._Element) -> Movement:
    """With what a transaction says of who paid and what for."""
    party, account = ("Dbtr", "DbtrAcct") if whole.amount > 0 else ("Cdtr", "CdtrAcct")
    name = _text(detail, "RltdPties", party, "Nm") or _text(detail, "RltdPties", party, "Pty", "Nm")
    number = _text(detail, "RltdPties", account, "Id", "IBAN") or _text(
        detail, "RltdPties", account, "Id", "Othr", "Id"
    )
    remittance = _child(detail, "RmtInf")
    lines = [] if remittance is None else [one.text or "" for one in _all(remittance, "Ustrd")]
    structured = _text(detail, "RmtInf", "Strd", "CdtrRefInf", "Ref")
    end_to_end = _text(detail, "Refs", "EndToEndId")
    reference = structured or (end_to_end if end_to_end.upper() not in _NOT_GIVEN else "")
    own = _text(detail, "Refs", "AcctSvcrRef")
    # A line break may stand inside a reference or between two words: the search for references looks at both.
    return replace(
        whole,
        description=clean(" ".join(lines)) or clean(_text(detail, "AddtlTxInf")) or whole.description,
        reference=clean(reference, MAX_REFERENCE),
        counterparty_name=clean(name, MAX_NAME),
        counterparty_account=clean(number, 40),
        bank_reference=whole.bank_reference or clean(own, MAX_REFERENCE),
    )


def _own_amount(detail: etree._Element, currency: str) -> Decimal | None:
    amount = _child(detail, "Amt")
    amount = _child(detail, "AmtDtls", "TxAmt", "Amt") if amount is None else amount
    if amount is None or amount.get("Ccy", currency) != currency:
        return None
    return abs(exact_amount(amount.text or "", amount.sourceline or 0, "Amt"))


def _signed(amount: etree._Element, indicator: str) -> Decimal:
    """By CRDT or DBIT, which a reversal has the other way round from what it reverses."""
    line = amount.sourceline or 0
    value = exact_amount(amount.text or "", line, "Amt")
    if indicator not in ("CRDT", "DBIT"):
        raise StatementError("CRDT or DBIT is missing", line, "CdtDbtInd")
    return value if indicator == "CRDT" else -value


def _day(entry: etree._Element, name: str) -> date | None:
    text = _text(entry, name, "Dt") or _text(entry, name, "DtTm")
    if not text:
        return None
    line = entry.sourceline or 0
    try:
        return likely_day(date.fromisoformat(text.strip()[:10]), line, name)
    except StatementError:
        raise
    except ValueError:
        raise StatementError(f"“{clean(text, 40)}” is not a date", line, name) from None


def _currency(entry: etree._Element) -> str:
    amount = _child(entry, "Amt")
    return "" if amount is None else amount.get("Ccy", "")


def _child(element: etree._Element, *path: str) -> etree._Element | None:
    found: etree._Element | None = element
    for name in path:
        found = None if found is None else found.find(f"{{*}}{name}")
    return found


def _all(element: etree._Element, name: str) -> list[etree._Element]:
    return list(element.findall(f"{{*}}{name}"))


def _text(element: etree._Element, *path: str) -> str:
    found = _child(element, *path)
    return (found.text or "") if found is not None else ""
