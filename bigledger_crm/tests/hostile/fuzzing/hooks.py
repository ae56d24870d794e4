"""What schemathesis does besides: it asks about objects of both companies, and no answer may tell of the other one.

The companies stand in BIGLEDGER_FUZZED as JSON, the one whose key is used first.
"""

import itertools
import json
import os
import re
from typing import Any

import schemathesis

OURS, THEIRS = json.loads(os.environ["BIGLEDGER_FUZZED"])
_ID = re.compile(r"([a-z]+)_[0-9a-z]{26}")
_THEIRS_ONCE_IN = 5
_KEPT_ONCE_IN = 4
_numbers = itertools.count()
_told: set[str] = set()  # ids of answers, which later requests of a chain use


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Puts ids of objects in place of invented ones: mostly our own, now and then the other company's.

    Most requests get a key of their own and no ETag: a used key or a wrong ETag refuses whatever it comes with.
    """
    number = next(_numbers)
    company = OURS if number % _THEIRS_ONCE_IN else THEIRS
    label = f"{case.method} {re.sub('{[^}]+}', '{}', case.operation.path)}"
    for name, known in zip(case.path_parameters or (), company["places"].get(label, ()), strict=False):
        if known and _is_invented(case.path_parameters[name]):
            case.path_parameters[name] = known
    case.query = _with_known_ids(case.query, company, number)
    case.body = _with_known_ids(case.body, company, number)
    if case.headers and number % _KEPT_ONCE_IN:
        case.headers.pop("If-Match", None)
        if "Idempotency-Key" in case.headers:
            case.headers["Idempotency-Key"] = f"fuzz-{number}"


@schemathesis.hook
def after_call(context: Any, case: Any, response: schemathesis.Response) -> None:
    """Remembers the ids that it was told."""
    _told.update(found[0] for found in _ID.finditer(response.content.decode(errors="replace")))


def _is_invented(value: Any) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None and value not in _told


def _with_known_ids(part: Any, company: dict[str, Any], number: int) -> Any:
    if isinstance(part, dict):
        return {name: _with_known_ids(value, company, number) for name, value in part.items()}
    if isinstance(part, list):
        return [_with_known_ids(value, company, number) for value in part]
    if not _is_invented(part):
        return part
    same = [known for known in company["ids"] if known.partition("_")[0] == part.partition("_")[0]]
    return same[number % len(same)] if same else part


@schemathesis.check
def nothing_of_the_other_company(ctx: Any, response: schemathesis.Response, case: Any) -> None:
    """No answer tells anything of the other company's."""
    mark = THEIRS["mark"]
    assert mark.encode() not in response.content
    assert not any(mark in value for values in response.headers.values() for value in values)


@schemathesis.check
class most_operations_were_reached:
    """Fuzzing that is only ever refused proves little: nine operations in ten succeeded at least once."""

    def __init__(self) -> None:
        self.asked: set[str] = set()
        self.reached: set[str] = set()

    def after_response(self, ctx: Any, response: schemathesis.Response, case: Any) -> None:
        """Notes what was asked and what succeeded."""
        self.asked.add(case.operation.label)
        if response.status_code < 300:
            self.reached.add(case.operation.label)

    def after_run(self, ctx: Any) -> None:
        """Fails when too many operations were only ever refused."""
        refused = sorted(self.asked - self.reached)
        assert len(refused) * 10 <= len(self.asked), f"never succeeded: {', '.join(refused)}"
