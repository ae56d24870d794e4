"""Numbers of bank accounts and of banks: what a valid one is."""

from stdnum import bic, iban
from stdnum.exceptions import ValidationError


def clean_iban(value: str) -> str:
    """An IBAN in its short form, "" for none.  Raises ValueError."""
    compact = iban.compact(value).upper()
    if not compact:
        return ""
    try:
        if not compact.isascii():
            raise ValueError
        return str(iban.validate(compact))
    except (ValidationError, ValueError):
        raise ValueError("This IBAN is not valid: check its digits") from None


def clean_bic(value: str) -> str:
    """A BIC of 8 or 11 characters, "" for none.  Raises ValueError."""
    compact = bic.compact(value).upper()
    if not compact:
        return ""
    if not compact.isascii() or not bic.is_valid(compact):
        raise ValueError("A BIC (SWIFT code) has 8 or 11 letters and digits, such as MBBEMYKL")
    return compact


def grouped_iban(value: str) -> str:
    """An IBAN as it is printed: `DE89 3704 0044 0532 0130 00`."""
    return str(iban.format(value)) if value else ""
