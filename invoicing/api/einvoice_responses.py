"""E-invoices in JSON, and what LHDN would reject of a document."""

from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from typing import Any, Literal, TypeAlias, cast
from uuid import UUID

from msgspec import UNSET, UnsetType

from bigledger_crm.api.responses import ApiStruct, amount, text, timestamp, word
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import json_path
from bigledger_crm.kernel.money import ZERO
from invoicing.einvoice.problem import Problem
from invoicing.models import EInvoice as EInvoiceModel
from invoicing.models import Invoice
from invoicing.queries.einvoices import (
    Document,
    consolidated_einvoices,
    documents_by_einvoice,
    einvoice_status,
    latest_einvoice,
    validation_url,
)
from invoicing.rules.consolidation import due_on
from invoicing.rules.einvoices import deadline
from invoicing.services import Consolidation as MonthOfSales

EInvoiceStatus: TypeAlias = Literal["pending", "submitted", "accepted", "rejected", "cancelled"]
EInvoiceEnvironment: TypeAlias = Literal["simulator", "sandbox", "production"]
EInvoiceVersion: TypeAlias = Literal["1.0", "1.1"]


class EInvoiceProblem(ApiStruct):
    """Something that would be rejected; `field` is a part of the e-invoice, such as `buyer.tin`."""

    field: str
    code: str
    message: str


class EInvoiceCheck(ApiStruct):
    """Whether a document can be sent as an e-invoice, and what keeps it from that."""

    ready: bool
    problems: list[EInvoiceProblem]


class EInvoiceError(ApiStruct):
    """Why LHDN rejected an e-invoice; `field` is a place in the document that was sent."""

    code: str | None
    message: str
    field: str | None
    link: str | None


class EInvoice(ApiStruct):
    """Where a document stands with LHDN: its newest e-invoice, or whether it is to have one."""

    status: Literal["notRequired", "pending", "submitted", "accepted", "rejected", "cancelled"]
    submitted_at: str | None
    accepted_at: str | None
    uuid: str | None
    validation_hash: str | None
    id: str | None
    long_id: str | None
    validation_url: str | None
    environment: EInvoiceEnvironment | None
    version: EInvoiceVersion | None
    cancellable_until: str | None
    rejection_requested_at: str | None
    errors: list[EInvoiceError]


class EInvoiceDocument(ApiStruct):
    """A document that an e-invoice reports."""

    type: Literal["invoice", "credit_note"]
    id: str
    number: str


class EInvoiceRow(ApiStruct):
    """An e-invoice in a list."""

    id: str
    number: str
    kind: Literal["01", "02", "03", "04"]
    is_consolidated: bool
    status: EInvoiceStatus
    currency: str
    total: Decimal
    environment: EInvoiceEnvironment
    version: EInvoiceVersion
    uuid: str | None
    long_id: str | None
    submission_uid: str | None
    validation_hash: str | None
    validation_url: str | None
    issued_at: str | None
    submitted_at: str | None
    accepted_at: str | None
    rejected_at: str | None
    cancelled_at: str | None
    cancellable_until: str | None
    cancel_requested_at: str | None
    cancel_reason: str | None
    rejection_requested_at: str | None
    rejection_reason: str | None
    errors: list[EInvoiceError]
    created_by: str
    created_at: str | None
    updated_at: str | None
    documents: list[EInvoiceDocument] | UnsetType = UNSET


class EInvoiceObject(EInvoiceRow):
    """A whole e-invoice."""

    documents: list[EInvoiceDocument]


class OwnEInvoice(ApiStruct):
    """A sale to a consumer that needs an e-invoice of its own, and why."""

    id: str
    number: str
    currency: str
    total: Decimal
    reason: Literal["above_limit", "foreign_currency"]


class Consolidation(ApiStruct):
    """A month's sales to consumers: what is yet to be reported together, and the e-invoices that report the others."""

    month: str
    due_on: str
    invoices: int
    total: Decimal
    own: list[OwnEInvoice]
    einvoices: list[EInvoiceRow]


_PLAIN = ("number", "kind", "is_consolidated", "status", "currency", "environment", "version", "created_by")
_TEXTS = ("uuid", "long_id", "submission_uid", "cancel_reason", "rejection_reason")
_TIMES = (
    *("issued_at", "submitted_at", "accepted_at", "rejected_at", "cancelled_at", "cancel_requested_at"),
    *("rejection_requested_at", "created_at", "updated_at"),
)
EINVOICE_COLUMNS = ("id", *_PLAIN, *_TEXTS, *_TIMES, "total", "document_hash", "errors")


def einvoice_check(problems: Sequence[Problem]) -> EInvoiceCheck:
    """The outcome of a check."""
    found = [EInvoiceProblem(field=json_path(one.path), code=one.code, message=one.message) for one in problems]
    return EInvoiceCheck(ready=not found, problems=found)


def document_einvoice(document: Document) -> EInvoice:
    """Where a document stands with LHDN: one query, or two where it was issued and has no e-invoice."""
    is_draft = isinstance(document, Invoice) and document.status == "draft"
    found = None if is_draft else latest_einvoice(document)
    names = EInvoice.__struct_fields__
    if found is None:
        nothing = dict.fromkeys(names) | {"status": einvoice_status(document, None), "errors": []}
        return EInvoice(**cast("dict[str, Any]", nothing))
    whole = _values({name: getattr(found, name) for name in EINVOICE_COLUMNS})
    return EInvoice(**{name: whole[name] for name in names})


def einvoice_row(*columns: Any) -> EInvoiceRow:
    """A list row from EINVOICE_COLUMNS."""
    return EInvoiceRow(**_values(dict(zip(EINVOICE_COLUMNS, columns, strict=True))))


def einvoice_object(einvoice: EInvoiceModel) -> EInvoiceObject:
    """A whole e-invoice with the documents that it reports."""
    values = _values({name: getattr(einvoice, name) for name in EINVOICE_COLUMNS})
    return EInvoiceObject(**values, documents=reported_documents([einvoice.pk])(einvoice.pk))


def consolidation_object(found: MonthOfSales) -> Consolidation:
    """A month as `to_consolidate` divides it, with the e-invoices made of it: one query more."""
    made = consolidated_einvoices(found.month)
    return Consolidation(
        month=f"{found.month:%Y-%m}",
        due_on=due_on(found.month).isoformat(),
        invoices=len(found.together),
        total=amount(sum((invoice.total for invoice in found.together), ZERO), "MYR"),
        own=[
            OwnEInvoice(
                id=invoice.public_id,
                number=invoice.invoice_number,
                currency=invoice.currency,
                total=amount(invoice.total, invoice.currency),
                reason="above_limit" if invoice.currency == "MYR" else "foreign_currency",
            )
            for invoice in found.own
        ],
        einvoices=[EInvoiceRow(**_values({name: getattr(one, name) for name in EINVOICE_COLUMNS})) for one in made],
    )


def reported_documents(einvoice_ids: Collection[UUID]) -> Callable[[UUID], list[EInvoiceDocument]]:
    """The documents that each of several e-invoices reports, in one query."""
    found = documents_by_einvoice(einvoice_ids)
    return lambda pk: [
        EInvoiceDocument(type=word(one.type), id=one.public_id, number=one.number) for one in found.get(pk, ())
    ]


def _values(row: dict[str, Any]) -> dict[str, Any]:
    sent = row["submitted_at"] is not None
    return {
        "id": ids.encode(EInvoiceModel.PREFIX, row["id"]),
        "total": amount(row["total"], row["currency"]),
        "validation_hash": row["document_hash"] if sent else None,
        "validation_url": text(validation_url(row["environment"], row["uuid"], row["long_id"])),
        "cancellable_until": timestamp(deadline(row["status"], row["accepted_at"])),
        "errors": [_error(error) for error in row["errors"]],
        **{name: row[name] for name in _PLAIN},
        **{name: text(row[name]) for name in _TEXTS},
        **{name: timestamp(row[name]) for name in _TIMES},
    }


def _error(error: dict[str, str]) -> EInvoiceError:
    return EInvoiceError(
        code=text(error.get("code", "")),
        message=error.get("message", ""),
        field=text(error.get("field", "")),
        link=text(error.get("link", "")),
    )
