"""The statement of a customer: the ledger with what was owed after each entry."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy

from bigledger_crm.kernel import ids
from bigledger_crm.pages import formats
from bigledger_crm.pages.components import Text
from bigledger_crm.pages.fields import DayField
from customers.models import Customer, ReceivableEntry
from customers.pages.panels import CustomerPanel
from customers.queries import statement_of

MOST = 500
YEAR = timedelta(days=365)
# What an entry is called, and the page and the prefix of its document.
KINDS: dict[str, tuple[Text, str, str]] = {
    "invoice": (gettext_lazy("Invoice"), "invoicing:invoice", "inv"),
    "payment": (gettext_lazy("Payment"), "invoicing:payment", "pay"),
    "void": (gettext_lazy("Payment voided"), "invoicing:payment", "pay"),
    "credit_note": (gettext_lazy("Credit note"), "invoicing:credit-note", "cn"),
    "cancellation": (gettext_lazy("Invoice cancelled"), "invoicing:invoice", "inv"),
}


class SpanForm(forms.Form):
    """From when to when."""

    first = DayField(label=gettext_lazy("From"), required=False)
    last = DayField(label=gettext_lazy("Through"), required=False)


class Statement(CustomerPanel):
    """The last year, or the days that are asked for."""

    place, panel = "customers:statement", "customers/panels/statement.html"

    def fill(self, customer: Customer) -> dict[str, Any]:
        """The entries, with what was owed before and after."""
        today = self.actor.today()
        form = SpanForm(self.request.GET or {"first": (today - YEAR).isoformat(), "last": today.isoformat()})
        first, last = _span(form, today)
        before, entries = statement_of(customer, first, last)
        rows = list(entries[: MOST + 1])
        shown = rows[:MOST]
        return {
            "form": form,
            "first": first,
            "last": last,
            "before": before,
            "after": shown[-1].balance if shown else before,
            "rows": [_row(entry) for entry in shown],
            "has_more": len(rows) > MOST,
        }


def _span(form: SpanForm, today: date) -> tuple[date | None, date | None]:
    if form.is_valid():
        return form.cleaned_data["first"], form.cleaned_data["last"]
    return today - YEAR, None


def _row(entry: ReceivableEntry) -> dict[str, Any]:
    label, page, prefix = KINDS[entry.kind]
    return {
        "day": entry.entry_date,
        "label": label,
        "number": entry.document_number,
        "href": reverse(page, args=[ids.encode(prefix, entry.document_id)]),
        "added": entry.amount if entry.amount > 0 else None,
        "taken": -entry.amount if entry.amount <= 0 else None,
        "balance": formats.amount(entry.balance, entry.currency),  # type: ignore[attr-defined]  # annotated
    }
