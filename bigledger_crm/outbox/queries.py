"""Reading the outbox of the company in scope."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import F, Q, QuerySet

from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.sorting import without_case


def recent(related_id: UUID | None = None) -> QuerySet[OutboxEmail]:
    """Emails, newest first: all of them, or those about one business document."""
    emails = OutboxEmail.objects.select_related("stored_document").order_by("-created_at", "-id")
    return emails if related_id is None else emails.filter(related_id=related_id)


def sent_to(addresses: Iterable[str]) -> QuerySet[OutboxEmail]:
    """Emails to any of these addresses, as receivers or as copies, however they are written."""
    wanted = [address.lower() for address in addresses if address]
    emails = OutboxEmail.objects.alias(receivers=without_case(F("to")), copies=without_case(F("cc")))
    return emails.filter(Q(receivers__overlap=wanted) | Q(copies__overlap=wanted))
