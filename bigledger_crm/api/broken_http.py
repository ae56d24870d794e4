"""What the web server answers to requests that are no HTTP, too long, or too slow to be read: the envelope."""

from http import HTTPStatus

from bigledger_crm.api.codec import encode
from bigledger_crm.kernel import ids

_CODES = {
    408: "REQUEST_TIMEOUT",
    411: "LENGTH_REQUIRED",
    413: "PAYLOAD_TOO_LARGE",
    414: "URI_TOO_LONG",
    431: "HEADERS_TOO_LARGE",
    500: "INTERNAL_ERROR",
    501: "NOT_IMPLEMENTED",
}


def refusal(status_int: int) -> tuple[str, list[tuple[str, str]], bytes]:
    """Status line, headers and body.  What was wrong isn't said; it may hold what the sender likes."""
    status = HTTPStatus(status_int)
    code = _CODES.get(status_int, "BAD_REQUEST")
    body = encode({"success": False, "error": {"code": code, "message": f"The request failed: {status.phrase}"}})
    headers = [
        ("Content-Type", "application/json; charset=utf-8"),
        ("Cache-Control", "no-store"),
        ("X-Request-Id", str(ids.new_id())),
    ]
    return f"{status.value} {status.phrase}", headers, body
