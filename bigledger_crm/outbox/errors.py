"""What the outbox refuses."""

from datetime import timedelta

from bigledger_crm.kernel.errors import Conflict, DomainError


class EmailOnItsWay(Conflict):
    """It is too late to withdraw an email."""

    code = "MAIL_ON_ITS_WAY"


class EmailNotRetryable(Conflict):
    """There is nothing to try again."""

    code = "EMAIL_NOT_RETRYABLE"


class EmailLimitReached(DomainError):
    """The company has sent as many emails within an hour as it may."""

    status = 429
    code = "MAIL_LIMIT_REACHED"

    def __init__(self, most: int, wait: timedelta) -> None:
        self.retry_after = max(1, round(wait.total_seconds()))
        minutes = -(-self.retry_after // 60)
        super().__init__(
            f"The company can send {most} emails an hour; the next one can be sent in {minutes} min. Nothing was sent.",
            details=[{"limit": most, "retryAfterSeconds": self.retry_after}],
        )
