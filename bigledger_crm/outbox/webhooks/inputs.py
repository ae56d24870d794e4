"""The input to create and change webhooks."""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import UNSET, UnsetType


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointInput:
    """A URL that is told of events; what isn't given is UNSET."""

    url: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    events: Sequence[str] | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
