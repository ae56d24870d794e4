"""Responses: the envelope around what an operation gives, files, and every refusal it can answer."""

from collections.abc import Iterable
from functools import partial
from http import HTTPStatus
from typing import Any

from drf_spectacular.plumbing import ResolvedComponent

from bigledger_crm.api.rehearsing import rehearsal_struct
from bigledger_crm.api.responses import Pagination
from bigledger_crm.api.schema.components import Components, Schema
from bigledger_crm.api.schema.data import ErrorCode, error_codes
from bigledger_crm.api.schema.structs import answer_schema

_JSON = "application/json"
_HEADERS: dict[str, tuple[str, Schema]] = {
    "X-Request-Id": ("The request's id, as in the server's log.", {"type": "string"}),
    "ETag": ("The version of the object, for If-Match and If-None-Match.", {"type": "string"}),
    "Location": ("The URL of the new object.", {"type": "string"}),
    "Idempotent-Replayed": ("`true` if this is a stored response.", {"type": "string", "const": "true"}),
    "RateLimit-Policy": ('The limit of the key, such as `"default";q=3000;w=60`.', {"type": "string"}),
    "RateLimit": ('What remains of the limit, such as `"default";r=2999;t=60`.', {"type": "string"}),
    "Retry-After": ("Seconds to wait before trying again.", {"type": "integer", "minimum": 0}),
    "WWW-Authenticate": ("`Bearer`", {"type": "string"}),
}
_COMMON = ("X-Request-Id", "RateLimit-Policy", "RateLimit")
_MORE = {401: ("WWW-Authenticate",), 409: ("Retry-After",), 429: ("Retry-After",), 503: ("Retry-After",)}


def headers(names: Iterable[str], components: Components) -> Schema:
    """References to the headers of a response."""
    return {name: components.add(name, partial(_header, name), ResolvedComponent.HEADER) for name in names}


def envelope(data: Schema, components: Components, *, paged: bool = False, rehearsed: bool = False) -> Schema:
    """The envelope of a success, also of one that can be `rehearsed`."""
    properties: dict[str, Any] = {"success": {"type": "boolean", "const": True}, "data": data}
    if paged:
        properties["data"] = {"type": "array", "items": data}
        properties["pagination"] = answer_schema(Pagination, components)
    required = list(properties)
    if rehearsed:
        properties["rehearsal"] = answer_schema(rehearsal_struct(), components)
    return {"type": "object", "required": required, "properties": properties}


def success(description: str, content: Schema, names: Iterable[str], components: Components) -> Schema:
    """A response with content and the headers that every answer has, and more."""
    return {"description": description, "headers": headers((*_COMMON, *names), components), "content": content}


def refusals(scopes: frozenset[str], declared: Iterable[str], components: Components) -> dict[str, Schema]:
    """Every refusal of an operation by status: those of its kind (`scopes`), and the codes that it declares."""
    own = set(declared)
    by_status: dict[int, dict[str, ErrorCode]] = {}
    for code, error in error_codes().items():
        if code in own or scopes & set(error.scope.split()):
            by_status.setdefault(error.status, {})[code] = error
    found: dict[str, Schema] = {}
    for status, codes in sorted(by_status.items()):
        if own & codes.keys():
            found[str(status)] = _refusal(status, codes, components)
        else:
            name = HTTPStatus(status).phrase.title().replace(" ", "").replace("-", "") + _kinds(codes)
            found[str(status)] = components.add(
                name, partial(_refusal, status, codes, components), ResolvedComponent.RESPONSE
            )
    return found


def _kinds(codes: dict[str, ErrorCode]) -> str:
    return "".join(sorted({word.title() for error in codes.values() for word in error.scope.split()} - {"Every"}))


def _refusal(status: int, codes: dict[str, ErrorCode], components: Components) -> Schema:
    schema = components.add("Failure", _failure)
    examples = {}
    for name, error in codes.items():
        code = error.codes(name)[0]
        examples[code] = components.add(code, partial(_example, code, error), ResolvedComponent.EXAMPLE)
    return {
        "description": "\n".join(f"- `{code}`: {error.when}" for code, error in codes.items()),
        "headers": headers((*_COMMON, *_MORE.get(status, ())), components),
        "content": {_JSON: {"schema": schema, "examples": examples}},
    }


def _example(code: str, error: ErrorCode) -> Schema:
    body: dict[str, Any] = {"code": code, "message": error.message}
    if error.details:
        body["details"] = error.details
    return {"summary": error.when, "value": {"success": False, "error": body}}


def _codes() -> list[str]:
    return sorted(code for name, error in error_codes().items() for code in error.codes(name))


def _failure() -> Schema:
    details = {
        "type": "array",
        "items": {"type": "object"},
        "description": "For programs; the contents depend on the code.",
    }
    error = {
        "type": "object",
        "required": ["code", "message"],
        "properties": {
            "code": {"type": "string", "enum": _codes(), "description": "Stable, for programs."},
            "message": {"type": "string", "description": "For people; it may change."},
            "details": details,
        },
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "description": "An error. Nothing was changed.",
        "required": ["success", "error"],
        "properties": {
            "success": {"type": "boolean", "const": False, "description": "`true` in every other response."},
            "error": {**error, "description": "The error."},
        },
        "additionalProperties": False,
    }


def _header(name: str) -> Schema:
    description, schema = _HEADERS[name]
    return {"description": description, "schema": schema}
