"""The style page: every component in every state, in one place."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from bigledger_crm.kernel import clock
from bigledger_crm.pages import components as parts
from bigledger_crm.pages.fields import DayInput, NumberField
from bigledger_crm.pages.views import CompanyView


class _Form(forms.Form):
    name = forms.CharField(label="Text", help_text="What helps to fill it in.")
    amount = NumberField(label="Amount")
    due = forms.DateField(label="Day", required=False, widget=DayInput())
    choice = forms.ChoiceField(label="Choice", choices=[("a", "One"), ("b", "Another")])
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
        "Status", lambda row: parts.Pill("Overdue", "bad") if row.late else parts.Pill("Paid", "good"), "pill"
    ),
    parts.Column("Total", lambda row: row.total, "amount", sort="total"),
]


class Styleguide(CompanyView):
    """Not in the navigation; for those who build pages."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Everything at once."""
        tones: list[parts.Tone] = ["neutral", "info", "good", "warn", "bad"]
        for level in (messages.INFO, messages.SUCCESS, messages.WARNING, messages.ERROR):
            messages.add_message(request, level, "A message says what happened and what to do.")
        return self.page(
            "pages/styleguide.html",
            title=_("Style guide"),
            pills=[parts.Pill(tone.title(), tone) for tone in tones],
            moves=[
                parts.Move("Another action", "#"),
                parts.Move("Delete", "#", danger=True),
                parts.Move("Primary action", "#", primary=True),
            ],
            table=parts.make_table(_COLUMNS, _ROWS, lambda row: "#", "number"),
            total=2,
            after="next",
            is_first=True,
            form=_Form({"name": "", "amount": "ten"}),
            figures=[
                parts.Figure("Receivables", "12,500.00", "#", "7 invoices", "MYR"),
                parts.Figure("Overdue", "2,567.50", "#", "1 invoice", "MYR", "bad"),
                parts.Figure("Drafts", "3", "#"),
            ],
            facts=[
                parts.Fact("Customer", "Acme Corporation", "#"),
                parts.Fact("Due", "12 days overdue", tone="bad"),
                parts.Fact("Reference", ""),
                parts.Fact("Notes", "Over the\nwhole width", wide=True),
            ],
            totals=[
                parts.Total("Subtotal", "2,375.00"),
                parts.Total("SST 6 %", "142.50"),
                parts.Total("Total MYR", "2,517.50", True),
            ],
            steps=[
                parts.Step("QT-2024-0001", "done", "#"),
                parts.Step("SO-2024-0001", "current", "#"),
                parts.Step("Invoice", "ahead"),
                parts.Step("Paid", "ahead"),
            ],
            timeline=[
                parts.Happening(
                    clock.now(), "Invoice sent", "Alice Tan", tone="good", pill=parts.Pill("Delivered", "good")
                ),
                parts.Happening(clock.now() - timedelta(days=1), "Order confirmed", "Bob Lim", "By phone"),
            ],
            empty_move=parts.Move("First action", "#", primary=True),
        )
