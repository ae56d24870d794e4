"""The list of e-invoices, one of them, and its file."""

from collections.abc import Sequence
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.kernel.errors import NotFound
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Column, Text
from bigledger_crm.web.lists import FilterField, ListPage
from bigledger_crm.web.views import CompanyView
from invoicing.filters import EInvoiceListFilters
from invoicing.models import EInvoice, EInvoiceSource
from invoicing.pages.einvoice_history import shown_einvoices
from invoicing.pages.einvoice_labels import EINVOICE_STATES, ENVIRONMENTS, KINDS
from invoicing.pages.einvoice_panel import einvoice_href, may_be_cancelled
from invoicing.queries.einvoice_settings import settings_of
from invoicing.queries.einvoices import documents_by_einvoice, einvoice_by_public_id, sources_of
from invoicing.rules.einvoice_settings import MALAYSIA
from invoicing.rules.einvoices import deadline

MOST_DOCUMENTS = 200


class EInvoiceListView(ListPage):
    """All e-invoices."""

    resource = "einvoices"
    filters = EInvoiceListFilters
    title = gettext_lazy("E-invoices")
    sorts = {"created": "created_at", "number": "number_sort"}
    default_sort = "-created"
    chips = tuple((status, badge.label) for status, badge in EINVOICE_STATES.items())
    narrow_by = (
        FilterField("kind", gettext_lazy("Type"), KINDS),
        FilterField(
            "isConsolidated",
            gettext_lazy("Sales"),
            {"false": gettext_lazy("One document"), "true": gettext_lazy("Consolidated")},
        ),
        FilterField("created", gettext_lazy("Created")),
    )
    search_label = gettext_lazy("Number, reference or customer of the document")
    empty_title = gettext_lazy("No e-invoices yet")

    @property
    def empty_text(self) -> Text:  # type: ignore[override]
        """Where they come from, or that they are off."""
        if settings_of(self.actor.company) is None:
            return _("E-invoices are off. Set them up in Settings, E-invoices.")
        return _("They are made of issued invoices and credit notes: open one and choose Submit e-invoice.")

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The list, for companies in Malaysia."""
        if self.actor.company.country != MALAYSIA:
            raise NotFound("Page", request.path)
        return super().get(request)

    def columns(self) -> Sequence[Column]:
        """The columns of the list."""
        return (
            Column(_("Number"), lambda row: row.number, "main", "number"),
            Column(_("Document"), lambda row: KINDS[row.kind], name="document"),
            Column(_("Customer"), _customer, name="customer"),
            Column(_("Status"), lambda row: EINVOICE_STATES[row.status], "badge", name="status"),
            Column(_("Created"), lambda row: row.created_at, "moment", "created", name="created", optional=True),
            Column(_("Submitted"), lambda row: row.submitted_at, "moment", name="submitted"),
            Column(_("Accepted"), lambda row: row.accepted_at, "moment", name="accepted"),
            Column(
                _("Can be cancelled until"),
                lambda row: deadline(row.status, row.accepted_at),
                "moment",
                name="deadline",
            ),
            Column(_("LHDN’s number"), lambda row: row.uuid, name="uuid", optional=True),
            Column(_("Sent to"), lambda row: ENVIRONMENTS[row.environment], name="environment", optional=True),
            Column(_("Total"), lambda row: row.total, "amount", name="total"),
        )

    def all_rows(self) -> QuerySet[Any]:
        """E-invoices with the customer of their document."""
        name = Coalesce("invoice__customer_name", "credit_note__customer_name")
        source = EInvoiceSource.objects.filter(einvoice=OuterRef("pk")).values(name=name)[:1]
        return EInvoice.objects.defer("document").annotate(customer_name=Subquery(source))

    def chosen(self, rows: QuerySet[Any], chip: str) -> QuerySet[Any]:
        """By status."""
        return rows.filter(status=chip)

    def href(self, row: EInvoice) -> str:
        """Its page."""
        return reverse("invoicing:einvoice", args=[row.public_id])


def _customer(row: Any) -> str:
    return _("Consumers") if row.is_consolidated else row.customer_name


class EInvoiceDetailView(CompanyView):
    """One e-invoice: on the page of its document, or, as it reports many, on its own."""

    resource = "einvoices"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The page, or a redirect."""
        einvoice = einvoice_by_public_id(public_id)
        if not einvoice.is_consolidated:
            return HttpResponseRedirect(f"{einvoice_href(sources_of(einvoice)[0])}#{public_id}")
        documents = documents_by_einvoice([einvoice.pk])[einvoice.pk]
        may_cancel = may_be_cancelled(einvoice, None)[0] and einvoice.status == "accepted"
        return self.page(
            "invoicing/consolidated_einvoice.html",
            title=einvoice.number,
            badge=EINVOICE_STATES[einvoice.status],
            lead=formatting.amount_with_currency(einvoice.total, einvoice.currency),
            shown=shown_einvoices([einvoice])[0],
            documents=documents[:MOST_DOCUMENTS],
            more=len(documents) - MOST_DOCUMENTS,
            cancel=reverse("invoicing:cancel-einvoice", args=[public_id])
            if may_cancel and self.actor.may("einvoices", "cancel")
            else "",
        )


class EInvoiceFileView(CompanyView):
    """The JSON that is sent to LHDN, byte for byte."""

    resource = "einvoices"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """As a download."""
        einvoice = einvoice_by_public_id(public_id)
        headers = {
            "Content-Disposition": content_disposition_header(True, f"{einvoice.number}.json") or "attachment",
            "X-Content-Type-Options": "nosniff",
        }
        return HttpResponse(bytes(einvoice.document), content_type="application/json", headers=headers)
