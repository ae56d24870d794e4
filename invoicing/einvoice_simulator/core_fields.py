"""The forms of single fields, which are checked before a document is accepted."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from invoicing.einvoice_simulator.findings import Finding, finding
from invoicing.einvoice_simulator.reading import read_issued_at, read_kind, read_party
from invoicing.einvoice_simulator.ubl import Element, child, number, party_ids, text

MAX_AGE = timedelta(hours=72)
MAX_RATE, MAX_SST = 15, 35  # characters
NO_NRIC = "000000000000"
NONE = "NA"
_TIN = re.compile(r"(EI|IG|OG|SG|CS|TA|TC|TN|TR|TP|LE|FA|PT|C|D|F|J)[0-9]{1,12}")
_TTX = re.compile(r"\d{3}-\d{4}-\d{8}")
_PHONE = re.compile(r"\+?\d+")
_VERSIONS = ("1.0", "1.1", "1.2", "1.3")
_ROLES = {"Supplier": "Supplier", "Customer": "Buyer"}


def check_core_fields(invoice: Element, code_number: str, now: datetime) -> list[Finding]:
    """What is wrong with a document's fields; its structure is sound.  `code_number` is the submission's number."""
    return [
        *_check_head(invoice, code_number, now),
        *_check_party(invoice, "Supplier"),
        *_check_party(invoice, "Customer"),
    ]


def _check_head(invoice: Element, code_number: str, now: datetime) -> Iterator[Finding]:
    if text(invoice, "ID") != code_number:
        yield _wrong("Invoice.ID", "The number differs from codeNumber", "Nombor berbeza daripada codeNumber")
    _, version = read_kind(invoice)
    if version not in _VERSIONS:
        yield _wrong("Invoice.InvoiceTypeCode", f"The version {version} is unknown", f"Versi {version} tidak diketahui")
    issued = read_issued_at(invoice)
    if issued is None:
        yield finding("DateExpected", "Invoice.IssueDate")
    elif not now - MAX_AGE <= issued <= now:
        yield finding("CF321")
    rate, path = number(invoice, "TaxExchangeRate", "CalculationRate"), "Invoice.TaxExchangeRate.CalculationRate"
    if text(invoice, "DocumentCurrencyCode") != "MYR" and not rate:
        yield _wrong(path, "A document in a foreign currency needs its exchange rate", "Kadar pertukaran diperlukan")
    if len(f"{rate}") > MAX_RATE:
        yield _wrong(path, f"CalculationRate has more than {MAX_RATE} characters", "Kadar pertukaran terlalu panjang")
    if number(invoice, "LegalMonetaryTotal", "PayableAmount") == 0:
        path = "Invoice.LegalMonetaryTotal.PayableAmount"
        yield _wrong(path, "PayableAmount must not be 0", "PayableAmount tidak boleh 0")


def _check_party(invoice: Element, role: str) -> Iterator[Finding]:
    path = f"Invoice.Accounting{role}Party.Party"
    party = child(invoice, f"Accounting{role}Party", "Party")
    ids, where = dict(party_ids(party)), f"{path}.PartyIdentification.ID"
    read = read_party(invoice, role)
    if not _TIN.fullmatch(read.tin):
        yield finding("CF358", where) if role == "Customer" else _invalid(where, role, "TIN")
    if not read.id_type:
        yield _wrong(where, f"{_ROLES[role]}: a registration number, NRIC, passport or army number is required", "")
    elif not is_form_of(read.id_type, read.id_number, is_foreign=_country(party) != "MYS"):
        is_buyers_nric = role == "Customer" and read.id_type == "NRIC"
        yield finding("CF324", where) if is_buyers_nric else _invalid(where, role, read.id_type)
    if not 0 < len(ids.get("SST", "")) <= MAX_SST:
        yield _wrong(where, f"{_ROLES[role]}: an SST number, or two, or NA are required", "SST diperlukan")
    tourism_tax = ids.get("TTX", NONE if role == "Customer" else "")
    if tourism_tax != NONE and not _TTX.fullmatch(tourism_tax):
        yield finding("CF407", where)
    yield from _check_phone(text(party, "Contact", "Telephone"), role, f"{path}.Contact.Telephone")


def _check_phone(phone: str, role: str, path: str) -> Iterator[Finding]:
    if phone == NONE and role == "Customer":
        return
    is_short = len(phone.lstrip("+")) < 8
    if role == "Customer":
        if is_short or not _PHONE.fullmatch(phone):
            yield finding("CF415", path)
    elif not _PHONE.fullmatch(phone):
        yield finding("CF410", path)
    elif is_short:
        yield finding("CF414", path)


def is_form_of(id_type: str, id_number: str, *, is_foreign: bool) -> bool:
    """Whether a number has the form of its type."""
    if id_type == "BRN":
        if id_number == NONE:
            return True
        return 0 < len(id_number) <= 20 if is_foreign else re.fullmatch(r"(18|19|20|21)\d{10}", id_number) is not None
    if id_type == "NRIC":
        return id_number in (NO_NRIC, NONE) or (
            re.fullmatch(r"\d{12}", id_number) is not None and _is_birthday(id_number)
        )
    return re.fullmatch(r"[A-Za-z0-9]{1,12}", id_number) is not None


def _is_birthday(nric: str) -> bool:
    """Whether an NRIC begins with a day; 29 February is one of any century."""
    try:
        date(2000 + int(nric[:2]) % 4, int(nric[2:4]), int(nric[4:6]))
    except ValueError:
        return False
    return True


def _country(party: Element) -> str:
    return text(party, "PostalAddress", "Country", "IdentificationCode")


def _invalid(path: str, role: str, what: str) -> Finding:
    return _wrong(path, f"{_ROLES[role]}: the {what} is invalid", f"{_ROLES[role]}: {what} tidak sah")


def _wrong(path: str, english: str, malay: str) -> Finding:
    return Finding(None, path, english, malay or english)
