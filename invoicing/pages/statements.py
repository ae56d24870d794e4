"""A customer's statement: the ledger with the balance after each entry, how old the debts are, and its email."""

from dataclasses import asdict
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.kernel import ids
from bigledger_crm.registry import object_types
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Text
from bigledger_crm.web.form_fields import DayField
from bigledger_crm.web.pdf_response import pdf_response
from bigledger_crm.web.views import CompanyView
from customers.models import Customer, ReceivableEntry
from customers.pages.customer_tabs import CustomerTabView
from customers.queries import customer_by_public_id, statement_of
from invoicing.reports.periods import chosen_period
from invoicing.rules import check_span
from invoicing.services import (
    Span,
    ages_of,
    render_statement_pdf,
)

MOST = 500


# What an entry is called, and the type of its document; "" for one without a page.
KINDS: dict[str, tuple[Text, str]] = {
    "invoice": (gettext_lazy("Invoice"), "invoice"),
    "payment": (gettext_lazy("Payment"), "payment"),
    "void": (gettext_lazy("Payment voided"), "payment"),
    "credit_note": (gettext_lazy("Credit note"), "credit_note"),
    "cancellation": (gettext_lazy("Invoice cancelled"), "invoice"),
    "refund": (gettext_lazy("Refund"), ""),
    "refund_void": (gettext_lazy("Refund voided"), ""),
    "write_off": (gettext_lazy("Written off"), ""),
    "write_off_reversal": (gettext_lazy("Write-off reversed"), ""),
}


AGE_LABELS: dict[str, Text] = {
    "Not yet due": gettext_lazy("Not yet due"),
    "1–30 days": gettext_lazy("1–30 days"),
    "31–60 days": gettext_lazy("31–60 days"),
    "61–90 days": gettext_lazy("61–90 days"),
    "Over 90 days": gettext_lazy("Over 90 days"),
}
CREDIT_LABEL: Text = gettext_lazy("Unapplied credit")


class SpanForm(forms.Form):
    """From when to when; without days from the beginning and through today."""

    first = DayField(label=gettext_lazy("From"), required=False)
    last = DayField(label=gettext_lazy("To"), required=False)

    def __init__(self, data: Any, today: date) -> None:
        super().__init__(data)
        self.today = today

    def clean(self) -> dict[str, Any]:
        """The days in their order."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if check_span(values.get("first"), values.get("last") or self.today):
            self.add_error("last", _("The last day must not be before the first."))
        return values


PERIODS: dict[str, Text] = {
    "last_365_days": gettext_lazy("Last 365 days"),
    "this_month": gettext_lazy("This month"),
    "last_month": gettext_lazy("Last month"),
    "this_year": gettext_lazy("This year"),
    "everything": gettext_lazy("Everything"),
}


def span_of(period: str, today: date) -> Span:
    """The days of one of PERIODS, those that people ask for most, as reports have them; on a day of the company."""
    return Span() if period == "everything" else Span(*chosen_period(period, today).span)


def query_of(span: Span) -> str:
    """A span as the URLs of statements have it; both names are there, so that nothing means no limit."""
    return urlencode({"first": span.first or "", "last": span.last or ""})


class StatementView(CustomerTabView):
    """The last year, or the days that are asked for."""

    place, panel = "invoicing:customer-statement", "invoicing/statement.html"

    def fill(self, customer: Customer) -> dict[str, Any]:
        """The entries, with the balance before and after; nothing for days that can't be."""
        today = self.actor.today()
        asked = self.request.GET if {"first", "last"} & self.request.GET.keys() else None
        form = SpanForm(asked or asdict(span_of("last_365_days", today)), today)
        queries = {label: query_of(span_of(period, today)) for period, label in PERIODS.items()}
        spans = [(label, query, query == self._query(form)) for label, query in queries.items()]
        if not form.is_valid():
            return {"form": form, "presets": spans, "status": 400}
        span = Span(form.cleaned_data["first"], form.cleaned_data["last"])
        before, entries = statement_of(customer, span.first, span.until(today))
        rows = list(entries[: MOST + 1])
        shown = rows[:MOST]
        return {
            "form": form,
            "presets": spans,
            "query": query_of(span),
            "may_send": self.actor.may("customers", "write"),
            "opening_balance": before,
            "closing_balance": shown[-1].balance if shown else before,
            "rows": [_row(entry) for entry in shown],
            "has_more": len(rows) > MOST,
            "ages": _ages(self.actor, customer, span.until(today)),
        }

    def _query(self, form: SpanForm) -> str:
        if not form.is_valid():
            return ""
        return query_of(Span(form.cleaned_data["first"], form.cleaned_data["last"]))


def _ages(actor: Actor, customer: Customer, day: date) -> list[tuple[Text, str]]:
    ages = ages_of(actor, customer, day)
    return [
        (AGE_LABELS.get(label, CREDIT_LABEL), formatting.amount(amount, customer.currency))
        for label, amount in ages.items()
    ]


def _row(entry: ReceivableEntry) -> dict[str, Any]:
    label, name = KINDS[entry.kind]
    document = object_types.get(name)
    return {
        "date": entry.entry_date,
        "label": label,
        "number": entry.document_number,
        "href": reverse(document.page, args=[ids.encode(document.id_prefix, entry.document_id)]) if document else "",
        "charged": entry.amount if entry.amount > 0 else None,
        "credited": -entry.amount if entry.amount <= 0 else None,
        "balance": formatting.amount(entry.balance, entry.currency),  # type: ignore[attr-defined]  # annotated
    }


def statement_href(public_id: str, span: Span) -> str:
    """The page of a customer's statement."""
    return f"{reverse('invoicing:customer-statement', args=[public_id])}?{query_of(span)}"


def read_day(text: str) -> date | None:
    """A day of a URL; what can't be one is a 404."""
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if text and day is None:
        raise Http404("No such day")
    return day


def span_label(span: Span, today: date) -> Text:
    last = formatting.day(span.until(today))
    if span.first is None:
        return _("Everything up to %(last)s.") % {"last": last}
    return _("From %(first)s to %(last)s.") % {"first": formatting.day(span.first), "last": last}


class StatementPdfView(CompanyView):
    """A customer's statement of account, of the days `first` to `last`, as PDF."""

    resource = "payments"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The PDF."""
        customer = customer_by_public_id(public_id)
        span = Span(read_day(request.GET.get("first", "")), read_day(request.GET.get("last", "")))
        if check_span(span.first, span.until(self.actor.today())):  # the page of the statement says so at the field
            return HttpResponseRedirect(statement_href(public_id, span))
        pdf = render_statement_pdf(self.actor, customer, span)
        return pdf_response(pdf.content, pdf.filename)
