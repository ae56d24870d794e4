"""Idempotency-Key: a request that is sent again has its effect once and gets the same answer.

The answer is stored in the transaction of the effect, so a crash leaves neither or both.  Refusals (4xx) are stored
too, as their effect is nothing.  Not stored are 429, 5xx, 412 (a new If-Match asks something else) and whatever says
when to try again (Retry-After): there the same request must get another chance.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

from bigledger_crm.api.exceptions import ApiError
from bigledger_crm.api.models import IdempotencyRecord
from bigledger_crm.api.responses import json_response
from bigledger_crm.kernel import clock

KEPT = timedelta(hours=24)
_FORM = re.compile(r"[\x21-\x7e]{1,255}")
_HEADERS = ("Location", "ETag")


def once(
    request: HttpRequest,
    sent: bytes,
    company_id: UUID,
    act: Callable[[], HttpResponse],
    refuse: Callable[[Exception], HttpResponse],
) -> HttpResponse:
    """Runs `act` unless its key has an answer already; `refuse` makes the answer to what it raises.

    `sent` is what tells one request from another: its body, or what counts of it.

    Raises ApiError for a bad key, one that is in use by another request, or one that came with another body.
    """
    key = request.headers["Idempotency-Key"].strip('"')
    if not _FORM.fullmatch(key):
        raise ApiError(400, "IDEMPOTENCY_KEY_INVALID", "Idempotency-Key must be 1 to 255 printable ASCII characters")
    fingerprint = _fingerprint(request, sent)
    with transaction.atomic():
        if not _lock(company_id, key):
            raise ApiError(
                409, "IDEMPOTENCY_IN_PROGRESS", "The first request with this key is still running", Retry_After="1"
            )
        stored = IdempotencyRecord.objects.filter(key=key).first()
        if stored is not None and stored.created_at > clock.now() - KEPT:
            return _replay(stored, fingerprint)
        if stored is not None:
            stored.delete()
        try:
            with transaction.atomic():
                response = act()
        except Exception as error:  # noqa: BLE001 `refuse` logs what nobody foresaw
            response = refuse(error)
        if not _is_final(response):
            transaction.set_rollback(True)
            return response
        _store(company_id, key, fingerprint, response)
        return response


def forget_expired() -> int:
    """Deletes the answers of all companies that are no longer kept; returns how many."""
    return IdempotencyRecord.unscoped.filter(created_at__lte=clock.now() - KEPT).delete()[0]


def _is_final(response: HttpResponse) -> bool:
    refused_for_now = response.status_code in (412, 429) or "Retry-After" in response.headers
    return response.status_code < 500 and not refused_for_now


def _fingerprint(request: HttpRequest, sent: bytes) -> str:
    digest = hashlib.sha256(f"{request.method} {request.path}\n".encode())
    digest.update(sent)
    return digest.hexdigest()


def _lock(company_id: UUID, key: str) -> bool:
    """Whether this transaction is now the only one with the key."""
    number = int.from_bytes(hashlib.sha256(f"{company_id} {key}".encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])


def _replay(stored: IdempotencyRecord, fingerprint: str) -> HttpResponse:
    if stored.fingerprint != fingerprint:
        raise ApiError(422, "IDEMPOTENCY_KEY_REUSED", "This Idempotency-Key was used for another request")
    return json_response(stored.status, bytes(stored.body), {**stored.headers, "Idempotent-Replayed": "true"})


def _store(company_id: UUID, key: str, fingerprint: str, response: HttpResponse) -> None:
    IdempotencyRecord.objects.create(
        company_id=company_id,
        key=key,
        fingerprint=fingerprint,
        status=response.status_code,
        headers={name: response.headers[name] for name in _HEADERS if name in response.headers},
        body=response.content,
        created_at=clock.now(),
    )
