"""What a method of the API takes, gives and refuses: declared once beside it, and read by the API's description."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bigledger_crm.api.serializers import StrictSerializer
from bigledger_crm.kernel.errors import DomainError

Handler = TypeVar("Handler", bound=Callable[..., Any])
JSON = "application/json"
_ATTRIBUTE = "api_operation"


@dataclass(frozen=True)
class Operation:
    """One method of one address.

    `gives` is the ApiStruct of `data` in the answer (of a row, for a list); `media_types` are those of other answers.
    `query` are its own parameters: what each means, and its JSON Schema.  `refuses` are the rules of
    the business that can stand against it; what every address can answer isn't named.
    """

    gives: Any
    takes: type[StrictSerializer] | None = None
    status: int = 200
    refuses: Sequence[type[DomainError]] = ()
    media_types: Sequence[str] = (JSON,)
    query: Mapping[str, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)


def operation(
    *,
    gives: Any = None,
    takes: type[StrictSerializer] | None = None,
    status: int = 200,
    refuses: Sequence[type[DomainError]] = (),
    media_types: Sequence[str] = (JSON,),
    query: Mapping[str, tuple[str, Mapping[str, Any]]] | None = None,
) -> Callable[[Handler], Handler]:
    """Declares a handler's Operation; the first line of its docstring is the summary."""

    def declare(handler: Handler) -> Handler:
        setattr(handler, _ATTRIBUTE, Operation(gives, takes, status, refuses, media_types, query or {}))
        return handler

    return declare


def operation_of(handler: Callable[..., Any]) -> Operation | None:
    """The Operation declared for a handler."""
    return getattr(handler, _ATTRIBUTE, None)
