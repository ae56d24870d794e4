"""What LHDN would reject of a supplier or a buyer."""

import re
from collections.abc import Callable

from bigledger_crm.kernel.email_address import is_email_address
from bigledger_crm.kernel.text import clean_line
from invoicing.einvoice import codes
from invoicing.einvoice.facts import Address, Party
from invoicing.einvoice.identifiers import (
    FOREIGN_BUYER_TIN,
    FOREIGN_SUPPLIER_TIN,
    GENERAL_PUBLIC_TIN,
    GENERAL_TINS,
    GOVERNMENT_TIN,
    NO_NRIC,
    clean_phone,
    clean_sst,
    clean_tin,
    clean_tourism_tax,
)
from invoicing.einvoice.parties import GENERAL_PUBLIC, MALAYSIA, MAX_ADDRESS_LINE, NONE, id_number_of
from invoicing.einvoice.problem import Problem, at

MAX_NAME, MAX_ACTIVITY, MAX_EMAIL, MAX_CITY, MAX_POSTCODE = 300, 300, 320, 50, 50
MAX_ADDRESS_LINES = 3
_WITHOUT_NUMBER = (GENERAL_PUBLIC_TIN, FOREIGN_BUYER_TIN, GOVERNMENT_TIN)
_ID_NAMES = {
    "brn": "registration number",
    "nric": "NRIC number",
    "passport": "passport number",
    "army": "army or police number",
}


def check_supplier(party: Party, *, is_self_billed: bool = False) -> list[Problem]:
    """What is wrong with who sells: the company itself, but where its document is self-billed."""
    problems = [*_check_name(party), *_check_tin(party), *_check_id(party), *_check_registrations(party)]
    if _tin_of(party) in GENERAL_TINS and not is_self_billed:
        problems.append(Problem(("tin",), "SUPPLIER_TIN_GENERAL", "The company needs a TIN of its own"))
    if not party.msic_code:
        message = "The company needs an MSIC code, which says what it does, such as 46510"
        problems.append(Problem(("msic_code",), "MSIC_MISSING", message))
    elif not re.fullmatch("[0-9]{5}", party.msic_code):
        problems.append(Problem(("msic_code",), "MSIC_INVALID", "An MSIC code has 5 digits, such as 46510"))
    activity = clean_line(party.business_activity)
    if not activity:
        message = "The company needs a description of its business activity"
        problems.append(Problem(("business_activity",), "ACTIVITY_MISSING", message))
    problems += _check_length("business_activity", activity, MAX_ACTIVITY, "The business activity")
    return [*problems, *_check_contact(party), *at(check_address(party.address), "address")]


def check_buyer(party: Party) -> list[Problem]:
    """The errors of the customer.  The General Public of consolidated e-invoices is fine."""
    if party == GENERAL_PUBLIC:
        return []
    return [
        *_check_name(party),
        *_check_tin(party),
        *_check_id(party),
        *_check_general_tin(party),
        *_check_registrations(party),
        *_check_contact(party),
        *at(check_address(party.address), "address"),
    ]


def _check_name(party: Party) -> list[Problem]:
    name = clean_line(party.name)
    if not name:
        return [Problem(("name",), "NAME_MISSING", "The name is missing")]
    return _check_length("name", name, MAX_NAME, "The name")


def _check_tin(party: Party) -> list[Problem]:
    if not clean_line(party.tin):
        return [Problem(("tin",), "TIN_MISSING", "The TIN (tax identification number) is missing")]
    return _check_form("tin", "TIN_INVALID", clean_tin, party.tin)


def _tin_of(party: Party) -> str:
    """The TIN as it is sent, if it can be."""
    try:
        return clean_tin(party.tin)
    except ValueError:
        return party.tin


def _check_id(party: Party) -> list[Problem]:
    if party.id_type not in _ID_NAMES:
        message = "A registration number, NRIC, passport or army number is missing"
        return [Problem(("id_number",), "ID_MISSING", message)]
    if not clean_line(party.id_number):
        return [Problem(("id_number",), "ID_MISSING", f"The {_ID_NAMES[party.id_type]} is missing")]
    tin = _tin_of(party)
    has_none = party.id_type == "brn" and party.id_number == NONE and tin not in _WITHOUT_NUMBER
    if has_none or (party.id_number == NO_NRIC and not tin.startswith("IG")):
        return [Problem(("id_number",), "ID_MISSING", f"The {_ID_NAMES[party.id_type]} is missing")]
    return _check_form("id_number", "ID_INVALID", lambda _: id_number_of(party), party.id_number)


def _check_general_tin(party: Party) -> list[Problem]:
    """A general TIN is for those who have none of their own, and each for some of them."""
    problem, tin = None, _tin_of(party)
    if tin == GENERAL_PUBLIC_TIN and party.id_type != "nric":
        problem = "A customer without a TIN needs an NRIC number; or the sale goes into a consolidated e-invoice"
    elif tin == FOREIGN_BUYER_TIN and party.address.country == MALAYSIA and party.id_type == "brn":
        problem = f"{FOREIGN_BUYER_TIN} is for foreign buyers only: a business in Malaysia needs a TIN of its own"
    elif tin == FOREIGN_SUPPLIER_TIN:
        problem = f"{FOREIGN_SUPPLIER_TIN} is for foreign suppliers, never for a customer"
    return [Problem(("tin",), "TIN_GENERAL", problem)] if problem else []


def _check_registrations(party: Party) -> list[Problem]:
    if party.address.country != MALAYSIA:
        return []  # none of its numbers is sent
    problems = []
    if clean_line(party.sst_number):
        problems += _check_form("sst_number", "SST_INVALID", clean_sst, party.sst_number)
    if clean_line(party.tourism_tax_number):
        problems += _check_form(
            "tourism_tax_number", "TOURISM_TAX_INVALID", clean_tourism_tax, party.tourism_tax_number
        )
    return problems


def _check_contact(party: Party) -> list[Problem]:
    problems = _check_length("email", party.email, MAX_EMAIL, "The email address")
    if party.email and not problems and not is_email_address(party.email):
        problems.append(Problem(("email",), "EMAIL_INVALID", "The email address is invalid"))
    if not clean_line(party.phone):
        return [*problems, Problem(("phone",), "PHONE_MISSING", "The phone number is missing")]
    return [*problems, *_check_form("phone", "PHONE_INVALID", clean_phone, party.phone)]


def check_address(address: Address) -> list[Problem]:
    """What is wrong with an address."""
    problems = []
    if not any(map(clean_line, address.lines)):
        problems.append(Problem(("lines",), "STREET_MISSING", "The street of the address is missing"))
    elif len(address.lines) > MAX_ADDRESS_LINES or any(len(line) > MAX_ADDRESS_LINE for line in address.lines):
        message = f"An address can have {MAX_ADDRESS_LINES} lines of {MAX_ADDRESS_LINE} characters at most"
        problems.append(Problem(("lines",), "STREET_TOO_LONG", message))
    if not clean_line(address.city):
        problems.append(Problem(("city",), "CITY_MISSING", "The city of the address is missing"))
    problems += _check_length("city", address.city, MAX_CITY, "The city")
    problems += _check_length("postcode", address.postcode, MAX_POSTCODE, "The postcode")
    if not address.country:
        return [*problems, Problem(("country",), "COUNTRY_MISSING", "The country of the address is missing")]
    if not codes.is_country(address.country):
        return [*problems, Problem(("country",), "COUNTRY_UNKNOWN", f"LHDN knows no country {address.country}")]
    return [*problems, *(_check_malaysian(address) if address.country == MALAYSIA else _check_foreign(address))]


def _check_malaysian(address: Address) -> list[Problem]:
    problems = []
    if address.postcode and not re.fullmatch("[0-9]{5}", address.postcode):
        problems.append(Problem(("postcode",), "POSTCODE_INVALID", "A Malaysian postcode has 5 digits, such as 50000"))
    if not address.state_code and address.state:
        message = f"'{address.state}' is no state of Malaysia: choose one, such as Selangor"
        problems.append(Problem(("state",), "STATE_UNKNOWN", message))
    elif not address.state_code or address.state_code == codes.NO_STATE:
        problems.append(Problem(("state",), "STATE_MISSING", "The state of the address is missing"))
    elif not codes.is_known("states", address.state_code):
        message = f"{address.state_code} is no code of a state of Malaysia"
        problems.append(Problem(("state",), "STATE_UNKNOWN", message))
    return problems


def _check_foreign(address: Address) -> list[Problem]:
    if address.state_code == codes.NO_STATE:
        return []
    return [Problem(("state",), "STATE_UNKNOWN", "An address outside Malaysia has no code of a Malaysian state")]


def _check_length(field: str, value: str, length: int, label: str) -> list[Problem]:
    if len(value) <= length:
        return []
    return [Problem((field,), f"{field.upper()}_TOO_LONG", f"{label} can have at most {length} characters")]


def _check_form(field: str, code: str, clean: Callable[[str], str], value: str) -> list[Problem]:
    try:
        clean(value)
    except ValueError as error:
        return [Problem((field,), code, str(error))]
    return []
