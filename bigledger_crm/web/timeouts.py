"""What people are told when the database could not do something in time: nothing was saved, and to try again."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.defaults import server_error

from bigledger_crm.kernel.errors import DomainError, Unavailable
from bigledger_crm.tenancy.database import is_busy, is_unavailable

logger = logging.getLogger("bigledger.pages")


class SavedByOthers(DomainError):
    """Somebody else held for too long what this form changes."""

    status = 409
    code = "CONCURRENT_UPDATE"
    retry_after = 1

    def __init__(self) -> None:
        super().__init__(busy_message())


class NotSaved(Unavailable):
    """The database did not answer in time."""

    def __init__(self) -> None:
        super().__init__(_("This took too long, so nothing was saved. Please try again."))


def busy_message() -> str:
    """What to tell whoever came while somebody else was saving the same."""
    return _("Someone else is saving this at the moment, so nothing was saved. Please try again.")


def retryable(response: HttpResponse, error: DomainError) -> HttpResponse:
    """The answer that tells of a refusal, with when to try again where that can help."""
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


@contextmanager
def asking_to_try_again() -> Iterator[None]:
    """Raises SavedByOthers or NotSaved for what the database could not do in time."""
    try:
        yield
    except Error as error:
        if is_busy(error):
            raise SavedByOthers from error
        if is_unavailable(error):
            logger.error("The database did not respond in time", exc_info=error)
            raise NotSaved from error
        raise


def broken(request: HttpRequest) -> HttpResponse:
    """The page for an error that no view made an answer of; it asks nobody anything, for nothing may work any more."""
    error = sys.exception()
    if is_busy(error):
        busy = {"title": _("Please try again"), "message": busy_message(), "code": "409"}
        return HttpResponse(render_to_string("503.html", busy), status=409, headers={"Retry-After": "1"})
    if isinstance(error, Unavailable):
        retry = {"Retry-After": str(error.retry_after)}
        return HttpResponse(render_to_string("503.html", {"message": error.message}), status=503, headers=retry)
    if is_unavailable(error):
        return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "5"})
    return server_error(request)
