"""What a valid postal address is."""

from collections.abc import Mapping, Sequence
from typing import Any

import pycountry

from bigledger_crm.kernel import text
from bigledger_crm.kernel.errors import FieldError, UnknownName, json_path, under

ADDRESS_FIELDS = ("street", "street2", "city", "state", "postalCode", "country")

_COUNTRIES = frozenset(country.alpha_2 for country in pycountry.countries)


class AddressError(ValueError):
    """Parts of an address that can't be taken; `errors` tell what is wrong with each."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("; ".join(f"{json_path(error.path)}: {error.message}" for error in errors))
        self.errors = errors


def clean_address(value: Mapping[str, Any] | None) -> dict[str, str] | None:
    """An address with the fields of ADDRESS_FIELDS that are filled; None when none is.  Raises AddressError.

    It is stored and given as it is in JSON, with the names that fields have there.
    """
    if value is None:
        return None
    errors = [FieldError((UnknownName(name),), "Unknown field") for name in sorted(set(value) - set(ADDRESS_FIELDS))]
    clean: dict[str, str] = {}
    for name in ADDRESS_FIELDS:
        part = value.get(name)
        if part is None:
            continue
        if not isinstance(part, str) or len(part) > 200:
            errors.append(FieldError((text.snake_case(name),), "Must be a string of at most 200 characters"))
        elif line := text.clean_line(part):
            clean[name] = line
    if "country" in clean and clean["country"] not in _COUNTRIES:
        errors.append(FieldError(("country",), "Must be an ISO 3166 alpha-2 code such as MY"))
    if errors:
        raise AddressError(errors)
    return clean or None


def errors_of(name: str, error: ValueError) -> list[FieldError]:
    """What a check refused of a field: the parts of an address are named one by one."""
    return under(error.errors if isinstance(error, AddressError) else [FieldError((), str(error))], name)
