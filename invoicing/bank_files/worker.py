"""The process that reads one file: limits first, then the file from standard input, then what it says."""

import resource
import sys

import msgspec

from invoicing.bank_files.isolated import Answer, Request
from invoicing.bank_files.reading import read_statements
from invoicing.bank_files.statement import StatementError

_MEMORY = 1536 * 1024 * 1024
_CPU_SECONDS = 60


def main() -> None:
    """Answers one request.  Whatever else goes wrong ends the process with an error."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    request = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Request)
    try:
        answer = Answer(statements=read_statements(request.content, request.profile))
    except StatementError as error:
        answer = Answer(error=str(error))
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer))
