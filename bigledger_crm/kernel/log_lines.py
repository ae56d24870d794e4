"""Log lines of fields that can't be forged: whatever a value holds, it stays in its own field and in its own line."""

import logging
import re
from datetime import UTC, datetime

from bigledger_crm.kernel.log_secrets import without_secrets

# The order of the line; what a record hasn't is a dash, so that a program can count on each.
CONTEXT = ("request", "address", "company", "actor")
OF_TASKS = ("task", "task_id")  # only where a worker does one
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
        known = getattr(record, "secrets", ())
        said = " ".join(
            f"{name}={quoted(without_secrets(str(value), known))}" for name, value in fields_of(record).items()
        )
        line = f"{moment_of(record)} {record.levelname} {record.name} {said}"
        below = [self.formatException(record.exc_info)] if record.exc_info else []
        below += [self.formatStack(record.stack_info)] if record.stack_info else []
        below = [without_secrets(part, known) for part in below]
        return "\n".join([line, *(f"  | {escaped(text)}" for part in below for text in part.split("\n"))])


def moment_of(record: logging.LogRecord) -> str:
    """When it was said."""
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def fields_of(record: logging.LogRecord) -> dict[str, object]:
    """The fields of a record, in their order."""
    fields: dict[str, object] = {name: getattr(record, name, "-") for name in CONTEXT}
    fields |= {name: found for name in OF_TASKS if (found := getattr(record, name, None))}
    return fields | (getattr(record, "fields", None) or {"message": record.getMessage()})
