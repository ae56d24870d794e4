"""Fixtures of the outbox tests."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from pytest_django import Settings

from bigledger_crm.documents import services as documents
from bigledger_crm.documents.tests.samples import invoice
from bigledger_crm.outbox import services as outbox
from bigledger_crm.outbox import worker_notifications
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.outbox.services import draft_email
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.mail_server import MailServer, running_mail_server

Queue = Callable[..., OutboxEmail]


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.DEFAULT_FROM_EMAIL = "BigLedger <mail@bigledger.example>"


@pytest.fixture
def mail_server(settings: Settings) -> Iterator[MailServer]:
    with running_mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield server


@pytest.fixture
def notified(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """The rows that a worker was notified of, in place of messages to a broker."""
    found: list[UUID] = []

    def notify(row_id: UUID, task: str = worker_notifications.DELIVER_EMAIL, *, seconds: float = 0) -> bool:
        found.append(row_id)
        return True

    monkeypatch.setattr(worker_notifications, "notify_worker", notify)
    return found


@pytest.fixture
def queue(actor: Actor, notified: list[UUID]) -> Queue:
    """Queues an email with an invoice's PDF attached, unless told otherwise."""

    def make(*, with_pdf: bool = True, **changes: Any) -> OutboxEmail:
        by = changes.pop("by", actor)
        with company_scope(by.company), transaction.atomic():
            stored, filename = changes.pop("stored_document", None), changes.pop("filename", "INV-2024-0001.pdf")
            if stored is None and with_pdf:
                stored = documents.freeze(
                    by,
                    kind="invoice",
                    document_id=uuid4(),
                    number="INV-2024-0001",
                    filename=filename,
                    context=invoice(),
                )
            facts: dict[str, Any] = {
                "kind": "invoice.sent",
                "related_id": stored.document_id if stored else uuid4(),
                "to": ["billing@acme.example"],
                "subject": "Invoice INV-2024-0001",
                "body": "Dear Acme,\n\nPlease find attached your invoice.",
            }
            return outbox.queue(draft_email(by, **{**facts, **changes}), stored)

    return make
