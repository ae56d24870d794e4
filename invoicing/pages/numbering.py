"""The settings of document numbers: a pattern for each kind, with the number that comes next."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.kernel.errors import FieldError
from bigledger_crm.numbering import rules
from bigledger_crm.numbering.queries import last_values, next_value
from bigledger_crm.numbering.services import pattern_of
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web.components import Text
from bigledger_crm.web.form_views import ServiceFormView
from bigledger_crm.web.views import CompanyView
from invoicing.services import check_numbering, update_numbering

KINDS: dict[str, Text] = {
    "quote": gettext_lazy("Quotes"),
    "sales_order": gettext_lazy("Orders"),
    "invoice": gettext_lazy("Invoices"),
    "credit_note": gettext_lazy("Credit notes"),
    "customer": gettext_lazy("Customers"),
}


@dataclass(frozen=True)
class NumberRow:
    """A kind as it is drawn: its fields, the number that comes next ("" for a wrong pattern), and when it restarts."""

    label: Text
    fields: Sequence[forms.BoundField]
    preview: str
    restart: str


class NumberingForm(forms.Form):
    """A pattern and the next value of each kind."""

    def __init__(self, data: Any = None, *, actor: Actor) -> None:
        """With what is stored."""
        super().__init__(data)
        self.counters = last_values()
        self.today = actor.today()
        for kind in KINDS:
            pattern = pattern_of(actor.company, kind)
            self.fields[f"{kind}_pattern"] = forms.CharField(
                label=_("Pattern"),
                initial=pattern,
                widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            )
            self.fields[f"{kind}_next"] = forms.IntegerField(
                label=_("Set next number"),
                required=False,
                min_value=1,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            )

    def patterns(self) -> dict[str, str]:
        """The patterns that could be read, by their kind."""
        given = {kind: self.cleaned_data.get(f"{kind}_pattern") for kind in KINDS}
        return {kind: pattern for kind, pattern in given.items() if pattern}

    def next_values(self) -> dict[str, int]:
        """Where series are to go on, as far as it was typed."""
        given = {kind: self.cleaned_data.get(f"{kind}_next") for kind in KINDS}
        return {kind: value for kind, value in given.items() if value is not None}

    def rows(self) -> list[NumberRow]:
        """The kinds, with what comes next as the form stands."""
        return [self._row(kind, label) for kind, label in KINDS.items()]

    def _row(self, kind: str, label: Text) -> NumberRow:
        fields = (self[f"{kind}_pattern"], self[f"{kind}_next"])
        pattern, typed = (str(field.value() or "").strip() for field in fields)
        if rules.check_pattern(kind, pattern):
            return NumberRow(label, fields, "", "")
        day = None if kind == "customer" else self.today
        value = next_value(self.counters, kind, pattern, self.today)
        if re.fullmatch("[0-9]{1,9}", typed):
            value = max(value, int(typed))
        return NumberRow(label, fields, rules.number_of(pattern, day, value), _restart(rules.series_of(pattern, day)))


def _restart(series: rules.Series) -> str:
    if series.month:
        return _("Starts again at 1 every month")
    return _("Starts again at 1 every year") if series.year else _("Counts on for ever")


class NumberingView(ServiceFormView):
    """The patterns of all kinds."""

    resource = "settings"
    verb = "manage"
    template = "invoicing/numbering.html"

    def make_form(self, data: Any = None) -> NumberingForm:
        """What is stored."""
        return NumberingForm(data, actor=self.actor)

    def also_wrong(self, form: NumberingForm) -> list[FieldError]:
        """By the rules."""
        return check_numbering(form.patterns())

    def save(self, form: NumberingForm) -> str:
        """Back to the form."""
        update_numbering(self.actor, form.patterns(), form.next_values())
        self.done(_("Changes saved. Existing numbers stay as they are."))
        return reverse("invoicing:numbering")

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {"title": _("Numbering"), "submit": _("Save")}


class NumberingPreviewView(CompanyView):
    """The numbers that come next as the form stands; nothing is saved."""

    resource = "settings"
    verb = "manage"
    partials = {"numbers": "invoicing/numbering_preview.html"}

    def post(self, request: HttpRequest) -> HttpResponse:
        """The numbers."""
        return self.page("invoicing/numbering_preview.html", form=NumberingForm(request.POST, actor=self.actor))
