"""Ports of servers that only this machine reaches."""

import socket
from pathlib import Path

from bigledger_crm.embedded.errors import EmbeddedError

HOST = "127.0.0.1"


def choose_port(usual: int, first: int, count: int, file: Path, instead: str) -> int:
    """A free one of the `count` ports from `first` on, `usual` if it is free.  It is kept in `file`: it stays the same.

    Raises EmbeddedError when none is free, which says what to do `instead`.
    """
    for step in range(100):
        port = first + (usual - first + step) % count
        if is_free(HOST, port):
            file.write_text(str(port))
            return port
    raise EmbeddedError(f"No free port from {usual} on; {instead}")


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def answers(port: int) -> bool:
    """Whether a server accepts connections there."""
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True
