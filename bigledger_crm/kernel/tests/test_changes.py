"""What is a change, and what only says again what stands there."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from bigledger_crm.kernel.changes import apply_changes, changes_of


def test_only_what_differs_is_taken_over() -> None:
    row = SimpleNamespace(name="Acme", terms=30, note="")
    assert changes_of(row, {"name": "Acme", "terms": 14}) == {"terms": [30, 14]}
    assert row.terms == 30
    assert apply_changes(row, {"name": "Acme", "terms": 14}) == {"terms": [30, 14]}
    assert (row.name, row.terms, row.note) == ("Acme", 14, "")
    assert apply_changes(row, {"terms": 14}) == {}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Decimal("25.0"), Decimal("25.00")),
        ({"a": 1, "b": [True, None]}, {"b": [True, None], "a": 1}),
        ({"a": Decimal("1.50")}, {"a": Decimal("1.5")}),
        (None, None),
    ],
)
def test_the_same(before: Any, after: Any) -> None:
    assert changes_of(SimpleNamespace(value=before), {"value": after}) == {}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a": True}, {"a": 1}),
        ({"a": 0}, {"a": False}),
        ([1, 2], [2, 1]),
        ([1], [1, 2]),
        ({"a": {"b": [1]}}, {"a": {"b": [True]}}),
        ({"a": None}, {}),
        ({"a": "1"}, {"a": 1}),
        (None, ""),
    ],
)
def test_something_else(before: Any, after: Any) -> None:
    assert changes_of(SimpleNamespace(value=before), {"value": after}) == {"value": [before, after]}
