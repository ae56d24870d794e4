"""pytest plugin: tests reach this machine only.

It sees what Python's own sockets do in the process of the tests, name look-ups included.  Libraries in C that open
connections themselves, libpq above all, and processes that a test starts are beyond it.
"""

import ipaddress
import socket
import sys
from typing import Any

import pytest

CONNECTING = ("socket.connect", "socket.sendto")
LOOKING_UP = ("socket.getaddrinfo", "socket.gethostbyname")
NAMES = ("localhost", "", socket.gethostname())  # mail servers look for the name of their own machine


class NotThisMachine(RuntimeError):
    """A test wanted to reach another machine."""


def is_this_machine(host: object) -> bool:
    """Whether an address or name is the machine's own; other names aren't looked up to find out."""
    if host is None:
        return True
    text = host.decode("ascii", "replace") if isinstance(host, bytes | bytearray) else str(host)
    if text in NAMES:
        return True
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _look(event: str, arguments: tuple[Any, ...]) -> None:
    if event in CONNECTING:
        address = arguments[1]
        if isinstance(address, tuple) and not is_this_machine(address[0]):  # a path is a socket in the file system
            raise NotThisMachine(f"{event} {address!r}")
    elif event in LOOKING_UP and not (is_this_machine(arguments[0]) or _is_address(arguments[0])):
        raise NotThisMachine(f"{event} {arguments[0]!r}")


def _is_address(host: object) -> bool:
    """Looking up an address asks nobody."""
    try:
        ipaddress.ip_address(str(host))
    except ValueError:
        return False
    return True


def pytest_configure(config: pytest.Config) -> None:
    """Python never takes an audit hook away again; this process ends with the tests."""
    sys.addaudithook(_look)
