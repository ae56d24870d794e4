"""Verification of webhooks, which are signed as https://www.standardwebhooks.com says."""

import base64
import datetime as dt
import hashlib
import hmac
import time
from collections.abc import Mapping, Sequence

import msgspec

from bigledger.errors import SignatureError


class EventData(msgspec.Struct, rename="camel"):
    """What an event is about; fetch the object if its present state is needed."""

    id: str
    object: str
    actor_id: str | None = None


class WebhookEvent(msgspec.Struct, rename="camel"):
    """An event. The same `id` may arrive twice."""

    type: str
    timestamp: dt.datetime
    company_id: str
    data: EventData
    id: str = ""


def verify_webhook(
    body: bytes | str,
    headers: Mapping[str, str],
    secrets: str | Sequence[str],
    *,
    tolerance: float = 300,
    now: float | None = None,
) -> WebhookEvent:
    """The event of a request whose signature is right for one of the secrets.

    `body` is the raw body. `tolerance` is how many seconds ago the request may have been signed. Raises SignatureError.
    """
    content = body.encode() if isinstance(body, str) else body
    given = {name.lower(): value for name, value in headers.items()}
    try:
        number, signed_at = given["webhook-id"], given["webhook-timestamp"]
        signatures = [one.partition(",")[2] for one in given["webhook-signature"].split() if one.startswith("v1,")]
        age = (time.time() if now is None else now) - int(signed_at)
    except (KeyError, ValueError) as error:
        raise SignatureError("The headers webhook-id, webhook-timestamp or webhook-signature are missing") from error
    if abs(age) > tolerance:
        raise SignatureError("The request was signed too long ago, or this machine's clock is wrong")
    message = f"{number}.{signed_at}.".encode() + content
    wanted = [_sign(message, secret) for secret in ([secrets] if isinstance(secrets, str) else secrets)]
    if not any(hmac.compare_digest(one.encode(), other) for one in signatures for other in wanted):
        raise SignatureError("The signature is not that of this secret")
    event = msgspec.json.decode(content, type=WebhookEvent)
    event.id = number
    return event


def _sign(message: bytes, secret: str) -> bytes:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return base64.b64encode(hmac.digest(key, message, hashlib.sha256))
