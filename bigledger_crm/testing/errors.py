"""Reading refusals in tests."""

from collections.abc import Callable, Iterable

import pytest

from bigledger_crm.kernel.errors import FieldError, InvalidData, json_path


def invalid_fields(call: Callable[[], object]) -> dict[str, str]:
    """The failing fields, by their name in JSON, of a call that must be refused with InvalidData."""
    with pytest.raises(InvalidData) as refusal:
        call()
    return by_json_name(refusal.value.errors)


def by_json_name(errors: Iterable[FieldError]) -> dict[str, str]:
    """The messages by the names that the fields have in JSON."""
    return {json_path(error.path): error.message for error in errors}
