"""A broker of the test's own, so that it can be away for a while."""

import subprocess
from pathlib import Path

from bigledger_crm.embedded.valkey import find_server
from bigledger_crm.testing.product import wait_for


class Broker:
    """Valkey on a Unix socket, keeping what it has in a file."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.socket = directory / "valkey.sock"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it and waits for its socket."""
        options = ["--port", "0", "--unixsocket", str(self.socket), "--dir", str(self.directory), "--appendonly", "yes"]
        # As root, the product's processes have another user.
        options += ["--unixsocketperm", "777"]
        self.process = subprocess.Popen([find_server(), *options], stdout=subprocess.DEVNULL)
        wait_for(self.socket.exists, 10)

    def kill(self) -> None:
        """kill -9."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(300)
        self.socket.unlink(missing_ok=True)
