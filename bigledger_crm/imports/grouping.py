"""Rows of one object: what they say of it together, and which of them its errors are about.  Pure functions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bigledger_crm.imports.kinds import LINES, Values
from bigledger_crm.kernel.errors import DomainError, FieldError, InvalidData
from bigledger_crm.kernel.text import snake_case

MOST_ROWS = 1000  # of one object


@dataclass(slots=True)
class RowValues:
    """What a row says, and what is wrong with it."""

    line: int
    values: Values
    errors: list[FieldError] = field(default_factory=list)


def joined(rows: Sequence[RowValues]) -> dict[str, Any]:
    """What rows say of their object, its lines under LINES; a row that contradicts an earlier one gets an error."""
    whole: dict[str, Any] = {}
    first: dict[str, int] = {}
    lines: list[dict[str, Any]] = []
    for row in rows:
        line = {}
        for name, value in row.values.items():
            if name.startswith(f"{LINES}."):
                line[name.removeprefix(f"{LINES}.")] = value
            elif name not in whole:
                whole[name], first[name] = value, row.line
            elif whole[name] != value:
                row.errors.append(FieldError((snake_case(name),), f"Differs from line {first[name]}"))
        if line:
            lines.append(line)
    if not lines and len(rows) > 1:
        for row in rows[1:]:
            row.errors.append(FieldError((), f"Line {rows[0].line} is about the same record"))
    return {**whole, LINES: lines}


def errors_by_row(rows: Sequence[RowValues], error: DomainError) -> list[DomainError]:
    """What to tell of each row of an object that is rejected: the errors of a line are those of its row.

    A row with nothing wrong of its own says which line is.
    """
    own = _own_errors(rows, error) if isinstance(error, InvalidData) else {}
    if not any(own.values()):
        return [error] * len(rows)
    told = next(row.line for place, row in enumerate(rows) if own.get(place))
    found: list[DomainError] = []
    for place in range(len(rows)):
        wrong = own.get(place) or [FieldError((), f"Rejected together with line {told} of the file")]
        other = DomainError(error.message, errors=wrong)
        other.code = error.code
        found.append(other)
    return found


def _own_errors(rows: Sequence[RowValues], error: DomainError) -> Mapping[int, list[FieldError]]:
    with_line = [place for place, row in enumerate(rows) if any(name.startswith(f"{LINES}.") for name in row.values)]
    found: dict[int, list[FieldError]] = {}
    for one in error.errors:
        number = one.path[1] if len(one.path) > 1 and one.path[0] == LINES else None
        if isinstance(number, int) and number < len(with_line):
            found.setdefault(with_line[number], []).append(FieldError((LINES, *one.path[2:]), one.message))
        else:
            found.setdefault(0, []).append(one)
    return found
