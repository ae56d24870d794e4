"""Reading requests: waitress's parser with narrower limits, and refusals in the API's envelope."""

from typing import Any

from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask

from bigledger_crm.api.broken_http import refusal

LONGEST_HEAD = 64 * 1024
LONGEST_LINE = 4094
LONGEST_FIELD = 8190
MOST_FIELDS = 100


class _Refused(ParsingError):
    """A head that is well formed and not what is taken here."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


class RequestParser(HTTPRequestParser):
    """Collects one request.  `status` is what it is refused with, 0 while nothing is wrong with it."""

    status = 0

    def received(self, data: bytes) -> int:
        """Takes what came; returns how much of it belongs to this request."""
        beginning = (self.header_plus + data)[: LONGEST_LINE + 1] if self.body_rcv is None else b""
        consumed: int = super().received(data)
        if self.error is not None and not self.status:
            too_long_a_line = self.error.code == 431 and b"\n" not in beginning
            self.status = 414 if too_long_a_line else self.error.code
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Reads the head.  Raises ParsingError; what two servers could read in two ways is wrong."""
        try:
            self._check_limits(header_plus)
            super().parse_header(header_plus)
            if self.version not in ("1.0", "1.1"):
                raise ParsingError("Unknown version of HTTP")
            if self.chunked:
                raise _Refused(400 if "CONTENT_LENGTH" in self.headers else 411)
        except _Refused as refused:
            self.status = refused.status
            raise

    @staticmethod
    def _check_limits(head: bytes) -> None:
        line, _, rest = head.partition(b"\r\n")
        if len(line) > LONGEST_LINE:
            raise _Refused(414)
        fields = rest.rstrip(b"\r\n").split(b"\r\n")
        if len(fields) > MOST_FIELDS or any(len(field) > LONGEST_FIELD for field in fields):
            raise _Refused(431)


class Refusal(ErrorTask):
    """The answer to a request that the application never sees."""

    def execute(self) -> None:
        """Writes it, and closes the connection."""
        self.channel.was_refused = True
        self.status, headers, body = refusal(status_of(self.request))
        self.response_headers.extend(headers)
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


def status_of(request: Any) -> int:
    """What a request is refused with."""
    return getattr(request, "status", 0) or int(request.error.code)


def refusal_bytes(status: int) -> bytes:
    """A whole refusal, for a connection whose request was never completed."""
    line, headers, body = refusal(status)
    fields = [*headers, ("Connection", "close"), ("Content-Length", str(len(body)))]
    head = [f"HTTP/1.1 {line}", *(f"{name}: {value}" for name, value in fields), "", ""]
    return "\r\n".join(head).encode("ascii") + body
