"""Whether a document has the elements of MyInvois, all that must be there and no others, each in its form."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from invoicing.einvoice_simulator.elements import INVOICE, Field
from invoicing.einvoice_simulator.findings import Finding, finding
from invoicing.einvoice_simulator.ubl import Element

_TOO_LONG = {
    "Invoice.AccountingSupplierParty.Party.PostalAddress.AddressLine.Line": "CF345",
    "Invoice.AccountingCustomerParty.Party.PostalAddress.AddressLine.Line": "CF346",
}
_MISSING = {"Invoice.DocumentCurrencyCode": "CF378"}
_FORMS = {"date": re.compile(r"\d{4}-\d\d-\d\d"), "time": re.compile(r"\d\d:\d\d:\d\dZ")}
_EXPECTED = {"date": "DateExpected", "time": "TimeExpected"}


def check_structure(invoice: Element, *, is_lenient: bool) -> list[Finding]:
    """What is wrong with the form; the lenient rules, those before August 2026, let long and empty texts pass."""
    return list(_check_group(invoice, INVOICE, "Invoice", is_lenient=is_lenient))


def _check_group(element: Element, field: Field, path: str, *, is_lenient: bool) -> Iterator[Finding]:
    known = field.elements or {}
    for name in element:
        if name not in known and not (field is not INVOICE and name == "_"):
            yield _wrong(f"{path}.{name}", f"Invalid child element {name}", f"Unsur {name} tidak sah")
    for name, below in known.items():
        where = f"{path}.{name}"
        if name not in element:
            if below.is_required:
                yield _missing(where)
            continue
        yield from _check_elements(element[name], below, where, is_lenient=is_lenient)


def _check_elements(elements: Any, field: Field, path: str, *, is_lenient: bool) -> Iterator[Finding]:
    if not isinstance(elements, list) or not all(isinstance(one, dict) for one in elements):
        yield _wrong(path, "Each element must be a list of objects", "Setiap unsur mesti senarai objek")
        return
    if not elements and not is_lenient:
        yield _wrong(path, "An element must not be empty", "Unsur tidak boleh kosong")
    for one in elements:
        if field.kind == "group":
            yield from _check_group(one, field, path, is_lenient=is_lenient)
        elif field.kind != "signature":
            yield from _check_value(one.get("_"), field, path, is_lenient=is_lenient)


def _check_value(value: Any, field: Field, path: str, *, is_lenient: bool) -> Iterator[Finding]:
    if field.kind in _FORMS:
        if value == "" and is_lenient:
            return
        if not isinstance(value, str) or not _FORMS[field.kind].fullmatch(value):
            yield finding(_EXPECTED[field.kind], path)
    elif not isinstance(value, {"number": Decimal, "boolean": bool}.get(field.kind, str)):
        yield _wrong(path, f"The value must be a {field.kind}", f"Nilai mesti jenis {field.kind}")
    elif isinstance(value, str):
        if not value.strip():
            if field.is_required or not is_lenient:
                yield _missing(path)
        elif field.longest and len(value) > field.longest and (path in _TOO_LONG or not is_lenient):
            yield _too_long(path, field.longest)


def _missing(path: str) -> Finding:
    if path in _MISSING:
        return finding(_MISSING[path], path)
    name = path.rpartition(".")[2]
    return _wrong(path, f"{name} is required", f"{name} diperlukan")


def _too_long(path: str, longest: int) -> Finding:
    if path in _TOO_LONG:
        return finding(_TOO_LONG[path], path)
    name = path.rpartition(".")[2]
    return _wrong(path, f"{name} has more than {longest} characters", f"{name} melebihi {longest} aksara")


def _wrong(path: str, english: str, malay: str) -> Finding:
    return Finding(None, path, english, malay)
