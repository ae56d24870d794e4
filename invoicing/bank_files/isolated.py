"""Reads a file in a process of its own, with little time and memory: whatever a file does to a library stays there."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from invoicing.bank_files.statement import Statement, StatementError
from invoicing.bank_files.tables import Profile

_ROOT = Path(__file__).resolve().parents[2]
SECONDS = 90
TOO_MUCH = "This file takes more time or memory than any statement needs"


class Request(msgspec.Struct):
    """What the process is asked."""

    content: bytes
    profile: Profile


class Answer(msgspec.Struct):
    """What it answers: statements, or what is wrong with the file."""

    statements: list[Statement] = []
    error: str = ""


def read_isolated(content: bytes, profile: Profile) -> Sequence[Statement]:
    """`reading.read_statements`, out of this process.  Raises StatementError."""
    command = [sys.executable, "-I", "-c", _START.format(root=str(_ROOT))]
    environment = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 our own interpreter and module
            command,
            input=msgspec.msgpack.encode(Request(content, profile)),
            capture_output=True,
            timeout=SECONDS,
            env=environment,
            cwd=_ROOT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise StatementError(TOO_MUCH) from None
    if done.returncode != 0:
        raise StatementError(TOO_MUCH)
    answer = msgspec.msgpack.decode(done.stdout, type=Answer)
    if answer.error:
        raise StatementError(answer.error)
    return answer.statements


_START = "import sys; sys.path.insert(0, {root!r}); from invoicing.bank_files.worker import main; main()"
