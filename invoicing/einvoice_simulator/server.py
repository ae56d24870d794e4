"""Serves the simulator on loopback, each request in a thread of its own."""

import contextlib
import signal
import socket
import threading
from pathlib import Path
from socketserver import ThreadingMixIn
from types import FrameType
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from invoicing.einvoice_simulator.app import CONNECTION, Application
from invoicing.einvoice_simulator.http_messages import Cut
from invoicing.einvoice_simulator.model import Settings
from invoicing.einvoice_simulator.simulator import Simulator

HOST = "127.0.0.1"
IDLE_SECONDS = 60
# What a new simulator of the product begins with.
FIRST_SETTINGS = Settings(delay_seconds=2, hidden_seconds=1)


class ThreadedServer(ThreadingMixIn, WSGIServer):
    """Threads end with the process."""

    daemon_threads = True
    request_queue_size = 128


class RequestHandler(WSGIRequestHandler):
    """Tells the application which connection it has, and says nothing of requests."""

    timeout = IDLE_SECONDS

    def get_environ(self) -> dict[str, Any]:
        return {**super().get_environ(), CONNECTION: self.connection}

    def log_message(self, format: str, *arguments: Any) -> None:
        """Says nothing."""


def cutting(application: Application) -> Any:
    """The application, with connections that end where it wants them to."""

    def answer(environ: Any, start_response: Any) -> Any:
        try:
            return application(environ, start_response)
        except Cut:
            connection: socket.socket = environ[CONNECTION]
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            start_response("200 OK", [("Content-Length", "0")])
            return [b""]

    return answer


def make(simulator: Simulator, port: int) -> WSGIServer:
    """A server of a simulator; port 0 is any free one."""
    return make_server(HOST, port, cutting(Application(simulator)), ThreadedServer, RequestHandler)


def serve(path: Path, port: int) -> None:
    """Serves until SIGTERM or SIGINT."""
    simulator = Simulator(path, FIRST_SETTINGS)
    server = make(simulator, port)

    def stop(number: int, frame: FrameType | None) -> None:
        simulator.stopped.set()
        threading.Thread(target=server.shutdown).start()  # it waits for serve_forever, which this thread is in

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    with server:
        server.serve_forever()
    simulator.close()
