"""What was given, and what wasn't."""

from dataclasses import dataclass

from msgspec import UNSET, UnsetType

from bigledger_crm.kernel.inputs import given, given_or


@dataclass(frozen=True, slots=True, kw_only=True)
class _Input:
    name: str | UnsetType = UNSET
    limit: int | UnsetType | None = UNSET


def test_none_is_given_and_unset_is_not() -> None:
    assert given(_Input(limit=None)) == {"limit": None}
    assert given(_Input(name="")) == {"name": ""}
    assert given(_Input()) == {}


def test_a_default_stands_for_what_was_not_given() -> None:
    assert given_or(_Input().name, "Acme") == "Acme"
    assert given_or(_Input(limit=None).limit, 5) is None
