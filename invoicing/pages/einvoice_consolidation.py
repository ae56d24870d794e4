"""Consolidating a month: which sales to consumers go together, which don't and why, and the button."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bigledger_crm.kernel.errors import DomainError, InvalidData, NotFound
from bigledger_crm.kernel.money import ZERO
from bigledger_crm.web import formatting
from bigledger_crm.web.components import DetailField
from bigledger_crm.web.views import CompanyView
from invoicing.models import EInvoice, Invoice
from invoicing.pages.einvoice_labels import EINVOICE_STATES
from invoicing.queries.einvoice_settings import settings_of
from invoicing.queries.einvoices import consolidated_einvoices
from invoicing.rules.consolidation import LIMIT, due_on, first_day, last_day, month_before
from invoicing.rules.einvoice_settings import MALAYSIA
from invoicing.services import Consolidation, consolidate, to_consolidate

MOST_OWN = 100


class EInvoiceConsolidationView(CompanyView):
    """A month, last month unless the URL names another."""

    resource = "einvoices"

    def get(self, request: HttpRequest) -> HttpResponse:
        """What would be reported."""
        self._require_malaysia()
        month = self._month(request.GET.get("month", ""))
        is_on = settings_of(self.actor.company) is not None
        found = to_consolidate(self.actor, month) if is_on else Consolidation(month, [], [])
        is_over = last_day(month) < self.actor.today()
        return self.page(
            "invoicing/consolidation.html",
            title=_("Consolidate a month"),
            month=formatting.month_and_year(month),
            value=f"{month:%Y-%m}",
            latest=f"{self.actor.today():%Y-%m}",
            is_on=is_on,
            is_over=is_over,
            settings=reverse("invoicing:einvoice-settings") if self.actor.may("settings", "manage") else "",
            details=self._details(month, found.together),
            can_submit=bool(is_over and found.together and self.actor.may("einvoices", "write")),
            own=[_own(invoice) for invoice in found.own[:MOST_OWN]],
            made=[_made(einvoice) for einvoice in consolidated_einvoices(month)],
            before=_link(month - timedelta(days=1)),
            after=_link(last_day(month) + timedelta(days=1)) if is_over else None,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Makes the e-invoices of the month, which workers send."""
        self._require_malaysia()
        month = self._month(request.POST.get("month", ""))
        try:
            made = consolidate(self.actor, month)
        except InvalidData as error:
            messages.error(request, "; ".join(one.message for one in error.errors))
        except DomainError as error:
            messages.error(request, error.message)
        else:
            numbers = ", ".join(einvoice.number for einvoice in made)
            text = ngettext("E-invoice queued: %(numbers)s", "E-invoices queued: %(numbers)s", len(made))
            messages.success(request, text % {"numbers": numbers})
        return HttpResponseRedirect(f"{reverse('invoicing:consolidation')}?month={month:%Y-%m}")

    def _require_malaysia(self) -> None:
        if self.actor.company.country != MALAYSIA:
            raise NotFound("Page", self.request.path)

    def _month(self, text: str) -> date:
        """The first day of the month of `2026-10`; of last month for anything else."""
        return first_day(text) or month_before(self.actor.today())

    def _details(self, month: date, together: Sequence[Invoice]) -> list[DetailField]:
        total = sum((invoice.total for invoice in together), ZERO)
        due, count = due_on(month), len(together)
        invoices = ngettext("%(count)s invoice", "%(count)s invoices", count) % {"count": count}
        numbers = f"{together[0].invoice_number} – {together[-1].invoice_number}" if together else ""
        is_late = bool(together) and due < self.actor.today()
        return [
            DetailField(_("To report together"), invoices),
            DetailField(_("Numbers"), numbers),
            DetailField(_("Total"), formatting.amount_with_currency(total, "MYR")),
            DetailField(_("Due"), formatting.day(due), tone="bad" if is_late else "neutral"),
        ]


def _own(invoice: Invoice) -> dict[str, Any]:
    limit = formatting.amount_with_currency(LIMIT, "MYR")
    return {
        "number": invoice.invoice_number,
        "href": reverse("invoicing:invoice", args=[invoice.public_id]),
        "customer": invoice.customer.name,
        "date": formatting.day(invoice.invoice_date),
        "total": formatting.amount_with_currency(invoice.total, invoice.currency),
        "why": _("Above %(limit)s") % {"limit": limit} if invoice.currency == "MYR" else _("Not in ringgit"),
    }


def _made(einvoice: EInvoice) -> dict[str, Any]:
    return {
        "number": einvoice.number,
        "href": reverse("invoicing:einvoice", args=[einvoice.public_id]),
        "badge": EINVOICE_STATES[einvoice.status],
        "total": formatting.amount_with_currency(einvoice.total, einvoice.currency),
        "errors": [error["message"] for error in einvoice.errors],
    }


def _link(month: date) -> dict[str, str]:
    return {"text": formatting.month_and_year(month), "href": f"?month={month:%Y-%m}"}
