"""The envelope, and how amounts, numbers and times are written in it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar, cast

import msgspec
from django.http import HttpResponse
from rest_framework.response import Response

from bigledger_crm.api.codec import encode, encode_sorted
from bigledger_crm.kernel.money import decimals_of, quantize, round_half_up


class ApiStruct(msgspec.Struct, rename="camel", kw_only=True):
    """A response object: snake_case here, camelCase in JSON.

    `passing` are the fields that tell of one request, not of the object: its ETag leaves them out, also where the
    object stands in a list of another one.
    """

    passing: ClassVar[frozenset[str]] = frozenset()


class Pagination(ApiStruct):
    """Where a list's page stands."""

    has_more: bool
    next_cursor: str | None
    limit: int
    total: int


@dataclass(frozen=True)
class Page:
    """A page of a list: its objects, and where it stands."""

    rows: Sequence[Any]
    pagination: Pagination


class Deleted(ApiStruct):
    """The object is no more."""

    id: str
    deleted: bool = True


def json_response(status: int, body: bytes, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """A response with a JSON body that no cache keeps."""
    response = HttpResponse(body, status=status, content_type="application/json; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Authorization, X-Company-Id"
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response


def created(data: Any, path: str) -> Response:
    """201 for a new object, with its ETag and its URL below /api/v1."""
    return single(data, status=201, headers={"Location": f"/api/v1{path}"})


def single(data: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """One object with its ETag."""
    return Response(data, status=status, headers={**(headers or {}), "ETag": entity_tag(data)})


def failure(
    status: int,
    code: str,
    message: str,
    details: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """A refusal in the envelope."""
    error: dict[str, Any] = {"code": code, "message": message}
    if details:
        error["details"] = list(details)
    return json_response(status, encode({"success": False, "error": error}), headers)


def entity_tag(data: Any) -> str:
    """A strong ETag: the hash of what the object says."""
    return f'"{hashlib.sha256(encode_sorted(_lasting(data))).hexdigest()[:32]}"'


def _lasting(part: Any) -> Any:
    """A struct without its passing fields, and without those of the structs in its lists."""
    if isinstance(part, ApiStruct):
        names = zip(part.__struct_fields__, part.__struct_encode_fields__, strict=True)
        return {written: _lasting(getattr(part, name)) for name, written in names if name not in part.passing}
    if isinstance(part, list) and part and isinstance(part[0], ApiStruct) and part[0].passing:
        return [_lasting(below) for below in part]
    return part


def amount(value: Decimal, currency: str) -> Decimal:
    """An amount with exactly its currency's decimals."""
    return quantize(value, currency)


def optional_amount(value: Decimal | None, currency: str) -> Decimal | None:
    """An amount with its currency's decimals, or None."""
    return None if value is None else quantize(value, currency)


def quantity(value: Decimal) -> Decimal:
    """A number without trailing zeros and never with an exponent: 100, 0.35."""
    return _plain(round_half_up(value, decimals_of(value)))


def percent(value: Decimal) -> Decimal:
    """A rate or percentage with at least one decimal: 6.0, 9.975."""
    return _plain(round_half_up(value, max(1, decimals_of(value))))


def _plain(value: Decimal) -> Decimal:
    """Decimal writes a number below 0.000001 with an exponent, which the API doesn't take back."""
    return value if not value or value.adjusted() >= -6 else cast("Decimal", msgspec.Raw(f"{value:f}".encode()))


def timestamp(value: datetime | None) -> str | None:
    """A moment in UTC to the second, such as 2024-01-15T10:30:00Z."""
    return None if value is None else f"{value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def word(value: str) -> Any:
    """One of a Literal's words, which the database's own check has let through."""
    return value


def text(value: str) -> str | None:
    """A text, or None where there is none."""
    return value or None
