"""The input to declare and change custom fields."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from msgspec import UNSET, UnsetType


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomFieldInput:
    """A custom field; what isn't given is UNSET.  `default_value` is as in JSON, None for none.

    Of a field that there is, `object_type`, `key` and `type` can only be what they are.
    """

    object_type: str | UnsetType = UNSET
    key: str | UnsetType = UNSET
    label: str | UnsetType = UNSET
    type: str | UnsetType = UNSET
    choices: Sequence[str] | UnsetType = UNSET
    decimals: int | UnsetType = UNSET
    is_required: bool | UnsetType = UNSET
    is_unique: bool | UnsetType = UNSET
    default_value: Any = UNSET
    show_on_paper: bool | UnsetType = UNSET
    roles: Sequence[str] | UnsetType = UNSET
    position: int | UnsetType = UNSET
