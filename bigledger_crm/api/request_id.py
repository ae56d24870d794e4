"""The id of a request, on its response and in its log lines; and that nothing but JSON leaves the API."""

import logging
import re
import time
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from bigledger_crm import metrics
from bigledger_crm.api.exceptions import response_for
from bigledger_crm.api.responses import failure
from bigledger_crm.kernel import ids, log_context
from bigledger_crm.kernel.log_context import request_id
from bigledger_crm.tenancy.client_address import client_address
from bigledger_crm.tenancy.scope import scoped_company_id

logger = logging.getLogger("bigledger.access")
_served: ContextVar[HttpRequest | None] = ContextVar("served", default=None)
_ACCEPTED = re.compile(r"[\x21-\x7e]([\x20-\x7e]{0,126}[\x21-\x7e])?")
# Parts of a URL that whoever knows them may do something with.
_SECRET_PARTS = frozenset({"key", "token", "code", "secret"})
_PREFIXES = ("/api/v1", "/v1", "/api")


class RequestFilter(logging.Filter):
    """Gives every log record what is known of its request: its id, and from where and by whom it was sent."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Adds `request`, `address`, `company` and `actor` to the record."""
        record.request = request_id.get()
        if task := log_context.task.get():
            record.task, record.task_id = task
        if company_id := scoped_company_id():
            record.company = ids.encode("comp", company_id)  # no model is loaded yet
        served = _served.get()
        if served is not None:
            actor = getattr(served, "actor", None)
            record.address = client_address(served) or "-"
            record.company = actor.company.public_id if actor else "-"
            record.actor = actor.id if actor else _person(served)
            record.secrets = _secret_parts(served)
        return True


def _person(request: HttpRequest) -> str:
    """Who is signed in where there is no company, such as in the admin; without asking the database."""
    user = vars(request).get("_cached_user")
    return str(getattr(user, "public_id", "-"))  # an anonymous one has none


def _secret_parts(request: HttpRequest) -> list[str]:
    match = request.resolver_match
    return [str(value) for name, value in match.kwargs.items() if name in _SECRET_PARTS and value] if match else []


def is_api_path(path: str) -> bool:
    """Whether a path belongs to the API under either prefix."""
    return any(path == prefix or path.startswith(prefix + "/") for prefix in _PREFIXES)


class OneLineFilter(logging.Filter):
    """Takes the traceback off what is wrong with a request, such as an unknown host: it would tell of Django only."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shortens records of Django's `django.security` loggers."""
        if record.name.startswith("django.security."):
            record.exc_info = record.exc_text = None
        return True


class RequestIdMiddleware:
    """Outermost: names the request, serves /v1 and trailing slashes as /api/v1, turns foreign errors into JSON."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serves one request."""
        given = request.headers.get("X-Request-Id", "")
        token = request_id.set(given if _ACCEPTED.fullmatch(given) else str(ids.new_id()))
        request.request_id = request_id.get()  # type: ignore[attr-defined]
        serving = _served.set(request)
        address = log_context.client_address.set(client_address(request))
        began = time.monotonic()
        try:
            api = is_api_path(request.path_info)
            if api:
                request.path_info = request.path = _canonical(request.path_info)
            response = self.get_response(request) if _may_be_read(request) else _https_required()
            if api and not response.headers.get("Content-Type", "").startswith("application/json"):
                response = _as_json(response)
            response.headers["X-Request-Id"] = request_id.get()
            if request.method == "HEAD" and isinstance(response, HttpResponse):
                response.content = b""  # gunicorn would drop it, with a warning each time
            seconds = time.monotonic() - began
            _log(request, response, seconds)
            metrics.request_served(str(request.method), _route(request), response.status_code, seconds)
            return response
        finally:
            log_context.client_address.reset(address)
            _served.reset(serving)
            request_id.reset(token)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answers for a view of the API that let an error through, before a page of errors is made of it."""
        return response_for(error, request_id.get()) if is_api_path(request.path_info) else None


def _may_be_read(request: HttpRequest) -> bool:
    """Whether a request came by https, where that is how the API is served: a key that didn't is known to others."""
    needs_https = settings.SERVED_BY_HTTPS and request.path_info.startswith("/api/v1")
    return request.is_secure() or not needs_https


def _https_required() -> HttpResponse:
    message = "Use https; a key that was sent without it should be revoked"
    return failure(403, "HTTPS_REQUIRED", message)


def _log(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    fields = {
        "method": request.method,
        "path": request.path_info,
        "status": response.status_code,
        "ms": f"{seconds * 1000:.0f}",
    }
    logger.info("%(method)s %(path)s %(status)s", fields, extra={"fields": fields})


def _route(request: HttpRequest) -> str:
    """The pattern of the request's URL; one word for all that have none."""
    if request.resolver_match is not None:
        return f"/{request.resolver_match.route.removeprefix('^')}"
    return "static" if request.path_info.startswith(settings.STATIC_URL) else "unknown"


def _canonical(path: str) -> str:
    path = path.rstrip("/")
    return f"/api{path}" if path == "/v1" or path.startswith("/v1/") else path


def _as_json(response: HttpResponseBase) -> HttpResponseBase:
    """What Django itself answered (an unknown host, a crash before the view) in the envelope; files pass."""
    if response.status_code < 400:
        return response
    known = {400: "BAD_REQUEST", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}
    code = known.get(response.status_code, "INTERNAL_ERROR" if response.status_code >= 500 else "BAD_REQUEST")
    message = "The request could not be processed"
    if response.status_code >= 500:
        message = f"Something went wrong on our side; the request id is {request_id.get()}"
    answer: HttpResponse = failure(response.status_code, code, message)
    return answer
