"""What a call can fail with."""

from collections.abc import Mapping, Sequence
from typing import Any


class BigLedgerError(Exception):
    """Anything that went wrong with a call."""


class NoResponseError(BigLedgerError):
    """The server could not be reached, or its response did not arrive whole, even after the last retry.

    Whether a change took effect is unknown: repeat the call with the same `idempotency_key` to find out.
    """


class ResponseTimeoutError(NoResponseError):
    """The response did not arrive in time."""


class UnexpectedResponseError(BigLedgerError):
    """The response is not what the API describes, as that of a server of another version."""


class SignatureError(BigLedgerError):
    """A webhook's request was not signed with the secret, or too long ago."""


class ApiError(BigLedgerError):
    """The API rejected the request; nothing was changed.

    `code` and `details` are for programs, `message` is for people. `request_id` finds the request in the server's log.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        details: Sequence[Mapping[str, Any]] = (),
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(status, code, message)
        self.status = status
        self.code = code
        self.message = message
        self.details = list(details)
        self.request_id = request_id
        self.retry_after = retry_after

    @property
    def fields(self) -> dict[str, str]:
        """The invalid fields, each with what is wrong with it."""
        return {one["field"]: one["message"] for one in self.details if "field" in one and "message" in one}

    def __str__(self) -> str:
        lines = [f"{self.message} ({self.status} {self.code})"]
        lines += [f"  {field}: {problem}" for field, problem in self.fields.items()]
        return "\n".join(lines)


class BadRequestError(ApiError):
    """400: fields or parameters are invalid; `fields` says which."""


class AuthenticationError(ApiError):
    """401: the API key is missing, unknown, expired or revoked."""


class PermissionDeniedError(ApiError):
    """403: the key is not valid for the company, or lacks a scope."""


class NotFoundError(ApiError):
    """404: the company has no such object."""


class ConflictError(ApiError):
    """409: the request conflicts with what is stored."""


class PreconditionFailedError(ApiError):
    """412: the object has changed since it was read."""


class BusinessRuleError(ApiError):
    """422: a rule of the business forbids it, such as a credit limit."""


class RateLimitError(ApiError):
    """429: too many requests or emails, and `retry_after` is longer than the client waits."""


class ServerError(ApiError):
    """5xx: the server failed, even after the last retry."""


_BY_STATUS: dict[int, type[ApiError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    412: PreconditionFailedError,
    422: BusinessRuleError,
    429: RateLimitError,
}


def error_type(status: int) -> type[ApiError]:
    """The error of a status of HTTP."""
    return ServerError if status >= 500 else _BY_STATUS.get(status, ApiError)
