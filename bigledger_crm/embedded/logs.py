"""One terminal for many processes: every line carries the name of the one that wrote it."""

import json
import logging
import sys
import threading
import time
from collections.abc import Iterable
from typing import IO, TextIO

from bigledger_crm.kernel.log_json import JsonFormatter
from bigledger_crm.kernel.log_lines import LineFormatter

COLOURS = {"postgres": 34, "valkey": 35, "mail": 36, "web": 32, "worker": 33, "webhooks": 33, "beat": 90}
WIDTH = 8
LONGEST_LINE = 4_000
LONGEST_JSON = 100_000  # cut short, it would be none


class Printer:
    """Writes whole lines, prefixed, and coloured on a terminal."""

    def __init__(self, stream: TextIO = sys.stdout, *, as_json: bool = False) -> None:
        self.stream = stream
        self.as_json = as_json
        self.coloured = stream.isatty()
        self.lock = threading.Lock()

    def line(self, name: str, text: str) -> None:
        """Write one line in the name of a process."""
        if self.as_json:
            self.plain(json.dumps({"process": name, **said(text)}))
            return
        prefix = f"{name:<{WIDTH}} |"
        if self.coloured:
            prefix = f"\x1b[{COLOURS.get(name, 37)}m{prefix}\x1b[0m"
        self.plain(f"{prefix} {text}")

    def note(self, name: str, text: str, level: int = logging.INFO) -> None:
        """Write one log line of our own about a process, in the form of the others."""
        record = {"name": "bigledger.supervisor", "levelno": level, "levelname": logging.getLevelName(level)}
        formatter = JsonFormatter() if self.as_json else LineFormatter()
        self.line(name, formatter.format(logging.makeLogRecord({**record, "msg": text, "created": time.time()})))

    def plain(self, text: str = "") -> None:
        """Write one line as it is."""
        with self.lock:
            self.stream.write(f"{text}\n")
            self.stream.flush()

    def copy(self, name: str, lines: Iterable[bytes]) -> None:
        """Write every line that a process says, until it closes its end."""
        for line in lines:
            self.line(name, printable(line, LONGEST_JSON if self.as_json else LONGEST_LINE))

    def follow(self, name: str, pipe: IO[bytes]) -> threading.Thread:
        """Copy a process's output from a thread of its own."""
        thread = threading.Thread(target=self.copy, args=(name, pipe), name=f"log-{name}", daemon=True)
        thread.start()
        return thread


def said(text: str) -> dict[str, object]:
    """A line as an object: the one that it is, or else one with a message."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"message": text}


def printable(line: bytes, longest: int = LONGEST_LINE) -> str:
    """A line without what could steer the terminal, and not longer than anybody reads."""
    text = line.decode("utf-8", "replace").rstrip()[:longest]
    return "".join(character if character.isprintable() or character == "\t" else "�" for character in text)
