"""Requests, responses, and the errors of a whole call."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

import msgspec

_encoder = msgspec.json.Encoder(decimal_format="number")
MAX_BODY = 12 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """A request; names of headers are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_malay(self) -> bool:
        """Whether texts are wanted in Malay."""
        return self.headers.get("accept-language", "").lower().startswith("ms")

    def parameter(self, name: str) -> str:
        """A parameter of the URL, whatever the case of its name; "" for none."""
        return next((value for key, value in self.query.items() if key.lower() == name.lower()), "")

    def json(self) -> Any:
        """The body.  Raises ApiError."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise bad_structure("The body is not valid JSON") from error


@dataclass(slots=True)
class Response:
    """A response.

    It is held back for `hold_seconds`; then, with `cut`, the connection ends instead.  `distort` are names of faults
    that change how it is written.
    """

    status: int = 200
    content: bytes = b""
    content_type: str = "application/json; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    hold_seconds: float = 0
    cut: bool = False
    distort: list[str] = field(default_factory=list)

    @property
    def status_line(self) -> str:
        """Such as 200 OK."""
        return f"{self.status} {HTTPStatus(self.status).phrase}"


@dataclass
class ApiError(Exception):
    """An error of a whole call, in the shape in which LHDN tells it."""

    status: int
    code: str
    message: str | None
    target: str | None = None
    details: list[dict[str, Any]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """The response that says it."""
        error = {"code": self.code, "message": self.message, "target": self.target, "details": self.details}
        return json_response({"error": error}, self.status, self.headers)


class Cut(Exception):
    """The connection ends without an answer."""

    def __init__(self, hold_seconds: float = 0) -> None:
        super().__init__()
        self.hold_seconds = hold_seconds


def json_response(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A response in JSON."""
    return Response(status, _encoder.encode(body), headers=dict(headers or {}))


def html_response(page: str, status: int = 200) -> Response:
    """A page."""
    return Response(status, page.encode(), "text/html; charset=utf-8")


def bad_argument(message: str, target: str) -> ApiError:
    """A parameter or a field that can't be used."""
    return ApiError(400, "BadArgument", message, target)


def bad_structure(message: str) -> ApiError:
    """A body that can't be read."""
    return ApiError(400, "BadStructure", message)


def not_found(message: str = "The requested resource was not found") -> ApiError:
    """Nothing that the caller may see."""
    return ApiError(404, "NotFound", message)


def forbidden(message: str, code: str = "Forbidden") -> ApiError:
    """Not the caller's to do."""
    return ApiError(403, code, message)


def read_query(text: str) -> dict[str, str]:
    """The parameters of a URL, of each the last."""
    return {name: values[-1] for name, values in parse_qs(text, keep_blank_values=True).items()}
