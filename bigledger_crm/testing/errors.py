"""Reading refusals in tests."""

from collections.abc import Callable

import pytest

from bigledger_crm.kernel.errors import InvalidData


def invalid_fields(call: Callable[[], object]) -> dict[str, str]:
    """The failing fields, by their name in JSON, of a call that must be refused with InvalidData."""
    with pytest.raises(InvalidData) as refusal:
        call()
    return {detail["field"]: detail["message"] for detail in refusal.value.details}
