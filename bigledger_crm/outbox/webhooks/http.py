"""One request to a receiver: to the address that was checked, without redirects, within its time."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPException

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from bigledger_crm.outbox.webhooks.url_safety import Target, TargetRefused, read_target, resolve

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0  # from the first packet to the last one that is waited for
NOT_IN_TIME = f"No answer within {TOTAL_SECONDS:.0f} seconds"
KEPT_BYTES = 4096
USER_AGENT = "BigLedger-Webhooks/1"


@dataclass(frozen=True)
class Answer:
    """What came back: `status` None and an `error` when nothing did."""

    duration_ms: int
    status: int | None = None
    body: str = ""
    error: str = ""
    retry_after: str = ""

    @property
    def is_success(self) -> bool:
        """Only 2xx is."""
        return self.status is not None and 200 <= self.status < 300


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Posts the body; never raises for what the network or the receiver does."""
    began = time.monotonic()

    def answer(**what: object) -> Answer:
        return Answer(duration_ms=round((time.monotonic() - began) * 1000), **what)  # type: ignore[arg-type]

    try:
        target = read_target(url)
        address = resolve(target)
    except TargetRefused as error:
        return answer(error=str(error))
    connection = _connection(target, address)
    sent = {"Host": target.authority, "Content-Type": "application/json", "User-Agent": USER_AGENT, **headers}
    with _cut_in_time(connection) as time_is_up:
        try:
            connection.connect()
            connection.timeout = 2 * TOTAL_SECONDS  # the cut comes first, on a busy machine too
            connection.request("POST", target.path, body, sent, preload_content=False, decode_content=False)
            response = connection.getresponse()
        except (HTTPError, HTTPException, OSError, ValueError) as error:
            fault = f"{type(error).__name__}: {error}"[:500]
            return answer(error=NOT_IN_TIME if time_is_up.is_set() else fault)
        if time_is_up.is_set():  # a head that was cut looks like a whole one
            return answer(error=NOT_IN_TIME)
        text = _beginning(response)
    return answer(status=response.status, body=text, retry_after=response.headers.get("Retry-After", ""))


class _Plain(HTTPConnection):
    """A connection that another thread can end, during the TLS handshake as well: it keeps a handle of its own."""

    handle: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        made = super()._new_conn()
        self.handle = made.dup()
        return made

    def cut(self) -> None:
        """Whoever waits for this connection waits no longer."""
        if self.handle is not None:
            with contextlib.suppress(OSError):  # closed meanwhile
                self.handle.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Ends the connection."""
        super().close()
        if self.handle is not None:
            self.handle.close()


class _Secure(_Plain, HTTPSConnection):
    """The same, by TLS."""


def _connection(target: Target, address: str) -> _Plain:
    """To the address that was checked, where the certificate must be the name's."""
    if target.scheme == "http":
        return _Plain(address, target.port, timeout=CONNECT_SECONDS)
    return _Secure(
        address, target.port, timeout=CONNECT_SECONDS, server_hostname=target.host, assert_hostname=target.host
    )


@contextlib.contextmanager
def _cut_in_time(connection: _Plain) -> Iterator[threading.Event]:
    """Cuts the connection when the time is over, and sets the event then: timeouts of sockets begin anew each byte."""
    time_is_up = threading.Event()

    def cut() -> None:
        time_is_up.set()
        connection.cut()

    timer = threading.Timer(TOTAL_SECONDS, cut)
    timer.daemon = True
    timer.start()
    try:
        yield time_is_up
    finally:
        timer.cancel()
        connection.close()


def _beginning(response: BaseHTTPResponse) -> str:
    """The first bytes of the answer, as far as they come; what the receiver decided stands in the status already."""
    kept = b""
    with contextlib.suppress(HTTPError, HTTPException, OSError, ValueError):
        while len(kept) < KEPT_BYTES and (part := response.read1(KEPT_BYTES - len(kept))):
            kept += part
    return kept.decode("utf-8", "replace").replace("\0", "\ufffd")
