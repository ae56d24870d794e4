"""Reads emails, their attempts and events, and lets their time pass."""

from email.message import EmailMessage

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.kernel import clock
from bigledger_crm.outbox import delivery
from bigledger_crm.outbox.models import OutboxAttempt, OutboxEmail
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope


class Killed(BaseException):
    """Stands for SIGKILL: nothing in the product catches it."""


def row(email: OutboxEmail) -> OutboxEmail:
    return OutboxEmail.unscoped.get(pk=email.pk)


def tries(email: OutboxEmail) -> list[tuple[int, str]]:
    return list(OutboxAttempt.unscoped.filter(email=email).order_by("number").values_list("number", "outcome"))


def events(company: Company) -> list[str]:
    with company_scope(company):
        return list(AuditEntry.objects.filter(event__startswith="email.").values_list("event", flat=True))


def make_due(email: OutboxEmail) -> None:
    """Lets the time until the next try pass."""
    OutboxEmail.unscoped.filter(pk=email.pk).update(next_attempt_at=clock.now())


def let_lease_end(email: OutboxEmail) -> None:
    OutboxEmail.unscoped.filter(pk=email.pk).update(claimed_at=clock.now() - delivery.LEASE)


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    content: str = found.get_content()
    return content
