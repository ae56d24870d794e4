"""Reads a file in a process of its own, with little time and memory: whatever a file does to a library stays there."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec

from bigledger_crm.imports.files.contents import Answer, Chunk, Contents, FileError, ReadOptions, Row

_ROOT = Path(__file__).resolve().parents[3]
TOO_MUCH = "This file takes more time or memory than any table needs"
_START = "import sys; sys.path.insert(0, {root!r}); from {module} import main; main(sys.argv[1])"


def read_isolated(file: IO[bytes], options: ReadOptions) -> Iterator[list[Row] | Contents]:
    """The rows of a file of the operating system, some at a time, and at last how it was read.  Raises FileError."""
    start = _START.format(root=str(_ROOT), module="bigledger_crm.imports.files.worker")
    environment = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
    contents: Contents | None = None
    with subprocess.Popen(  # noqa: S603 our own interpreter and module
        [sys.executable, "-I", "-c", start, msgspec.json.encode(options).decode()],
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=_ROOT,
    ) as process:
        try:
            for line in process.stdout or ():
                if line.startswith(b'{"rows"'):
                    yield msgspec.json.decode(line, type=Chunk).rows
                else:
                    answer = msgspec.json.decode(line, type=Answer)
                    contents = answer.contents
                    if answer.error:
                        raise FileError(answer.error)
        finally:
            process.kill()
    if contents is None:
        raise FileError(TOO_MUCH)
    yield contents
