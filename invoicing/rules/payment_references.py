"""Creditor references (ISO 11649): what a customer quotes with a payment, so that it finds its invoice."""

from uuid import UUID

from stdnum import iso11649
from stdnum.iso7064 import mod_97_10

_LONGEST = 21  # characters between the check digits and the end
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def reference_of_number(invoice_number: str) -> str:
    """The reference made of an invoice's number: `RF23INV20240001` for INV-2024-0001.

    "" for a number with more letters and digits than a reference can hold, which counts as one without any.
    """
    return _reference("".join(letter for letter in invoice_number.upper() if letter in _DIGITS))


def reference_of_key(key: UUID) -> str:
    """The reference of an invoice whose number can't make one: of the random part of its key."""
    value, text = key.int % 2**80, ""
    while value:
        value, digit = divmod(value, len(_DIGITS))
        text = _DIGITS[digit] + text
    return _reference(text)


def find_reference(text: str) -> str:
    """A whole text that is a valid reference, however it is grouped and whatever its case; "" for any other."""
    reference = iso11649.compact(text)
    # Digits of other scripts count as digits there.
    return reference if reference.isascii() and iso11649.is_valid(reference) else ""


def grouped_reference(reference: str) -> str:
    """The reference as it is printed: `RF23 INV2 0240 001`."""
    return iso11649.format(reference)


def _reference(text: str) -> str:
    if not 0 < len(text) <= _LONGEST:
        return ""
    return f"RF{mod_97_10.calc_check_digits(f'{text}RF')}{text}"
