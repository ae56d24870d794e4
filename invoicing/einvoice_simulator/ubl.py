"""Reading a document: UBL in JSON, each element a list of objects with the value in `_`."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NoReturn

Element = dict[str, Any]


class Malformed(ValueError):
    """The bytes aren't a document."""


def parse(document: bytes) -> Element:
    """The Invoice element, numbers as Decimal.  Raises Malformed."""
    try:
        root = json.loads(document.decode(), parse_float=_plain_decimal, parse_int=Decimal, parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise Malformed("The document is not UTF-8") from error
    except RecursionError as error:
        raise Malformed("JSON is nested too deeply") from error
    except ValueError as error:
        raise error if isinstance(error, Malformed) else Malformed("JSON is not valid") from error
    invoices = root.get("Invoice") if isinstance(root, dict) else None
    if not isinstance(invoices, list) or len(invoices) != 1 or not isinstance(invoices[0], dict):
        raise Malformed("Invalid structure")
    invoice: Element = invoices[0]
    return invoice


def _plain_decimal(text: str) -> Decimal:
    if "e" in text.lower():
        raise Malformed(f"{text} has an exponent")
    return Decimal(text)


def _no_number(text: str) -> NoReturn:
    raise Malformed(f"{text} is not a number")


def children(element: Element, *path: str) -> Iterator[Element]:
    """The elements at a path of names below an element."""
    name, *rest = path
    found = element.get(name)
    for one in found if isinstance(found, list) else []:
        if isinstance(one, dict):
            yield from children(one, *rest) if rest else (one,)


def child(element: Element, *path: str) -> Element:
    """The first element at a path; an empty one where there is none."""
    return next(children(element, *path), {})


def value(element: Element, *path: str) -> Any:
    """The value of the first element at a path; None where there is none."""
    return child(element, *path).get("_")


def text(element: Element, *path: str) -> str:
    """The text of the first element at a path; "" where there is none."""
    found = value(element, *path)
    return found if isinstance(found, str) else ""


def number(element: Element, *path: str) -> Decimal:
    """The number of the first element at a path; 0 where there is none."""
    found = value(element, *path)
    return found if isinstance(found, Decimal) else Decimal(0)


def party_ids(party: Element) -> list[tuple[str, str]]:
    """The pairs of scheme and number of a party."""
    found = children(party, "PartyIdentification", "ID")
    return [(str(one.get("schemeID", "")), str(one.get("_", ""))) for one in found]
