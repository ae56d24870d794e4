"""QR codes of merchants as EMVCo specifies them, which DuitNow, PayNow, QRIS and others are.

A bank gives a merchant a static one, which says who is paid.  A dynamic one is made of it for one payment, with its
amount and reference.  EMV QR Code Specification for Payment Systems, Merchant-Presented Mode, version 1.1.
"""

import binascii
from collections.abc import Iterable
from decimal import Decimal

import pycountry

from bigledger_crm.kernel.money import plain_amount

MAX_LENGTH = 512
MAX_REFERENCE = 25
_FORMAT, _METHOD, _CURRENCY, _AMOUNT, _COUNTRY, _NAME, _CITY, _ADDITIONAL, _CRC = "00 01 53 54 58 59 60 62 63".split()
_STATIC, _DYNAMIC = "11", "12"
_ACCOUNTS = [f"{number:02}" for number in range(2, 52)]
# Of the additional data: where banks look for what a payment is for.
_BILL_NUMBER, _REFERENCE_LABEL = "01", "05"
_LONGEST_AMOUNT, _LONGEST_FIELD = 13, 99

Fields = dict[str, str]


def clean_static_qr(value: str) -> str:
    """The payload of a static code, "" for none.  Raises ValueError that says what is wrong with it."""
    payload = value.strip("\r\n\t ")
    if not payload:
        return ""
    if len(payload) > MAX_LENGTH:
        raise ValueError(f"At most {MAX_LENGTH} characters")
    fields = _read(payload)
    if next(iter(fields)) != _FORMAT or fields[_FORMAT] != "01":
        raise ValueError("This is not the text of a payment QR code: it begins with 000201")
    if list(fields)[-1] != _CRC or fields[_CRC].upper() != _crc(payload[:-4]):
        raise ValueError("The check digits at the end do not match: copy the whole text of the QR code again")
    if fields.get(_METHOD, _STATIC) != _STATIC or _AMOUNT in fields:
        raise ValueError("This QR code is for one payment only: use the static one, without an amount")
    if fields.keys().isdisjoint(_ACCOUNTS):
        raise ValueError("The QR code names no account to pay to")
    if missing := [name for name in (_CURRENCY, _COUNTRY, _NAME, _CITY) if name not in fields]:
        raise ValueError(f"The QR code has no field {', '.join(missing)}")
    if not currency_of(payload):
        raise ValueError(f"Unknown currency {fields[_CURRENCY]}")
    dynamic_qr(payload, Decimal(1), "R" * MAX_REFERENCE)
    return payload


def currency_of(payload: str) -> str:
    """The ISO 4217 code of a payload's currency; "" for one that is not known."""
    found = pycountry.currencies.get(numeric=_read(payload).get(_CURRENCY, ""))
    return str(found.alpha_3) if found else ""


def dynamic_qr(payload: str, amount: Decimal, reference: str) -> str:
    """The payload for one payment, made of a static one; the amount is in its currency.

    Raises ValueError for an amount or a reference that finds no room in it.
    """
    fields = _read(payload)
    written = plain_amount(amount, currency_of(payload))
    if amount <= 0 or len(written) > _LONGEST_AMOUNT or len(reference) > MAX_REFERENCE:
        raise ValueError("A payment QR code has no room for this amount or reference")
    additional = _read(fields.get(_ADDITIONAL, "")) | {_BILL_NUMBER: reference, _REFERENCE_LABEL: reference}
    fields |= {_METHOD: _DYNAMIC, _AMOUNT: written, _ADDITIONAL: _written(sorted(additional.items()))}
    if len(fields[_ADDITIONAL]) > _LONGEST_FIELD:
        raise ValueError("The QR code has no room for a reference in its additional data")
    del fields[_CRC]
    head = f"{_written(sorted(fields.items()))}{_CRC}04"
    return head + _crc(head)


def _read(text: str) -> Fields:
    """Two digits of the field, two of its length in characters, its value; and so on.  Raises ValueError."""
    fields: Fields = {}
    at = 0
    while at < len(text):
        tag, length = text[at : at + 2], text[at + 2 : at + 4]
        value = text[at + 4 : at + 4 + _number(length, at)]
        if _number(tag, at) < 0 or len(value) != int(length) or not value or tag in fields or not value.isprintable():
            raise ValueError(f"This is not the text of a payment QR code: see character {at + 1}")
        fields[tag] = value
        at += 4 + len(value)
    return fields


def _number(digits: str, at: int) -> int:
    if len(digits) != 2 or not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"This is not the text of a payment QR code: see character {at + 1}")
    return int(digits)


def _written(fields: Iterable[tuple[str, str]]) -> str:
    return "".join(f"{tag}{len(value):02}{value}" for tag, value in fields)


def _crc(text: str) -> str:
    """ISO/IEC 13239 with the polynomial 1021 and the initial value FFFF, in four digits."""
    return f"{binascii.crc_hqx(text.encode(), 0xFFFF):04X}"
