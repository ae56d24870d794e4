"""What was asked and answered, as it is kept: never a secret, a token, or the query with people's numbers in it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from invoicing.myinvois.operations import Operation

KEPT_CHARACTERS = 20_000
SHORTEST_SECRET = 16  # LHDN's have 36 characters; short ones would take words out of its texts
HIDDEN = b"***"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer.

    `status` is None where no answer came, and `fault` says why.  `path` is without the query; `body` is that of the
    answer, cut after 20,000 characters, and "" for a token.  `correlation_id` is LHDN's name for the call.
    """

    operation: Operation
    method: str
    path: str
    status: int | None
    correlation_id: str
    body: str = field(repr=False)
    at: datetime
    duration_ms: int
    fault: str = ""


OnExchange = Callable[[Exchange], None]


def without_secrets(body: bytes, *secrets: str) -> bytes:
    """A body without the secrets that a careless server repeats; what is shorter than a secret ever is stays."""
    for secret in secrets:
        if len(secret) >= SHORTEST_SECRET:
            body = body.replace(secret.encode(), HIDDEN)
    return body


def kept_text(body: bytes) -> str:
    """A body as text that a database takes."""
    return body.decode("utf-8", "replace").replace("\0", "\ufffd")[:KEPT_CHARACTERS]
