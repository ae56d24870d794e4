"""Starts the embedded servers under a supervisor."""

import contextlib
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from bigledger_crm.embedded import directories, lock, loopback_ports, mail, product_processes, unprivileged
from bigledger_crm.embedded.errors import EmbeddedError
from bigledger_crm.embedded.paths import FIRST_SIMULATOR_PORT, SIMULATOR_PORTS, Layout
from bigledger_crm.embedded.postgres import Postgres
from bigledger_crm.embedded.processes import Child, stop_left_over
from bigledger_crm.embedded.supervisor import Supervisor
from bigledger_crm.embedded.unprivileged import Processes
from bigledger_crm.embedded.valkey import Valkey


@contextlib.contextmanager
def claim(layout: Layout, supervisor: Supervisor, *, restoring: bool = False) -> Iterator[None]:
    """Hold the data directory, with all directories there and nothing left over of an earlier start.

    Raises EmbeddedError when another supervisor holds it, and when it is half restored, unless that is going on.
    """
    directories.make(layout)
    with lock.hold(layout.run / "up.lock"):
        if layout.restoring.exists() and not restoring:
            raise EmbeddedError(f"A restore into {layout.data} has begun and not finished: run manage.py restore again")
        if count := stop_left_over(layout):
            supervisor.printer.plain(f"Stopped {count} processes that an earlier start had left behind.")
        shutil.rmtree(layout.sockets)  # with the lock files of servers that were killed
        shutil.rmtree(layout.metrics)
        directories.make(layout)
        try:
            yield
        finally:
            shutil.rmtree(layout.sockets, ignore_errors=True)


def start_storage(
    layout: Layout,
    supervisor: Supervisor,
    environment: Mapping[str, str],
    database: bool = True,
    broker: bool = True,
    throwaway: bool = False,
) -> None:
    """Start the database and the broker, whichever is wanted, and wait for both. Raises EmbeddedError, Stopped."""
    started = []
    others = unprivileged.processes(layout, environment, supervisor.printer)
    for server in (
        Postgres(layout, environment, throwaway) if database else None,
        Valkey(layout, others) if broker else None,
    ):
        if server:
            child = server.prepare()
            supervisor.add(child)
            started.append((child, server.accepts))
    for child, accepts in started:
        supervisor.await_ready(child, accepts)


def start_mail_capture(layout: Layout, supervisor: Supervisor, processes: Processes, password: str) -> None:
    """Start the mail capture and wait for it. Raises EmbeddedError, Stopped."""
    port = mail.choose_port(layout)
    root = Path(__file__).resolve().parent.parent.parent
    arguments = [sys.executable, "-m", mail.__name__, "--port", str(port), "--directory", str(layout.mail)]
    environment = {**processes.environment, mail.PASSWORD_VARIABLE: password}
    child = Child("mail", arguments, environment, account=processes.account, directory=root)
    supervisor.add(child)
    supervisor.await_ready(child, lambda: loopback_ports.answers(port))


def start_simulator(layout: Layout, supervisor: Supervisor, processes: Processes, port: int, *, is_fixed: bool) -> int:
    """Start the simulator of MyInvois at a port, or at another free one unless it `is_fixed`; returns the port.

    It runs without Django, and nobody waits for it.  Raises EmbeddedError, Stopped.
    """
    if not is_fixed:
        file, instead = layout.simulator_port_file, "set MYINVOIS_SIMULATOR_PORT to one, or to off"
        port = loopback_ports.choose_port(port, FIRST_SIMULATOR_PORT, SIMULATOR_PORTS, file, instead)
    elif not loopback_ports.is_free(loopback_ports.HOST, port):
        raise EmbeddedError(f"{loopback_ports.HOST}:{port} is taken: set MYINVOIS_SIMULATOR_PORT to another, or to off")
    supervisor.add(product_processes.simulator(layout, processes, port))
    return port
