"""Errors a caller can act on.  Each knows its code, HTTP status and details; the edges only render them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from bigledger_crm.kernel.text import camel_case


@dataclass(frozen=True, slots=True)
class UnknownName:
    """A name in a path that is none of ours: the edges repeat it as its caller wrote it."""

    name: str


# Where a value stands in what a caller gave, in Python's names: `("items", 0, "unit_price")`; () is all of it.
Part = str | int | UnknownName
Path = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with a value.  Rules return these; pages find the form's field by the path, the API writes it."""

    path: Path
    message: str


def field_error(name: Part, message: str | None) -> list[FieldError]:
    """The error of a field, if there is a message: `field_error("due_date", rules.check_dates(…))`."""
    return [FieldError((name,), message)] if message else []


def under(errors: Iterable[FieldError], *path: Part) -> list[FieldError]:
    """The errors of a part as those of the whole, in which it stands at `path`: `under(found, "items", 0)`."""
    return [FieldError((*path, *error.path), error.message) for error in errors]


def first_per_field(errors: Iterable[FieldError]) -> list[FieldError]:
    """The errors without those of a field that an earlier one names."""
    found: dict[Path, FieldError] = {}
    for error in errors:
        found.setdefault(error.path, error)
    return list(found.values())


def json_path(path: Path) -> str:
    """A path as JSON has it: `items[0].unitPrice`; `body` for all of it."""
    written = ""
    for part in path:
        if isinstance(part, int):
            written += f"[{part}]"
        else:
            name = part.name if isinstance(part, UnknownName) else camel_case(part)
            written += f".{name}" if written else name
    return written or "body"


class DomainError(Exception):
    """A refusal with a stable code.  `message` is for people, `details` for programs; `errors` name fields."""

    status: ClassVar[int] = 422
    code: str = "RULE_VIOLATED"
    retry_after: int | None = None  # seconds, where trying again later can help

    def __init__(
        self, message: str, *, details: Sequence[Mapping[str, Any]] = (), errors: Iterable[FieldError] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.details: list[dict[str, Any]] = [dict(detail) for detail in details]
        self.errors = tuple(errors)


def code_of(resource: str) -> str:
    """`Sales order` as in SALES_ORDER_NOT_FOUND."""
    return resource.upper().replace(" ", "_").replace("-", "_")


class InvalidData(DomainError):
    """Values that cannot be accepted: every failing field at once."""

    status = 400

    def __init__(self, resource: str, errors: Iterable[FieldError]) -> None:
        super().__init__(f"{resource} validation failed", errors=errors)
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
