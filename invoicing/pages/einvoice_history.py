"""The e-invoices of a document with the answers of LHDN, as pages show them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.web import formatting
from bigledger_crm.web.components import DetailField, StatusBadge, Text
from invoicing.models import EInvoice, EInvoiceExchange
from invoicing.pages.einvoice_labels import EINVOICE_STATES, ENVIRONMENTS, KINDS, OPERATIONS
from invoicing.queries.einvoices import Document, einvoices_of, exchanges_about, validation_url

if TYPE_CHECKING:
    from uuid import UUID

MOST_SHOWN = 20_000  # characters of an answer


@dataclass(frozen=True)
class ShownExchange:
    """A call to MyInvois and what came back."""

    at: datetime
    label: Text
    request: str
    status: Text
    correlation_id: str
    answer: str


@dataclass(frozen=True)
class ShownEInvoice:
    """One e-invoice; `file` is where its JSON is downloaded, `link` LHDN's public page."""

    badge: StatusBadge
    number: str
    made_at: datetime
    public_id: str
    details: Sequence[DetailField]
    messages: Sequence[str]
    exchanges: Sequence[ShownExchange]
    file: str
    link: str


def history_of(document: Document) -> list[ShownEInvoice]:
    """All that were made of a document, the newest first: two queries."""
    return shown_einvoices(einvoices_of(document))


def shown_einvoices(einvoices: Sequence[EInvoice]) -> list[ShownEInvoice]:
    """These e-invoices, with the last answers about them."""
    exchanges: dict[UUID, list[ShownExchange]] = defaultdict(list)
    keys = [einvoice.pk for einvoice in einvoices]
    for exchange in exchanges_about(keys):
        for key in exchange.einvoices:
            exchanges[key].append(_shown(exchange))
    return [_shown_einvoice(einvoice, exchanges[einvoice.pk]) for einvoice in einvoices]


def _shown_einvoice(einvoice: EInvoice, exchanges: Sequence[ShownExchange]) -> ShownEInvoice:
    return ShownEInvoice(
        badge=EINVOICE_STATES[einvoice.status],
        number=einvoice.number,
        made_at=einvoice.created_at,
        public_id=einvoice.public_id,
        details=_facts(einvoice),
        messages=[error.get("message", "") for error in einvoice.errors],
        exchanges=exchanges,
        file=reverse("invoicing:einvoice-file", args=[einvoice.public_id]),
        link=validation_url(einvoice.environment, einvoice.uuid, einvoice.long_id),
    )


def _facts(einvoice: EInvoice) -> list[DetailField]:
    return [
        DetailField(_("Type"), KINDS[einvoice.kind]),
        DetailField(_("Total"), formatting.amount_with_currency(einvoice.total, einvoice.currency)),
        DetailField(_("Sent to"), ENVIRONMENTS[einvoice.environment]),
        DetailField(_("Version"), einvoice.version),
        DetailField(_("Created"), formatting.moment(einvoice.created_at)),
        DetailField(_("Submitted"), formatting.moment(einvoice.submitted_at)),
        DetailField(_("Accepted"), formatting.moment(einvoice.accepted_at)),
        DetailField(_("Rejected"), formatting.moment(einvoice.rejected_at)),
        DetailField(_("Cancelled"), formatting.moment(einvoice.cancelled_at)),
        DetailField(_("Reason"), einvoice.cancel_reason),
        DetailField(_("LHDN’s number"), einvoice.uuid),
        DetailField(_("Submission"), einvoice.submission_uid),
        DetailField(_("Hash"), einvoice.document_hash if einvoice.sent_at else "", wide=True),
    ]


def _shown(exchange: EInvoiceExchange) -> ShownExchange:
    cut = exchange.answer[:MOST_SHOWN]
    return ShownExchange(
        at=exchange.created_at,
        label=OPERATIONS.get(exchange.operation, exchange.operation),
        request=exchange.request,
        status=str(exchange.status_code) if exchange.status_code else _("No answer"),
        correlation_id=exchange.correlation_id,
        answer=cut if len(cut) == len(exchange.answer) else f"{cut}…",
    )
