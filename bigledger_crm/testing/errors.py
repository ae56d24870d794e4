"""Reading refusals in tests."""

from collections.abc import Callable

import pytest

from bigledger_crm.kernel.errors import InvalidData, json_path


def invalid_fields(call: Callable[[], object]) -> dict[str, str]:
    """The failing fields, by their name in JSON, of a call that must be refused with InvalidData."""
    with pytest.raises(InvalidData) as refusal:
        call()
    return {json_path(error.path): error.message for error in refusal.value.errors}
