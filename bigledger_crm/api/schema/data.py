"""The data files of the description, each read once."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

_KEYWORDS = frozenset(
    "description type format anyOf enum items minItems maxItems properties required additionalProperties".split()
    + "pattern minimum maximum minLength maxLength examples".split()
)


@dataclass(frozen=True)
class ErrorCode:
    """A refusal's code: `scope` says which operations can answer it, '' that they declare it themselves.

    `when` and `todo` are for people; `message` and `details` make the example.
    """

    status: int
    when: str
    todo: str
    message: str
    scope: str = ""
    details: list[dict[str, Any]] | None = None
    of: tuple[str, ...] = ()

    def codes(self, name: str) -> list[str]:
        """The codes of a family such as `*_NOT_FOUND`, or the one code."""
        return [name.replace("*", member) for member in self.of] or [name]


@dataclass(frozen=True)
class Tag:
    """A heading for URLs that lead to no collection, and the `first` and `last` parts of them."""

    about: str
    first: tuple[str, ...] = ()
    last: tuple[str, ...] = ()


@dataclass(frozen=True)
class Collection:
    """What a URL leads to: `one` of it, the prefix of its ids, and what its heading says.

    `heading` is its own where that of the URL's words wouldn't be English.
    """

    one: str
    prefix: str
    about: str
    within: bool = False
    heading: str = ""


@cache
def collections() -> dict[str, Collection]:
    """The collections of the API, by their names in URLs."""
    return msgspec.yaml.decode(_read("collections.yaml"), type=dict[str, Collection])


@cache
def other_tags() -> dict[str, Tag]:
    """The headings of the other URLs."""
    return msgspec.yaml.decode(_read("tags.yaml"), type=dict[str, Tag])


@cache
def error_codes() -> dict[str, ErrorCode]:
    """Every code that the API can answer, by status."""
    return msgspec.yaml.decode(_read("error_codes.yaml"), type=dict[str, ErrorCode])


@cache
def vocabulary() -> dict[str, dict[str, Any]]:
    """What a field's name means, as part of its JSON Schema: by `Component.name`, or by the name alone.

    Raises ValueError for a keyword that isn't one: half a sentence, where an unquoted text has a comma.
    """
    words = msgspec.yaml.decode(_read("vocabulary.yaml"), type=dict[str, dict[str, Any]])
    for name, said in words.items():
        if unknown := said.keys() - _KEYWORDS:
            raise ValueError(f"vocabulary.yaml: {name} has unknown keywords {sorted(unknown)}")
    return words


@cache
def examples() -> dict[str, Any]:
    """An example of every input and object, by the name of its class."""
    return msgspec.yaml.decode(_read("examples.yaml"), type=dict[str, Any])


def _read(name: str) -> bytes:
    return (Path(__file__).parent / name).read_bytes()
