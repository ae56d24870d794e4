"""What of a row is to change: a write that says what stands there already is no write."""

from collections.abc import Mapping, Sequence
from typing import Any


def changes_of(row: object, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Those of `values`, by attribute of `row`, that say something else than it does: name -> [before, after]."""
    pairs = {name: [getattr(row, name), value] for name, value in values.items()}
    return {name: pair for name, pair in pairs.items() if not _same(*pair)}


def apply_changes(row: object, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Lets `row` say `values`; what changed, as `changes_of` says it.  Nothing is saved."""
    changes = changes_of(row, values)
    for name, (_, value) in changes.items():
        setattr(row, name, value)
    return changes


def _same(before: Any, after: Any) -> bool:
    """Whether two values are the same, also as JSON, where `true` and 1 differ; the order of an object's names doesn't
    matter."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return before.keys() == after.keys() and all(_same(before[name], after[name]) for name in before)
    if isinstance(before, list | tuple) and isinstance(after, list | tuple):
        return _all_same(before, after)
    return isinstance(before, bool) == isinstance(after, bool) and bool(before == after)


def _all_same(before: Sequence[Any], after: Sequence[Any]) -> bool:
    return len(before) == len(after) and all(map(_same, before, after))
