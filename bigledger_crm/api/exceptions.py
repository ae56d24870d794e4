"""What the API itself refuses, and how every exception becomes the envelope."""

import logging
from typing import Any

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.http import Http404, HttpResponse
from django.http.request import UnreadablePostError
from psycopg.errors import ForeignKeyViolation, UniqueViolation

from bigledger_crm.api.responses import failure
from bigledger_crm.kernel.errors import DomainError, json_path
from bigledger_crm.tenancy.database import is_busy, is_unavailable

logger = logging.getLogger("bigledger.api")


class ApiError(DomainError):
    """A refusal by the transport: authentication, form, method, headers."""

    def __init__(
        self,
        http_status: int,
        code: str,
        message: str,
        *,
        details: list[dict[str, object]] | None = None,
        **headers: str,
    ) -> None:
        super().__init__(message, details=details or ())
        self.http_status = http_status
        self.code = code
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def invalid_parameters(problems: dict[str, str]) -> ApiError:
    """400 for query parameters, each named."""
    details: list[dict[str, object]] = [{"field": name, "message": message} for name, message in problems.items()]
    return ApiError(400, "INVALID_PARAMETERS", "Query parameters are invalid", details=details)


def details_of(error: DomainError) -> list[dict[str, Any]]:
    """What programs are told besides the message: the fields that are wrong, by their names in JSON, and the rest."""
    fields = [{"field": json_path(wrong.path), "message": wrong.message} for wrong in error.errors]
    return [*fields, *error.details]


def exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse:
    """The answer to whatever a view of the API raises; Django REST framework asks it."""
    return response_for(error, getattr(context["request"], "request_id", "-"))


def response_for(error: Exception, request_id: str) -> HttpResponse:
    """The answer to an exception; one that nobody foresaw is logged and tells only the request's id."""
    if isinstance(error, ApiError):
        return failure(error.http_status, error.code, error.message, details_of(error), error.headers)
    if isinstance(error, DomainError):
        headers = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
        return failure(error.status, error.code, error.message, details_of(error), headers)
    if isinstance(error, Http404):
        return failure(404, "NOT_FOUND", "There is nothing at this URL")
    if isinstance(error, DjangoPermissionDenied):
        return failure(403, "PERMISSION_DENIED", "This is not allowed")
    if isinstance(error, RequestDataTooBig):
        return failure(413, "PAYLOAD_TOO_LARGE", "The body is too large")
    if isinstance(error, SuspiciousOperation | UnreadablePostError):
        return failure(400, "BAD_REQUEST", "The request could not be read")
    if isinstance(error, ProtectedError):
        return failure(409, "CONFLICT", "This is still in use")
    if is_busy(error):
        message = "Someone else is changing this; try again"
        return failure(409, "CONCURRENT_UPDATE", message, headers={"Retry-After": "1"})
    if isinstance(error, IntegrityError) and isinstance(error.__cause__, UniqueViolation | ForeignKeyViolation):
        logger.warning("No service foresaw this conflict", exc_info=error)
        return failure(409, "CONFLICT", "This conflicts with existing data")
    if is_unavailable(error):
        logger.error("The database did not respond in time", exc_info=error)
        message = "The service is not available; try again"
        return failure(503, "SERVICE_UNAVAILABLE", message, headers={"Retry-After": "5"})
    logger.error("Unhandled error", exc_info=error)
    return failure(500, "INTERNAL_ERROR", f"Something went wrong on our side; the request id is {request_id}")
