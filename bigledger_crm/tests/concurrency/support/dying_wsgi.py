"""The product's WSGI application, whose process is killed at the point that a request names in X-Request-Id."""

import os
import signal
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpResponse

from bigledger_crm import wsgi
from bigledger_crm.api import idempotency
from bigledger_crm.kernel.log_context import request_id

BEFORE_COMMIT, AFTER_COMMIT = "killed-before-the-commit", "killed-before-the-answer"
_store = idempotency._store


def _store_and_die(company_id: UUID, key: str, fingerprint: str, response: HttpResponse) -> None:
    """The effect and the answer are written, and nothing is committed."""
    _store(company_id, key, fingerprint, response)
    if request_id.get() == BEFORE_COMMIT:
        os.kill(os.getpid(), signal.SIGKILL)


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Everything is committed, and nobody is told."""
    answer = wsgi.application(environ, start_response)
    if environ.get("HTTP_X_REQUEST_ID") == AFTER_COMMIT:
        os.kill(os.getpid(), signal.SIGKILL)
    return answer


idempotency._store = _store_and_die
