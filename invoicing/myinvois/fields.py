"""JSON of MyInvois, whose names differ in case from page to page and from day to day."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from bigledger_crm.kernel.text import clean_line

MAX_TEXT = 1000
_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,100}")


class Fields:
    """An object of an answer: its values by name, without regard to case.  What isn't there is "", None or []."""

    __slots__ = ("_values",)

    def __init__(self, value: object) -> None:
        found = value.items() if isinstance(value, Mapping) else ()
        self._values = {str(name).lower(): part for name, part in found}

    def __contains__(self, name: str) -> bool:
        return self._values.get(name.lower()) is not None

    def value(self, *names: str) -> object:
        """The first value that is there."""
        found = (self._values.get(name.lower()) for name in names)
        return next((value for value in found if value is not None), None)

    def text(self, *names: str) -> str:
        """A text or number, as one line."""
        value = self.value(*names)
        is_text = isinstance(value, str | int | float) and not isinstance(value, bool)
        return clean_line(str(value))[:MAX_TEXT] if is_text else ""

    def identifier(self, *names: str) -> str:
        """An id that LHDN has made; "" for what can't be one."""
        text = self.text(*names)
        return text if _IDENTIFIER.fullmatch(text) else ""

    def number(self, *names: str) -> int | None:
        """A whole number, also one that is written as text."""
        text = self.text(*names)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    def time(self, *names: str) -> datetime | None:
        """A date and time in UTC; None for one that can't be read, and for year 1, which means none."""
        try:
            moment = datetime.fromisoformat(self.text(*names))
        except ValueError:
            return None
        if moment.year == 1:
            return None
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

    def object(self, *names: str) -> "Fields":
        """An object; an empty one where there is none."""
        return Fields(self.value(*names))

    def objects(self, *names: str) -> list["Fields"]:
        """The objects of a list."""
        value = self.value(*names)
        return [Fields(part) for part in value if isinstance(part, Mapping)] if isinstance(value, list) else []


def read_json(body: bytes) -> Mapping[str, object] | list[object] | None:
    """The object or list that a body is; None for anything else, such as a page or a cut-off answer."""
    try:
        value = msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
    return value if isinstance(value, dict | list) else None
