"""A lifecycle allows what its table says and nothing else."""

import itertools

import pytest

from bigledger_crm.kernel.errors import InvalidStatusTransition
from bigledger_crm.kernel.lifecycle import Lifecycle

LIFE = Lifecycle("Sales order", {"draft": ("open", "gone"), "open": ("gone",), "gone": ()})


def test_the_table_is_all_there_is() -> None:
    transitions = {(a, b) for a, b in itertools.product(LIFE.states, repeat=2) if LIFE.allows(a, b)}
    assert transitions == {("draft", "open"), ("draft", "gone"), ("open", "gone")}
    assert LIFE.states == ("draft", "open", "gone")
    assert LIFE.allowed("draft") == ("open", "gone")
    for current, target in transitions:
        LIFE.check(current, target)


@pytest.mark.parametrize("target", ["draft", "open", "gone", "nonsense"])
def test_a_refusal_tells_what_is_allowed(target: str) -> None:
    current = {"draft": "open", "gone": "gone"}.get(target, "open")
    with pytest.raises(InvalidStatusTransition) as refusal:
        LIFE.check(current, target)
    error = refusal.value
    assert (error.status, error.code) == (422, "INVALID_STATUS_TRANSITION")
    assert error.message == f"Sales order cannot go from '{current}' to '{target}'"
    assert error.details == [{"from": current, "to": target, "allowed": list(LIFE.transitions[current])}]
