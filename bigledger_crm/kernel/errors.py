"""Errors a caller can act on.  Each knows its code, HTTP status and details; the edges only render them."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class DomainError(Exception):
    """A refusal with a stable code.  `message` is for people, `details` for programs."""

    status: ClassVar[int] = 422
    code: str = "RULE_VIOLATED"
    retry_after: int | None = None  # seconds, where trying again later can help

    def __init__(self, message: str, *, details: Sequence[Mapping[str, Any]] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.details: list[dict[str, Any]] = [dict(detail) for detail in details]


def code_of(resource: str) -> str:
    """`Sales order` as in SALES_ORDER_NOT_FOUND."""
    return resource.upper().replace(" ", "_").replace("-", "_")


class InvalidData(DomainError):
    """Values that cannot be accepted: every failing field at once, by its name in JSON."""

    status = 400

    def __init__(self, resource: str, fields: Mapping[str, str] | Sequence[tuple[str, str]]) -> None:
        pairs = list(fields.items()) if isinstance(fields, Mapping) else list(fields)
        super().__init__(
            f"{resource} validation failed",
            details=[{"field": field, "message": message} for field, message in pairs],
        )
        self.code = f"INVALID_{code_of(resource)}_DATA"


class NotFound(DomainError):
    """No such object in this company; another company's object is the same as none."""

    status = 404

    def __init__(self, resource: str, identifier: str) -> None:
        super().__init__(f"{resource} with ID '{identifier}' not found")
        self.code = f"{code_of(resource)}_NOT_FOUND"


class Conflict(DomainError):
    """The request contradicts what is stored."""

    status = 409
    code = "CONFLICT"


class Unavailable(DomainError):
    """It can't be done at the moment; the same again a little later can."""

    status = 503
    code = "SERVICE_UNAVAILABLE"
    retry_after = 5


class PermissionDenied(DomainError):
    """The actor may not do this."""

    status = 403
    code = "PERMISSION_DENIED"


class InvalidStatusTransition(DomainError):
    """A move that the lifecycle doesn't have."""

    code = "INVALID_STATUS_TRANSITION"

    def __init__(self, resource: str, current: str, target: str, allowed: Sequence[str]) -> None:
        super().__init__(
            f"{resource} cannot go from '{current}' to '{target}'",
            details=[{"from": current, "to": target, "allowed": list(allowed)}],
        )
