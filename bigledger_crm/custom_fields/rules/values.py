"""What a valid value of a custom field is.  Each check returns the value as it is stored or raises ValueError."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from bigledger_crm.kernel import money
from bigledger_crm.kernel.text import clean_line

MAX_TEXT = 500
MAX_NUMBER = Decimal(10) ** 12
MAX_DIGITS = 40
MAX_SIZE = 16 * 1024
_NUMBER = re.compile(r"-?[0-9]{1,24}(\.[0-9]{1,16})?")
_TOO_EXACT = {0: "Must be a whole number", 1: "At most 1 decimal is allowed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A custom field.  A `default_value` of None is none; `decimals` count for numbers and amounts only.

    Amounts are in the company's currency and have its decimals.  With `roles` only these see the values; `is_hidden`
    is for somebody else.
    """

    id: UUID
    key: str
    label: str
    type: str
    choices: tuple[str, ...] = ()
    decimals: int = 0
    default_value: Any = None
    is_required: bool = False
    is_unique: bool = False
    show_on_paper: bool = False
    roles: tuple[str, ...] = ()
    is_deleted: bool = False
    is_hidden: bool = False


def is_empty(value: Any) -> bool:
    """Whether a value says nothing."""
    return value is None or value == "" or value == []


def clean_value(field: Field, value: Any, is_member: Callable[[str], bool]) -> Any:
    """A value as it is stored; `is_member` says whether a `user_…` id is that of a member.  Raises ValueError.

    What is stored is JSON: a day is a text such as 2026-12-31.  A value that says nothing is for callers to leave out.
    """
    return _CHECKS[field.type](field, value, is_member)


def value_fits(field: Field, value: Any) -> bool:
    """Whether a value can be shown as its type; it may be a choice or a member that there is no more."""
    if field.type in ("choice", "person"):
        return isinstance(value, str)
    if field.type == "choices":
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    try:
        clean_value(field, value, lambda _public_id: True)
    except ValueError:
        return False
    return True


def clean_free_fields(values: Mapping[str, Any]) -> dict[str, Any]:
    """Any JSON object up to 16 KiB; its numbers are kept exactly, written out without exponents."""
    if len(json.dumps(values, default=str, ensure_ascii=False).encode()) > MAX_SIZE:
        raise ValueError("Custom fields can have at most 16 KiB")
    return {name: _written_out(part) for name, part in values.items()}


def _written_out(value: Any) -> Any:
    if isinstance(value, Decimal | int):
        number = Decimal(value)
        if not -MAX_DIGITS < number.adjusted() < MAX_DIGITS or len(number.as_tuple().digits) > MAX_DIGITS:
            raise ValueError(f"A number can have at most {MAX_DIGITS} digits")
        return Decimal(f"{value:f}") if isinstance(value, Decimal) else value
    if isinstance(value, dict):
        return {name: _written_out(part) for name, part in value.items()}
    return [_written_out(part) for part in value] if isinstance(value, list) else value


def _text(_field: Field, value: Any, _is_member: Callable[[str], bool]) -> str:
    if not isinstance(value, str):
        raise ValueError("Must be a text")
    line = clean_line(value)
    if len(line) > MAX_TEXT:
        raise ValueError(f"At most {MAX_TEXT} characters are allowed")
    return line


def _number(field: Field, value: Any, _is_member: Callable[[str], bool]) -> Decimal | int:
    """A number, or a text that is one: as the API takes amounts."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("Must be a number")
    number = Decimal(value)
    if not -MAX_NUMBER < number < MAX_NUMBER:
        raise ValueError("Must be above -1000000000000 and below 1000000000000")
    if money.decimals_of(number) > field.decimals:
        raise ValueError(_TOO_EXACT.get(field.decimals, f"At most {field.decimals} decimals are allowed"))
    trimmed = money.trimmed(number)
    return int(trimmed) if trimmed == trimmed.to_integral_value() else trimmed


def _date(_field: Field, value: Any, _is_member: Callable[[str], bool]) -> str:
    if isinstance(value, date):
        return value.isoformat()
    try:
        if isinstance(value, str) and len(value) == len("2026-12-31"):
            return date.fromisoformat(value).isoformat()
    except ValueError:
        raise ValueError("Must be a date such as 2026-12-31") from None
    raise ValueError("Must be a date such as 2026-12-31")


def _yes_no(_field: Field, value: Any, _is_member: Callable[[str], bool]) -> bool:
    if not isinstance(value, bool):
        raise ValueError("Must be true or false")
    return value


def _choice(field: Field, value: Any, _is_member: Callable[[str], bool]) -> str:
    known = {choice.casefold(): choice for choice in field.choices}
    found = known.get(clean_line(value).casefold()) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f"Must be one of: {', '.join(field.choices)}")
    return found


def _choices(field: Field, value: Any, is_member: Callable[[str], bool]) -> list[str]:
    """Each once, in the order of the field's choices."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise ValueError("Must be a list of texts")
    chosen = {_choice(field, one, is_member) for one in value}
    return [choice for choice in field.choices if choice in chosen]


def _person(_field: Field, value: Any, is_member: Callable[[str], bool]) -> str:
    if not isinstance(value, str) or not is_member(value):
        raise ValueError("Must be the ID of a member of the company, or in a file the email address")
    return value


def _link(_field: Field, value: Any, _is_member: Callable[[str], bool]) -> str:
    url = value.strip() if isinstance(value, str) else ""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ValueError("Must be an http or https address") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or any(map(str.isspace, url)):
        raise ValueError("Must be an http or https address")
    if len(url) > MAX_TEXT:
        raise ValueError(f"At most {MAX_TEXT} characters are allowed")
    return url


_CHECKS: dict[str, Callable[[Field, Any, Callable[[str], bool]], Any]] = {
    "text": _text,
    "number": _number,
    "money": _number,
    "date": _date,
    "yes_no": _yes_no,
    "choice": _choice,
    "choices": _choices,
    "person": _person,
    "link": _link,
}
FIELD_TYPES = tuple(_CHECKS)
# What can tell objects apart.
UNIQUE_TYPES = ("text", "number", "date", "link")
