"""MT940, as banks write it."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import mt940

from invoicing.bank_files.encodings import decoded
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

_MOVEMENT, _NEW = ":61:", ":20:"
_SUBFIELD = re.compile(r"\?(\d\d)")
_NO_REFERENCE = ("NONREF", "")
_STRUCTURED = re.compile(r"\d{0,3}\?\d\d")


def read_mt940(content: bytes) -> list[Statement]:
    """The statements of a file.  Raises StatementError."""
    text = decoded(content).replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    places = [number for number, line in enumerate(lines, start=1) if line.startswith(_MOVEMENT)]
    if len(places) > MAX_LINES:
        raise StatementError(f"The file has more than {MAX_LINES} transactions")
    try:
        # Field 86 is taken apart here: the library splits it by the rules of German banks only.
        found = mt940.parse_statements(text, processors={"post_transaction_details": []}, options=mt940.Options.all())
    except Exception as error:  # noqa: BLE001 the library raises whatever its patterns meet
        raise StatementError(f"This MT940 file cannot be read: {clean(str(error), 200)}", _broken(lines)) from None
    left = iter(places)
    statements = [_statement(one, left) for one in found if one.data or len(one)]
    if not statements or sum(len(one.movements) for one in statements) != len(places):
        raise StatementError("A transaction in this MT940 file cannot be read", _broken(lines))
    return statements


def _broken(lines: list[str]) -> int:
    """The first movement that isn't written as one, else the first line."""
    wanted = re.compile(r":61:\d{6}(\d{4})?R?[CD][A-Z]?\d+,\d*[A-Z]", re.IGNORECASE)
    return next(
        (number for number, line in enumerate(lines, start=1) if line.startswith(_MOVEMENT) and not wanted.match(line)),
        1,
    )


def _statement(found: Any, places: Iterator[int]) -> Statement:
    facts = found.data
    opening, closing = (_balance(facts, f"{kind}_balance") for kind in ("opening", "closing"))
    movements = tuple(_movement(one.data, next(places)) for one in found if "amount" in one.data)
    number = facts.get("statement_number") or ""
    balance = facts.get("final_opening_balance") or facts.get("final_closing_balance")
    currency = balance.amount.currency if balance else next((str(one.data["currency"]) for one in found), "")
    return Statement(
        format="mt940",
        account=clean(str(facts.get("account_identification") or ""), 40),
        currency=str(currency or ""),
        number=clean(str(number), 40),
        opening=opening,
        closing=closing,
        movements=movements,
    )


def _balance(facts: dict[str, Any], name: str) -> Decimal | None:
    for kind in ("final", "intermediate"):
        if balance := facts.get(f"{kind}_{name}"):
            return exact_amount(f"{balance.amount.amount:f}", 0)
    return None


def _movement(facts: dict[str, Any], line: int) -> Movement:
    amount = exact_amount(f"{facts['amount'].amount:f}", line)
    details = str(facts.get("transaction_details") or "")
    text, name, account = _details(details)
    customer = str(facts.get("customer_reference") or "").strip()
    bank = str(facts.get("bank_reference") or "").strip()
    value_date = _day(facts["date"], line)
    return Movement(
        booking_date=_day(facts.get("entry_date") or value_date, line),
        value_date=value_date,
        amount=amount,
        description=clean(text or str(facts.get("extra_details") or "")),
        reference="" if customer.upper() in _NO_REFERENCE else clean(customer, MAX_REFERENCE),
        bank_reference="" if bank.upper() in _NO_REFERENCE else clean(bank, MAX_REFERENCE),
        counterparty_name=clean(name, MAX_NAME),
        counterparty_account=clean(account, 40),
        line=line,
    )


def _day(found: date, line: int) -> date:
    """A plain day: the library has a class of its own."""
    return likely_day(date(found.year, found.month, found.day), line)


def _details(details: str) -> tuple[str, str, str]:
    """Text, name and account of field 86; in numbered parts, a text goes on in the next without a space."""
    flat = details.replace("\n", "")
    if not _STRUCTURED.match(flat):
        return details.replace("\n", " "), "", ""
    parts: dict[str, str] = {}
    pieces = _SUBFIELD.split(flat)
    for code, value in zip(pieces[1::2], pieces[2::2], strict=True):
        parts[code] = parts.get(code, "") + value
    text = "".join(value for code, value in sorted(parts.items()) if "20" <= code <= "29" or "60" <= code <= "63")
    return text or parts.get("00", ""), parts.get("32", "") + parts.get("33", ""), parts.get("31", "")
