"""Long documents get more time in the worker than others."""

from unittest.mock import Mock

import pytest

from bigledger_crm.documents import services as documents
from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.outbox import delivery, tasks
from bigledger_crm.outbox.tests.conftest import Queue


@pytest.mark.parametrize("limit", [0, 1])
def test_a_long_document_goes_to_the_task_with_more_time(
    queue: Queue, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setattr(documents, "LONG", limit)  # the email's document has one line
    deliver, later = Mock(), Mock()
    monkeypatch.setattr(delivery, "deliver", deliver)
    monkeypatch.setattr(tasks.deliver_long_email, "delay", later)
    email = queue()
    tasks.deliver_email(str(email.pk))
    assert (deliver.called, later.called) == (limit == 1, limit == 0)
    StoredDocument.unscoped.update(file="printed.pdf", sha256="0" * 64, rendered_at=email.created_at)
    tasks.deliver_email(str(email.pk))  # what is printed already takes no time
    assert deliver.call_count == limit + 1
