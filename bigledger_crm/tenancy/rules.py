"""What valid settings of a company are: plain values in, plain values out."""

import re
from collections.abc import Mapping
from functools import cache
from zoneinfo import available_timezones

import pycountry

from bigledger_crm.kernel import money
from bigledger_crm.kernel.errors import FieldError, field_error
from bigledger_crm.kernel.text import clean_line

_COUNTRIES = frozenset(country.alpha_2 for country in pycountry.countries)
_time_zones = cache(available_timezones)  # looks through a thousand files


def check_settings(settings: Mapping[str, object]) -> list[FieldError]:
    """The errors of a company's currency, country and time zone; absent ones are fine."""
    errors: list[FieldError] = []
    if not money.is_currency(str(settings.get("currency", "MYR"))):
        errors += field_error("currency", "Currency must be an ISO 4217 code such as MYR")
    if settings.get("country", "MY") not in _COUNTRIES:
        errors += field_error("country", "Country must be an ISO 3166 alpha-2 code such as MY")
    if settings.get("time_zone", "UTC") not in _time_zones():
        errors += field_error("time_zone", "Time zone must be an IANA name such as Asia/Kuala_Lumpur")
    return errors


REGISTRATIONS = ("registration_number", "tin", "tax_number", "tourism_tax_number")
MAX_REGISTRATION = 50
_TIN = re.compile(r"[A-Z]{1,2}[0-9]{6,12}")
_SST = re.compile(r"(?=.*[0-9])[A-Z0-9-]+(;(?=.*[0-9])[A-Z0-9-]+)?")


def clean_registration(name: str, value: str, country: str) -> str:
    """A company's number, `name` being one of REGISTRATIONS, as its country writes it.

    The forms of Malaysia are known as far as its tax offices say them; elsewhere it is any line of text.  Raises
    ValueError.
    """
    line = clean_line(value)
    if len(line) > MAX_REGISTRATION:
        raise ValueError(f"At most {MAX_REGISTRATION} characters")
    return _MALAYSIAN[name](line) if line and country == "MY" and name in _MALAYSIAN else line


def clean_msic_code(value: str) -> str:
    """A code of the Malaysia Standard Industrial Classification, such as 46510; "" for none.  Raises ValueError."""
    code = re.sub(r"[\s.-]", "", value)
    if code and not re.fullmatch("[0-9]{5}", code):
        raise ValueError("An MSIC code has 5 digits, such as 46510")
    return code


def _clean_tin(line: str) -> str:
    tin = re.sub(r"[\s-]", "", line).upper()
    if not _TIN.fullmatch(tin):
        raise ValueError("A TIN has one or two letters, then digits, such as C20880050010")
    return tin


def _clean_sst(line: str) -> str:
    """One number, or two of a company that is registered for both taxes."""
    numbers = re.sub(r"\s", "", line).upper().replace(",", ";").rstrip(";")
    if not _SST.fullmatch(numbers):
        raise ValueError("Enter a number such as W10-1808-32000123, or two with a semicolon between them")
    return numbers


def _clean_tourism_tax(line: str) -> str:
    digits = re.sub(r"[\s-]", "", line)
    if not re.fullmatch("[0-9]{15}", digits):
        raise ValueError("A tourism tax number has 15 digits, such as 123-4567-89012345")
    return f"{digits[:3]}-{digits[3:7]}-{digits[7:]}"


_MALAYSIAN = {"tin": _clean_tin, "tax_number": _clean_sst, "tourism_tax_number": _clean_tourism_tax}
