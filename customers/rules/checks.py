"""Checking all that was given, field by field."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from bigledger_crm.kernel.errors import FieldError
from bigledger_crm.kernel.inputs import given
from customers.rules.addresses import errors_of

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def apply_checks(
    inputs: "DataclassInstance", checks: Mapping[str, Callable[[Any], Any]]
) -> tuple[dict[str, Any], list[FieldError]]:
    """The clean values of what was given, each by the check of its name, and what the checks refused."""
    values: dict[str, Any] = {}
    errors: list[FieldError] = []
    for name, value in given(inputs).items():
        try:
            values[name] = checks[name](value)
        except ValueError as error:
            errors += errors_of(name, error)
    return values, errors


def is_wrong(name: str, errors: Iterable[FieldError]) -> bool:
    """Whether something is wrong with a field."""
    return any(error.path[0] == name for error in errors)
