"""What a call is answered with that fails on demand before anything was done."""

from datetime import timedelta
from typing import TYPE_CHECKING, NoReturn

from invoicing.einvoice_simulator.http_messages import ApiError, Cut, Response, html_response
from invoicing.einvoice_simulator.limits import too_many_requests

if TYPE_CHECKING:
    from invoicing.einvoice_simulator.model import Fault
    from invoicing.einvoice_simulator.simulator import Simulator

_PAGE = """<!doctype html>
<html lang="en"><head><title>Simulator: not LHDN</title></head>
<body><h1>{title}</h1><p>Simulator: not LHDN. The service is under maintenance.</p></body></html>
"""


class Answered(Exception):
    """The call has its response already."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def fail_before(simulator: "Simulator", fault: "Fault") -> NoReturn:
    """Lets a call fail as a fault says.  Raises ApiError, Answered or Cut."""
    seconds = fault.seconds
    if fault.name == "connection_cut":
        raise Cut(seconds or 0)
    if fault.name == "too_many_requests":
        seconds = 30 if seconds is None else seconds
        raise too_many_requests(seconds, 100, simulator.clock.now() + timedelta(seconds=seconds))
    if fault.name in ("maintenance_503", "maintenance_403"):
        status = int(fault.name[-3:])
        title = "Service unavailable" if status == 503 else "Forbidden"
        raise Answered(html_response(_PAGE.format(title=title), status))
    raise _error(simulator, fault.name, seconds)


def _error(simulator: "Simulator", name: str, seconds: float | None) -> ApiError:
    if name == "token_expired":
        return ApiError(401, "Unauthorized", "The access token is missing, invalid or expired")
    if name == "duplicate_submission":
        return duplicate_submission(600 if seconds is None else seconds)
    if name == "opaque_validation_error":
        return ApiError(
            400, "ValidationError", f"Invalid structured submission, correlation id {simulator.ids.new_id()}"
        )
    return ApiError(500, "InternalServerError", "An error occurred")


def duplicate_submission(seconds: float) -> ApiError:
    """The error of the same call again."""
    message = "The same documents were submitted in the last 10 minutes"
    return ApiError(422, "DuplicateSubmission", message, headers={"Retry-After": f"{max(1, round(seconds))}"})
