"""The numbers by which LHDN knows people and companies: how they are written in a document, and whether that can be.

Each function gives the number as MyInvois wants it, or raises ValueError with what is wrong, in words for people.
"""

import re
from collections.abc import Callable

from bigledger_crm.kernel.text import clean_line
from bigledger_crm.tenancy.rules import clean_registration
from customers.rules import clean_identification

MAX_TIN, MAX_SST, MAX_TOURISM_TAX, MAX_PHONE, MIN_PHONE = 14, 35, 17, 20, 8

# Who has no TIN of his own: who gives only his identity card, or buys at a counter; foreign buyers; foreign suppliers;
# authorities.
GENERAL_PUBLIC_TIN = "EI00000000010"
FOREIGN_BUYER_TIN = "EI00000000020"
FOREIGN_SUPPLIER_TIN = "EI00000000030"
GOVERNMENT_TIN = "EI00000000040"
GENERAL_TINS = frozenset((GENERAL_PUBLIC_TIN, FOREIGN_BUYER_TIN, FOREIGN_SUPPLIER_TIN, GOVERNMENT_TIN))

# The NRIC of a person who gives only his TIN.
NO_NRIC = "000000000000"

_OTHERS_THAN_PEOPLE = "CS|TA|TC|TN|TR|TP|LE|FA|PT|C|D|F|J"
_TIN = re.compile(rf"(IG|OG|SG|{_OTHERS_THAN_PEOPLE})([0-9]+)")
_PEOPLE = {"IG": "IG", "OG": "IG", "SG": "IG"}


def clean_tin(value: str) -> str:
    """A TIN: people's begin with IG; those of others have no zeros after their letters, and end in 0."""
    line = clean_line(value).upper()
    if line.replace(" ", "") in GENERAL_TINS:
        return line.replace(" ", "")
    tin = clean_registration("tin", line, "MY")
    if not (found := _TIN.fullmatch(tin)):
        raise ValueError("A TIN begins with letters such as C or IG, then has digits only, such as C20880050010")
    prefix, digits = found.groups()
    if prefix in _PEOPLE:
        tin = f"IG{digits}"
    else:
        digits = digits.lstrip("0")
        tin = f"{prefix}{digits}" if digits.endswith("0") else f"{prefix}{digits}0"
    if not digits or len(tin) > MAX_TIN:
        raise ValueError(f"A TIN has at most {MAX_TIN} characters, such as C20880050010 or IG12345678901")
    return tin


def clean_brn(value: str) -> str:
    """The registration number of a Malaysian business: the 12 digits that it has had since 2019."""
    number = re.sub(r"[\s-]", "", value)
    if not re.fullmatch("[0-9]{12}", number):
        raise ValueError("A Malaysian registration number has 12 digits, such as 202001234567, and not the old form")
    if not 1800 <= int(number[:4]) <= 2100:
        raise ValueError("A Malaysian registration number begins with a year, such as 202001234567")
    return number


def clean_foreign_registration(value: str) -> str:
    """The registration number of a foreign business."""
    number = clean_line(value)
    if not 0 < len(number) <= 20:
        raise ValueError("A registration number has at most 20 characters")
    return number


def clean_nric(value: str) -> str:
    """The 12 digits of an identity card, which begin with a date of birth; or those that stand for none."""
    return NO_NRIC if re.sub(r"[\s-]", "", value) == NO_NRIC else _clean_identification("nric", value)


def clean_passport(value: str) -> str:
    """The number of a passport."""
    return _clean_identification("passport", value)


def clean_army(value: str) -> str:
    """The number of an identity card of the army or the police."""
    return _clean_identification("army", value)


def _clean_identification(id_type: str, value: str) -> str:
    number, errors = clean_identification(id_type, clean_line(value))
    if errors:
        raise ValueError(errors[0].message)
    return number


def clean_sst(value: str) -> str:
    """One SST number, or two with a semicolon between them."""
    numbers = clean_registration("tax_number", value, "MY")
    if len(numbers) > MAX_SST:
        raise ValueError(f"SST numbers can have at most {MAX_SST} characters")
    return numbers


def clean_tourism_tax(value: str) -> str:
    """A tourism tax number: 123-4567-89012345."""
    return clean_registration("tourism_tax_number", value, "MY")


def clean_phone(value: str) -> str:
    """A phone number of 8 to 20 digits, with + before them or not; an extension is left out."""
    number = re.sub(r"[\s().-]", "", re.split(r";|ext|x", value, maxsplit=1, flags=re.IGNORECASE)[0])
    if not re.fullmatch(r"\+?[0-9]+", number) or len(number.lstrip("+")) < MIN_PHONE:
        raise ValueError(f"A phone number has at least {MIN_PHONE} digits, such as +60312345678")
    if len(number) > MAX_PHONE:
        raise ValueError(f"A phone number can have at most {MAX_PHONE} characters")
    return number


_BY_TYPE: dict[str, Callable[[str], str]] = {"nric": clean_nric, "passport": clean_passport, "army": clean_army}


def clean_id_number(id_type: str, value: str, *, malaysian: bool) -> str:
    """A number of one of the types brn, nric, passport and army; foreign businesses have a BRN of any form, or NA."""
    if id_type == "brn":
        return clean_brn(value) if malaysian else clean_foreign_registration(value)
    return _BY_TYPE[id_type](value)
