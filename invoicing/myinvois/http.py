"""One HTTP request over a connection of its own, and how far it got.

A connection that is kept open may be closed by the other side just when a submission is written to it, and then nobody
knows whether it arrived.  LHDN takes a few requests a second at most, so a new one for each costs nothing.  Redirects
are not followed, and nothing is tried twice.
"""

import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from urllib.parse import urlencode, urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

MAX_BYTES = 10_000_000
PART_BYTES = 65_536
USER_AGENT = "BigLedger-CRM/1"
Failure = (HTTPError, HTTPException, OSError)


class NotConnected(Exception):
    """Nothing was sent."""


class NoAnswer(Exception):
    """Something was sent, perhaps, and no whole answer came."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to send; `path` begins with a slash and is added to the base URL."""

    method: str
    base_url: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, whole; `headers` by names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def correlation_id(self) -> str:
        """LHDN's name for the call."""
        return self.headers.get("correlationid", "")[:100]


def send(request: Request, connect_seconds: float, answer_seconds: float) -> Reply:
    """Sends it once and reads the answer.  Raises NotConnected or NoAnswer; their texts have nothing of the request."""
    parts = urlsplit(request.base_url)
    target = parts.path.rstrip("/") + request.path + (f"?{urlencode(request.query)}" if request.query else "")
    headers = {"Accept": "application/json", "Accept-Language": "en", "User-Agent": USER_AGENT, **request.headers}
    connection = _connection(parts.scheme, parts.hostname or "", parts.port, connect_seconds)
    try:
        try:
            connection.connect()
        except Failure as error:
            raise NotConnected(_fault(error)) from None
        deadline = time.monotonic() + answer_seconds
        connection.timeout = answer_seconds
        try:
            # A server that has seen enough closes early, and its answer is there to be read all the same.
            with contextlib.suppress(BrokenPipeError):
                connection.request(request.method, target, request.body, headers, preload_content=False)
            response = connection.getresponse()
            body = _whole_body(response, deadline)
        except Failure as error:
            raise NoAnswer(_fault(error)) from None
    finally:
        connection.close()
    return Reply(response.status, {name.lower(): value for name, value in response.headers.items()}, body)


def _connection(scheme: str, host: str, port: int | None, timeout: float) -> HTTPConnection:
    if scheme == "http":
        return HTTPConnection(host, port, timeout=timeout)
    return HTTPSConnection(host, port, timeout=timeout)


def _whole_body(response: BaseHTTPResponse, deadline: float) -> bytes:
    """The body to its end.  Raises NoAnswer for one that is too long or too slow, HTTPError for one that is cut off."""
    body = bytearray()
    while part := response.read(PART_BYTES):
        body += part
        if len(body) > MAX_BYTES:
            raise NoAnswer("The answer is too long")
        if time.monotonic() > deadline:
            raise NoAnswer("The answer took too long")
    return bytes(body)


def _fault(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
