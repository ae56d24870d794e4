"""What gunicorn answers to requests that are no HTTP, or too long to be read: the envelope, in place of its HTML."""

from http import HTTPStatus
from socket import socket

from gunicorn import util

from bigledger_crm.api.codec import encode
from bigledger_crm.kernel import ids

_CODES = {414: "URI_TOO_LONG", 431: "HEADERS_TOO_LARGE", 500: "INTERNAL_ERROR", 501: "NOT_IMPLEMENTED"}


def answer_in_the_envelope() -> None:
    """Makes gunicorn's workers answer so; its configuration has no setting for it."""
    util.write_error = write_error


def write_error(sock: socket, status_int: int, reason: str, mesg: str) -> None:
    """In place of gunicorn.util.write_error.  What was wrong stands in the log; it may hold what the sender likes."""
    status = HTTPStatus(status_int)
    code = _CODES.get(status_int, "BAD_REQUEST")
    body = encode({"success": False, "error": {"code": code, "message": f"The request failed: {status.phrase}"}})
    head = [
        f"HTTP/1.1 {status.value} {status.phrase}",
        "Connection: close",
        "Content-Type: application/json; charset=utf-8",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        f"X-Request-Id: {ids.new_id()}",
    ]
    util.write_nonblock(sock, "\r\n".join([*head, "", ""]).encode("ascii") + body)
