"""Compares what is served with what is published: the same fields, JSON types and ways of writing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

_ID = re.compile(r"(cust|contact|item|tax|quote|qi|so|soi|inv|invli|pay|att)_\w+")
_PUBLIC_ID = re.compile(r"[a-z]+_[0-9a-z]{26}")
_MAKER = re.compile(r"(user|key)_[0-9a-z]{26}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Manner:
    """How alike two objects must be: in every value, or in their types, with null where nothing was given."""

    values: bool = True
    nulls: bool = False


EXACT = Manner()
TYPES = Manner(values=False)
SHAPE = Manner(values=False, nulls=True)


def compare(example: Any, served: Any, manner: Manner, where: str = "") -> Iterator[tuple[str, str]]:
    """Every field of the example by its path, with what is wrong about the one that is served, or ""."""
    if isinstance(example, dict):
        yield from _compare_objects(example, served, manner, where)
    elif isinstance(example, list):
        yield where, _wrong_list(example, served, manner)
        if example and isinstance(example[0], dict) and isinstance(served, list):
            pairs = zip(example, served, strict=False) if manner.values else ((example[0], row) for row in served[:1])
            for number, (one, other) in enumerate(pairs):
                yield from compare(one, other, manner, f"{where}[{number}]")
    else:
        yield where, _wrong_value(example, served, manner, where.rpartition(".")[2])


def _compare_objects(example: dict[str, Any], served: Any, manner: Manner, where: str) -> Iterator[tuple[str, str]]:
    if manner.nulls and served is None and where:
        yield where, ""
        return
    if not isinstance(served, dict):
        yield where, f"{served!r} is no object"
        return
    for name, value in example.items():
        path = f"{where}.{name}" if where else name
        if name not in served:
            yield path, "" if manner.nulls and name == "street2" else "missing"
        elif name == "customFields" and not manner.values:
            yield path, "" if isinstance(served[name], dict) else "no object"
        else:
            yield from compare(value, served[name], manner, path)


def _wrong_list(example: list[Any], served: Any, manner: Manner) -> str:
    if not isinstance(served, list):
        return f"{served!r} is no list"
    if manner.values and len(example) != len(served):
        return f"{len(served)} in place of {len(example)}"
    if manner.values and example and not isinstance(example[0], dict) and example != served:
        return f"{served!r} in place of {example!r}"
    return "empty" if example and not served and not manner.nulls else ""


def _wrong_value(example: Any, served: Any, manner: Manner, name: str) -> str:
    if manner.nulls and (served is None or example is None):
        return ""
    if isinstance(example, bool) or example is None:
        wanted = served is example if manner.values else type(served) is type(example)
    elif isinstance(example, str):
        wanted = isinstance(served, str) and _same_text(example, served, manner, name)
    else:
        wanted = _same_number(example, served, manner)
    return "" if wanted else f"{served!s} ({type(served).__name__}) in place of {example!s}"


def _same_text(example: str, served: str, manner: Manner, name: str) -> bool:
    if name == "createdBy":
        return bool(_MAKER.fullmatch(served))
    if name == "url":
        return served.startswith(("https://", "http://"))
    if _ID.fullmatch(example):
        return bool(_PUBLIC_ID.fullmatch(served)) and served.partition("_")[0] == example.partition("_")[0]
    if _MOMENT.fullmatch(example):
        return bool(_MOMENT.fullmatch(served))
    if manner.values:
        return example == served
    return not _DAY.fullmatch(example) or bool(_DAY.fullmatch(served))


def _same_number(example: int | Decimal, served: Any, manner: Manner) -> bool:
    """Numbers are compared as they are written: 25.00 isn't 25, and nothing is written with an exponent."""
    if isinstance(served, bool) or not isinstance(served, int | Decimal):
        return False
    if manner.values:
        return str(example) == str(served)
    if "E" in str(served):
        return False
    decimals = len(str(served).partition(".")[2])
    wanted = len(str(example).partition(".")[2])
    return decimals == wanted if wanted != 1 else decimals >= 1
