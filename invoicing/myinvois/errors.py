"""What a call to MyInvois can end in, told apart by what the caller has to do next.

No secret and no token stands in any of them.
"""

from collections.abc import Sequence

from invoicing.einvoice.errors import LhdnError


class MyInvoisError(Exception):
    """The base.  `correlation_id` is LHDN's name for the call, which its support asks for; "" where there was none."""

    def __init__(self, message: str, correlation_id: str = "") -> None:
        super().__init__(message, correlation_id)
        self.message = message
        self.correlation_id = correlation_id

    def __str__(self) -> str:
        return self.message


class NotSubmitted(MyInvoisError):
    """LHDN changed nothing because of this call."""


class Unavailable(NotSubmitted):
    """Try again later, in `retry_after` seconds where they are known."""

    def __init__(self, message: str, correlation_id: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, correlation_id)
        self.args = (message, correlation_id, retry_after)
        self.retry_after = retry_after


class BadCredentials(NotSubmitted):
    """LHDN doesn't know the client, or doesn't let it do this for the company; the message is LHDN's."""


class NotFound(NotSubmitted):
    """LHDN has no such thing; right after a submission it may only not have it yet."""


class Rejected(NotSubmitted):
    """LHDN refuses the request, and would do so again.

    `code` is that of the whole answer, such as OperationPeriodOver; `errors` are the innermost ones.
    """

    def __init__(
        self,
        message: str,
        correlation_id: str = "",
        code: str = "",
        errors: Sequence[LhdnError] = (),
        status: int = 400,
    ) -> None:
        super().__init__(message, correlation_id)
        self.args = (message, correlation_id, code, errors, status)
        self.code = code
        self.errors = tuple(errors)
        self.status = status


class OutcomeUnknown(MyInvoisError):
    """The request was sent, perhaps, and no answer came that says what LHDN made of it: ask before trying again."""


class DuplicateSubmission(MyInvoisError):
    """LHDN had the same bytes within ten minutes, so that an earlier call has probably arrived: look for it.

    Until `retry_after` seconds have passed the same bytes get the same answer.
    """

    def __init__(self, message: str, correlation_id: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, correlation_id)
        self.args = (message, correlation_id, retry_after)
        self.retry_after = retry_after
