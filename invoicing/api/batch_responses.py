"""Batches as they are in JSON."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from bigledger_crm.api import fields
from bigledger_crm.api.responses import ApiStruct, text, timestamp, word
from bigledger_crm.api.serializers import StrictSerializer
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import FieldError
from bigledger_crm.outbox.models import OutboxEmail
from invoicing.models import Batch, Invoice
from invoicing.rules.batches import ACTIONS, ISSUE, MOST_NAMED

EITHER = "Send either invoiceIds or filters"


class BatchInput(StrictSerializer):
    """What is to be done, and to which invoices: those named, or those that the list's filters find now."""

    action = fields.TextField(required=True, choices=ACTIONS)
    invoice_ids = fields.TextListField(required=False, limit=MOST_NAMED)
    filters = fields.ObjectField(required=False)

    def rule_errors(self, values: Mapping[str, Any]) -> Iterable[FieldError]:
        """A known action, not both of the two, and filters with texts as in a URL."""
        found = values.get("filters") or {}
        if values.get("action", ISSUE) not in ACTIONS:
            yield FieldError(("action",), f"Must be one of: {', '.join(ACTIONS)}")
        if "filters" in values and "invoice_ids" in values:
            yield FieldError(("filters",), EITHER)
        elif values.get("invoice_ids") == []:
            yield FieldError(("invoice_ids",), "Send at least one")
        for name, value in found.items():
            if not isinstance(value, str):
                yield FieldError(("filters", name), "Must be a text")


class BatchRow(ApiStruct):
    """A batch: how far it is."""

    id: str
    action: Literal["send_invoices", "issue_invoices"]
    status: Literal["running", "completed", "cancelled"]
    total: int
    waiting: int
    succeeded: int
    failed: int
    paused_until: str | None
    paused_by: str | None
    created_by: str
    created_at: str | None
    finished_at: str | None


class BatchEmails(ApiStruct):
    """How many of a batch's emails wait for a worker, went out, or could not be sent or were withdrawn."""

    waiting: int
    sent: int
    failed: int


class BatchObject(BatchRow):
    """A batch, and what became of its emails."""

    emails: BatchEmails


class ResultError(ApiStruct):
    """Why an invoice was left alone: the code that the request for it alone would have got."""

    code: str
    message: str


class BatchResultObject(ApiStruct):
    """An invoice of a batch."""

    position: int
    invoice_id: str
    invoice_number: str
    status: Literal["waiting", "done", "failed"]
    email_id: str | None
    error: ResultError | None
    finished_at: str | None


BATCH_COLUMNS = (
    "id",
    "action",
    "status",
    "total",
    "succeeded",
    "failed",
    "retry_code",
    "next_attempt_at",
    "created_by",
    "created_at",
    "finished_at",
)
RESULT_COLUMNS = (
    "position",
    "invoice_id",
    "invoice__invoice_number",
    "status",
    "email_id",
    "error_code",
    "error",
    "finished_at",
)


def batch_row(*columns: Any) -> BatchRow:
    """A batch of BATCH_COLUMNS."""
    return BatchRow(**_scalars(dict(zip(BATCH_COLUMNS, columns, strict=True))))


def batch_object(batch: Batch, emails: Mapping[str, int]) -> BatchObject:
    """A whole batch."""
    return BatchObject(
        **_scalars({name: getattr(batch, name) for name in BATCH_COLUMNS}), emails=BatchEmails(**dict(emails))
    )


def _scalars(batch: dict[str, Any]) -> dict[str, Any]:
    code, pause = batch.pop("retry_code"), batch.pop("next_attempt_at")
    return {
        **batch,
        "id": ids.encode(Batch.PREFIX, batch["id"]),
        "waiting": batch["total"] - batch["succeeded"] - batch["failed"],
        "paused_until": timestamp(pause) if code else None,
        "paused_by": text(code),
        "created_at": timestamp(batch["created_at"]),
        "finished_at": timestamp(batch["finished_at"]),
    }


def batch_result_row(
    position: int,
    invoice: UUID,
    number: str,
    status: str,
    email: UUID | None,
    code: str,
    error: str,
    finished_at: datetime | None,
) -> BatchResultObject:
    """An invoice of RESULT_COLUMNS."""
    return BatchResultObject(
        position=position,
        invoice_id=ids.encode(Invoice.PREFIX, invoice),
        invoice_number=number,
        status=word(status),
        email_id=ids.encode(OutboxEmail.PREFIX, email) if email else None,
        error=ResultError(code=code, message=error) if code else None,
        finished_at=timestamp(finished_at),
    )
