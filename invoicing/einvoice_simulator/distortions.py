"""Answers that are written otherwise: names in another case, unknown fields, JSON that breaks off."""

import json
from collections.abc import Callable
from typing import Any

from invoicing.einvoice_simulator.http_messages import Response

_OTHER_NAMES = {"submissionUid": "submissionUID", "errorMs": "errorMS", "overallStatus": "OverallStatus"}
_OTHER_VALUES = {
    "in progress": "InProgress",
    "partially valid": "PartiallyValid",
    "valid": "Valid",
    "invalid": "INVALID",
}


def distort(response: Response) -> Response:
    """The response with the faults that it has."""
    if response.content_type.startswith("application/json"):
        for name in response.distort:
            _DISTORTIONS[name](response)
    return response


def _truncate(response: Response) -> None:
    response.content = response.content[: len(response.content) // 2]


def _change_case(response: Response) -> None:
    _rewrite(response, _in_another_case)


def _add_fields(response: Response) -> None:
    _rewrite(response, _with_more)


def _rewrite(response: Response, change: Callable[[Any], Any]) -> None:
    if response.content:
        response.content = json.dumps(change(json.loads(response.content))).encode()


def _in_another_case(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {_OTHER_NAMES.get(key, key): _in_another_case(below, key) for key, below in value.items()}
    if isinstance(value, list):
        return [_in_another_case(one) for one in value]
    return _OTHER_VALUES.get(value, value) if name == "overallStatus" else value


def _with_more(value: Any) -> Any:
    if isinstance(value, dict):
        return {**{key: _with_more(below) for key, below in value.items()}, "newField": {"newValue": 1}}
    return [_with_more(one) for one in value] if isinstance(value, list) else value


_DISTORTIONS: dict[str, Callable[[Response], None]] = {
    "truncated_answer": _truncate,
    "casing": _change_case,
    "unknown_fields": _add_fields,
}
