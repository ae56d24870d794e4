"""What an answer of LHDN means: its content, or the error that its caller has to deal with.

A page in HTML, an empty or a cut-off body come from what stands before LHDN, or from a LHDN that is out of order: they
say nothing about the request.
"""

import email.utils
from collections.abc import Mapping
from datetime import UTC, datetime

from bigledger_crm.kernel import clock
from invoicing.einvoice.errors import read_errors
from invoicing.myinvois.errors import (
    BadCredentials,
    DuplicateSubmission,
    MyInvoisError,
    NotFound,
    OutcomeUnknown,
    Rejected,
    Unavailable,
)
from invoicing.myinvois.fields import Fields, read_json
from invoicing.myinvois.http import Reply
from invoicing.myinvois.operations import CHANGING, Operation

RATE_LIMIT_SECONDS = 60.0  # where LHDN doesn't say how long
MAX_RETRY_SECONDS = 3600.0
TOO_MANY = "MyInvois accepts no more requests at the moment"
OUT_OF_ORDER = "MyInvois is not available at the moment"
UNKNOWN = "MyInvois did not respond properly, so it is not known whether it received the request"
_TEMPORARY = ("internalservererror", "serviceunavailable", "gatewaytimeout", "badgateway", "notimplemented")
# These ask for one thing by its name; of any other a 404 says that LHDN is out of order.
_NAMING = frozenset(
    {
        Operation.SUBMISSION,
        Operation.DOCUMENT,
        Operation.CANCEL,
        Operation.REJECT,
        Operation.SEARCH_TIN,
        Operation.VALIDATE_TIN,
        Operation.TAXPAYER_QR,
    }
)
# An answer of these needs no body to be believed.
_CLEAR_STATUSES = frozenset({401, 404, 413, 422, 429})


def content_of(reply: Reply, operation: Operation) -> object:
    """The JSON of a good answer, None for a good one without a body.  Raises a MyInvoisError for any other."""
    content = read_json(reply.body)
    problem = _problem(reply, content, operation)
    if problem is not None:
        raise problem
    return content


def outage(operation: Operation, correlation_id: str = "", retry_after: float | None = None) -> MyInvoisError:
    """The error for a call without a sane answer: a reading one can simply be made again."""
    if operation in CHANGING:
        return OutcomeUnknown(UNKNOWN, correlation_id)
    return Unavailable(OUT_OF_ORDER, correlation_id, retry_after)


def retry_after_of(reply: Reply) -> float | None:
    """The seconds in Retry-After, which can be a number or a date; None where there are none."""
    text = reply.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        seconds = float(text[:9])
    else:
        try:
            moment = email.utils.parsedate_to_datetime(text)
        except ValueError:
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = (moment - _sent_at(reply)).total_seconds()
    return min(max(seconds, 1.0), MAX_RETRY_SECONDS)


def _sent_at(reply: Reply) -> datetime:
    """By the server's clock, if it tells: dates are compared with its own."""
    try:
        moment = email.utils.parsedate_to_datetime(reply.headers.get("date", ""))
    except ValueError:
        return clock.now()
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _problem(reply: Reply, content: object, operation: Operation) -> MyInvoisError | None:
    status, name = reply.status, reply.correlation_id
    if 200 <= status < 300:
        return _problem_of_success(reply, content, operation)
    code = _code(content)
    if status == 429:
        return Unavailable(TOO_MANY, name, _wait(reply))
    if status == 401:
        return BadCredentials(_message(content) or "MyInvois does not accept the access token", name)
    if status == 413:
        return Rejected("The submission is too large", name, "MaximumSizeExceeded", read_errors(content), status)
    is_html = content is None and bool(reply.body.strip())
    if not 400 <= status < 500 or status == 408 or is_html or (content is None and status not in _CLEAR_STATUSES):
        return outage(operation, name, retry_after_of(reply))
    return _refusal(reply, content, operation, code)


def _problem_of_success(reply: Reply, content: object, operation: Operation) -> MyInvoisError | None:
    """A status of success may hide an error, or come with a page that isn't LHDN's."""
    if content is None:
        is_empty = not reply.body.strip()
        return None if is_empty and operation == Operation.VALIDATE_TIN else outage(operation, reply.correlation_id)
    if not Fields(content).value("error"):
        return None
    code = _code(content)
    if code.lower() == "toomanyrequests":
        return Unavailable(TOO_MANY, reply.correlation_id, _wait(reply))
    if code.lower() in _TEMPORARY:
        return outage(operation, reply.correlation_id, retry_after_of(reply))
    return _refusal(reply, content, operation, code)


def _refusal(reply: Reply, content: object, operation: Operation, code: str) -> MyInvoisError:
    """What LHDN's application itself says no to."""
    name, message = reply.correlation_id, _message(content)
    known = code.lower()
    if operation == Operation.SUBMIT and (reply.status == 422 or known == "duplicatesubmission"):
        return DuplicateSubmission(message or "MyInvois already has this submission", name, retry_after_of(reply))
    if (
        operation == Operation.TOKEN
        or reply.status == 403
        or known in ("forbidden", "incorrectsubmitter", "unauthorized")
    ):
        return BadCredentials(message or "MyInvois does not permit this", name)
    if reply.status == 404 or known == "notfound":
        if operation not in _NAMING:
            return Unavailable(OUT_OF_ORDER, name)
        return NotFound(message or "MyInvois does not have it", name)
    return Rejected(message or code or "MyInvois gave no reason", name, code, read_errors(content), reply.status)


def _wait(reply: Reply) -> float:
    return retry_after_of(reply) or RATE_LIMIT_SECONDS


def _outer(content: object) -> Fields:
    """The error of an answer, which may stand in a wrapper."""
    fields = Fields(content)
    inner = fields.value("error")
    return Fields(inner) if isinstance(inner, Mapping) else fields


def _code(content: object) -> str:
    outer = _outer(content)
    return outer.text("code", "errorCode") or outer.text("error")


def _message(content: object) -> str:
    """LHDN's text: of the innermost errors, else of the answer as a whole."""
    found = [error.english or error.malay for error in read_errors(content)]
    told = list(dict.fromkeys(filter(None, found)))[:5]
    outer = _outer(content)
    return outer.text("error_description") or "; ".join(told)[:1000] or outer.text("message", "title", "error")
