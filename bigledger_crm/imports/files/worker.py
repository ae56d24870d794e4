"""The process that reads one file: limits first, then the file from standard input, then its rows as lines of JSON."""

import resource
import sys
from itertools import islice

import msgspec

from bigledger_crm.imports.files.contents import Answer, Chunk, FileError, ReadOptions
from bigledger_crm.imports.files.reading import read_file

_MEMORY = 1536 * 1024 * 1024
_CPU_SECONDS = 120
CHUNK = 500


def main(options: str) -> None:
    """Reads a file.  Whatever else goes wrong ends the process with an error."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        contents, rows = read_file(sys.stdin.buffer.read(), msgspec.json.decode(options, type=ReadOptions))
        while chunk := list(islice(rows, CHUNK)):
            _say(Chunk(chunk))
        answer = Answer(contents=contents)
    except FileError as error:
        answer = Answer(error=str(error))
    _say(answer)


def _say(what: Chunk | Answer) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(what) + b"\n")
