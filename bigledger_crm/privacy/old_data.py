"""What of the core's own data can be removed when it is old."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy

from bigledger_crm.account.models import Invitation
from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.outbox.erasing import FINISHED, empty_emails
from bigledger_crm.outbox.models import DeliveryStatus, OutboxEmail, WebhookDelivery
from bigledger_crm.privacy.retention_rules import RetentionRule, months_of_books, retention_rules
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import current_company_id


def _emails(before: datetime) -> QuerySet[Any]:
    return OutboxEmail.objects.filter(FINISHED, emptied_at=None, created_at__lt=before)


def _deliveries(before: datetime) -> QuerySet[Any]:
    ended = (DeliveryStatus.DELIVERED, DeliveryStatus.FAILED)
    return WebhookDelivery.objects.filter(status__in=ended, created_at__lt=before)


def _invitations(before: datetime) -> QuerySet[Any]:
    ended = Invitation.objects.annotate(ended_at=Coalesce("accepted_at", "withdrawn_at", "expires_at"))
    return ended.filter(company=current_company_id(), ended_at__lt=before)


def _entries(before: datetime) -> QuerySet[Any]:
    """Events that webhooks were told of stay as long as their deliveries."""
    told = WebhookDelivery.objects.filter(event=OuterRef("pk"))
    return AuditEntry.objects.filter(~Exists(told), occurred_at__lt=before)


def _delete(_actor: Actor, rows: QuerySet[Any]) -> int:
    return rows.delete()[1].get(rows.model._meta.label, 0)


def register() -> None:
    """Registers it."""
    retention_rules.register(
        RetentionRule(
            "emails",
            gettext_lazy("Emails"),
            gettext_lazy("Recipients, subject and text. When they were sent, and about what, is kept."),
            _emails,
            lambda email: f"{email.subject} ({', '.join(email.to)})",
            lambda _actor, rows: empty_emails(rows),
        ),
        RetentionRule(
            "webhook-deliveries",
            gettext_lazy("Webhook deliveries"),
            gettext_lazy("Deliveries that succeeded or failed, with what the receivers answered."),
            _deliveries,
            lambda delivery: f"{delivery.event_type} {delivery.created_at:%Y-%m-%d}",
            _delete,
        ),
        RetentionRule(
            "invitations",
            gettext_lazy("Invitations"),
            gettext_lazy("Invitations that were accepted, withdrawn or not answered in time."),
            _invitations,
            lambda invitation: str(invitation.email),
            _delete,
        ),
        RetentionRule(
            "audit-entries",
            gettext_lazy("Audit log"),
            gettext_lazy("Entries, and with them the activity on the pages of what they are about."),
            _entries,
            lambda entry: f"{entry.event} {entry.occurred_at:%Y-%m-%d}",
            _delete,
            least=months_of_books,
        ),
    )
