"""How the tax office knows a customer: by the number of its registration, or of a person's papers."""

import re

from stdnum.exceptions import ValidationError
from stdnum.my import nric

from bigledger_crm.kernel.errors import FieldError

# Of the Companies Commission, of identity cards, of passports, of the armed forces and the police.
IDENTIFICATION_TYPES = ("brn", "nric", "passport", "army")
_PLAIN = re.compile(r"[A-Z0-9/-]{1,20}")


def clean_identification(kind: str, number: str) -> tuple[str, list[FieldError]]:
    """The number of an identification as it is written, and what is wrong with the two together.

    `kind` is one of IDENTIFICATION_TYPES, "" for none.
    """
    line = "".join(number.split()).upper()
    if not kind and line:
        return "", [FieldError(("identification_type",), "Identification type is required with a number")]
    if kind and not line:
        return "", [FieldError(("identification_number",), "Identification number is required")]
    try:
        return (_CLEANERS[kind](line) if kind else ""), []
    except ValueError as error:
        return "", [FieldError(("identification_number",), str(error))]


def _registration(line: str) -> str:
    if not _PLAIN.fullmatch(line):
        raise ValueError("A registration number has at most 20 letters and digits, such as 202301234567")
    return line


def _identity_card(line: str) -> str:
    try:
        return str(nric.validate(line))
    except ValidationError:
        raise ValueError("An NRIC has 12 digits and begins with a date of birth, such as 770305-02-1234") from None


def _papers(line: str) -> str:
    number = line.replace("-", "")
    if not re.fullmatch("[A-Z0-9]{1,12}", number):
        raise ValueError("At most 12 letters and digits, such as A12345678")
    return number


_CLEANERS = {"brn": _registration, "nric": _identity_card, "passport": _papers, "army": _papers}
