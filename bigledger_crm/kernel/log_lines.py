"""Log lines of fields that can't be forged: whatever a value holds, it stays in its own field and in its own line."""

import logging
import re
from datetime import UTC, datetime

# The order of the line; what a record hasn't is a dash, so that a program can count on each.
CONTEXT = ("request", "address", "company", "actor")
_PLAIN = re.compile(r"[A-Za-z0-9_.:/@+%~,\[\]-]+")


def quoted(value: object) -> str:
    """A value as it stands after `name=`: in quotes where it isn't one plain word."""
    text = str(value)
    return text if _PLAIN.fullmatch(text) else f'"{escaped(text)}"'


def escaped(text: str) -> str:
    """The text without line breaks, quotes and whatever could steer a terminal or hide."""
    return "".join(_ESCAPES.get(letter) or (letter if letter.isprintable() else _code(letter)) for letter in text)


def _code(letter: str) -> str:
    return letter.encode("unicode_escape", "surrogatepass").decode("ascii")


_ESCAPES = {'"': '\\"', "\\": "\\\\"}


class LineFormatter(logging.Formatter):
    """Time in UTC, level, logger, then name=value for each of CONTEXT, then the record's `fields` or its message.

    What follows of a traceback is indented behind a bar, line by line.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line, and the lines of a traceback below it."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fields: dict[str, object] = {name: getattr(record, name, "-") for name in CONTEXT}
        fields |= getattr(record, "fields", None) or {"message": record.getMessage()}
        said = " ".join(f"{name}={quoted(value)}" for name, value in fields.items())
        line = f"{moment.replace('+00:00', 'Z')} {record.levelname} {record.name} {said}"
        below = [self.formatException(record.exc_info)] if record.exc_info else []
        below += [self.formatStack(record.stack_info)] if record.stack_info else []
        return "\n".join([line, *(f"  | {escaped(text)}" for part in below for text in part.split("\n"))])
