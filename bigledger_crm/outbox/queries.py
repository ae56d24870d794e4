"""Reading the outbox of the company in scope."""

from uuid import UUID

from django.db.models import QuerySet

from bigledger_crm.outbox.models import OutboxEmail


def recent(related_id: UUID | None = None) -> QuerySet[OutboxEmail]:
    """Mails, newest first: all of them, or those about one business document."""
    emails = OutboxEmail.objects.select_related("stored_document").order_by("-created_at", "-id")
    return emails if related_id is None else emails.filter(related_id=related_id)
