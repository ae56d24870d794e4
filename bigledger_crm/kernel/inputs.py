"""The input of services: frozen dataclasses, in which a field that wasn't given is msgspec's UNSET."""

from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import UNSET, UnsetType

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T")
D = TypeVar("D")


def given(inputs: "DataclassInstance") -> dict[str, Any]:
    """The fields that were given, by their names."""
    return {field.name: value for field in fields(inputs) if (value := getattr(inputs, field.name)) is not UNSET}


def given_or(value: T | UnsetType, default: D) -> T | D:
    """The value, or the default where it wasn't given."""
    return default if isinstance(value, UnsetType) else value
