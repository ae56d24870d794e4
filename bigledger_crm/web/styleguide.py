"""The living style page: every component in every state, drawn by the same templates as the product's pages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bigledger_crm.kernel import clock
from bigledger_crm.web import charts, formatting
from bigledger_crm.web import components as parts
from bigledger_crm.web.form_fields import DayField, NumberField
from bigledger_crm.web.form_views import ServiceFormView
from bigledger_crm.web.from_project import from_project
from bigledger_crm.web.lists.paging import ListSlice
from bigledger_crm.web.timeline import Timeline
from bigledger_crm.web.toasts import Undo, toast
from bigledger_crm.web.views import CompanyView

SECTIONS = (
    ("colours", "Colours"),
    ("type", "Type"),
    ("icons", "Icons"),
    ("buttons", "Buttons and menus"),
    ("states", "States and messages"),
    ("figures", "Figures and charts"),
    ("tables", "Facts, tables, totals"),
    ("forms", "Forms"),
    ("time", "Steps and timelines"),
    ("moving", "Moving about"),
    ("empty", "Empty and waiting"),
)


@dataclass(frozen=True)
class StyleguideSection:
    """What an app shows of its own, drawn by `template` with `context`; the project lists them."""

    id: str
    heading: str
    template: str
    context: Mapping[str, Any]


class _Form(forms.Form):
    name = forms.CharField(label="Text", help_text="What helps to fill it in.")
    amount = NumberField(label="Money", affix="MYR")
    discount = NumberField(label="Percent", affix="%", required=False)
    due = DayField(label="Day", required=False, help_text="A date, +30, fri or tomorrow.")
    choice = forms.ChoiceField(label="Choice", choices=[("a", "One"), ("b", "Another")])
    email = forms.EmailField(label="Email", required=False, disabled=True, initial="can't@be.changed")
    notes = forms.CharField(label="Block of text", required=False, widget=forms.Textarea)
    agreed = forms.BooleanField(label="Yes or no", required=False)


_ROWS = [
    SimpleNamespace(
        number="INV-2024-0001", who="Acme Corporation", total=Decimal("2567.50"), currency="MYR", late=True
    ),
    SimpleNamespace(
        number="INV-2024-0002", who="Syarikat Élan", total=Decimal("1234567.00"), currency="MYR", late=False
    ),
]
_COLUMNS = [
    parts.Column("Number", lambda row: row.number, "main", sort="number"),
    parts.Column("Customer", lambda row: row.who, note=lambda row: "A quiet second line"),
    parts.Column(
        "Status",
        lambda row: parts.StatusBadge("Overdue", "bad") if row.late else parts.StatusBadge("Paid", "good"),
        "badge",
    ),
    parts.Column("Total", lambda row: row.total, "amount", sort="total"),
]
_SALES = [
    Decimal(value) for value in (3400, 15000, 23400, 51200, 42300, 18100, 35700, 67900, 25900, 34200, 31200, 14500)
]


class StyleguideFormView(ServiceFormView):
    """A form that saves nothing, to try a dialog with."""

    def make_form(self, data: Any = None) -> _Form:
        """The form with every kind of field."""
        return _Form(data)

    def save(self, form: _Form) -> str:
        """Only says so."""
        toast(self.request, "Nothing was saved.", undo=Undo(reverse("pages:styleguide-form"), "Undo"))
        return reverse("pages:styleguide")

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {"title": "A form in a dialog", "submit": "Save", "back": reverse("pages:styleguide")}


class StyleguideView(CompanyView):
    """Not in the navigation; for those who build pages."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Everything at once."""
        further = from_project("styleguide_sections", list[StyleguideSection]())
        tones: list[parts.Tone] = ["neutral", "info", "firm", "partly", "good", "warn", "bad"]
        toast(request, "A note in the corner, which can be taken back.", undo=Undo("/styleguide/form", "Undo"))
        messages.error(request, "A fault stays until somebody closes it.")
        return self.page(
            "pages/styleguide.html",
            title=_("Style guide"),
            sections=[*SECTIONS, *((section.id, section.heading) for section in further)],
            further=further,
            colours=_token_names("light-dark"),
            icons=_icon_names(),
            pills=[parts.StatusBadge(tone.title(), tone) for tone in tones],
            levels=("info", "success", "warning", "error"),
            actions=[
                parts.Action("Another action", "#"),
                parts.Action("Delete", "#", danger=True),
                parts.Action("Primary action", "#", primary=True),
            ],
            table=parts.make_table(_COLUMNS, _ROWS, lambda row: "#", "number"),
            slice=ListSlice(_ROWS, 1234, 51, "before", "after"),
            form=_Form({"name": "", "amount": "ten", "choice": "a"}, auto_id="wrong_%s"),
            clean_form=_Form(auto_id="empty_%s"),
            **_drawings(),
            **_story(),
            empty_move=parts.Action("First action", "#", primary=True),
        )


def _drawings() -> dict[str, Any]:
    months = [date(2024, month, 1) for month in range(1, 13)]
    points = [
        charts.Point(
            formatting.month(month), value, formatting.amount_with_currency(value, "MYR"), "#", before=value / 2
        )
        for month, value in zip(months, _SALES, strict=True)
    ]
    spans = ("1 to 30", "31 to 60", "61 to 90", "Over 90")
    ages = ("Not yet due", *(f"{span} days overdue" for span in spans))
    shares = [
        charts.Point(age, value, formatting.amount(value, "MYR"), "#", "4")
        for age, value in zip(ages, _SALES, strict=False)
    ]
    return {
        "metrics": [
            parts.Metric("Receivables", "12,500.00", "#", "7 invoices", "MYR"),
            parts.Metric("Overdue", "2,567.50", "#", "1 invoice", "MYR", "bad"),
            parts.Metric("Sales this month", "14,500.00", "#", "31K last month", "MYR", trend=_SALES),
            parts.Metric("Drafts", "3"),
        ],
        "columns": charts.column_chart(
            "Sales", points, formatting.rough_amount, label="Month", value="Sales", before="Previous year"
        ),
        "rows": charts.ranking("Sales by customer", points[3:8], label="Customer", value="Sales"),
        "shares": charts.shares("Debts by age", shares, label="Age", value="Amount", note="Invoices"),
    }


def _story() -> dict[str, Any]:
    now = clock.now()
    entries = [
        parts.TimelineEntry(
            now,
            "Invoice sent",
            "Alice Tan",
            icon="send",
            tone="good",
            badge=parts.StatusBadge("Delivered", "good"),
            about="INV-2024-0001",
        ),
        parts.TimelineEntry(now, "Note", "Alice Tan", icon="message-square", note="They ask for red.", tone="info"),
        parts.TimelineEntry(
            now - timedelta(hours=3), "Email to accounts@acme.test", icon="mail", note="The mailbox is full", tone="bad"
        ),
        parts.TimelineEntry(now - timedelta(days=1), "Payment recorded", "Web shop", by_key=True, icon="banknote"),
    ]
    return {
        "details": [
            parts.DetailField("Customer", "Acme Corporation", "#"),
            parts.DetailField("Due", "12 days overdue", tone="bad"),
            parts.DetailField("Reference", ""),
            parts.DetailField("Notes", "Over the\nwhole width", wide=True),
        ],
        "totals": [
            parts.Total("Subtotal", "2,375.00"),
            parts.Total("SST 6 %", "142.50"),
            parts.Total("Total MYR", "2,517.50", True),
        ],
        "steps": [
            parts.Step("Quote", "done", "#", "QT-2024-0001"),
            parts.Step("Order", "done", "#", "SO-2024-0001", "Shipped"),
            parts.Step("Invoice", "current", "#", "2 invoices", "2 of 3 invoiced"),
            parts.Step("Paid", "ahead"),
        ],
        "timeline": Timeline(entries, "", ""),
        "object_url": reverse("pages:styleguide"),
        "may_add": True,
    }


@cache
def _token_names(kind: str) -> list[str]:
    sheet = (Path(settings.BASE_DIR) / "static/css/tokens.css").read_text()
    return re.findall(rf"--([\w-]+): {kind}\(#", sheet)


@cache
def _icon_names() -> list[str]:
    return re.findall(r'<symbol id="([\w-]+)"', (Path(settings.BASE_DIR) / "static/icons.svg").read_text())
