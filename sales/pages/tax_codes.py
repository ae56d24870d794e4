"""The settings of taxes: codes with dated rates."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.kernel.errors import DomainError, FieldError
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Action, Column, StatusBadge
from bigledger_crm.web.form_fields import DayField, NameField, NumberField
from bigledger_crm.web.form_views import ActionView, ServiceFormView, show_refusal
from bigledger_crm.web.lists import ListPage
from sales.catalogue_inputs import TaxCodeInput, TaxRateInput
from sales.models import Item, TaxCode, TaxRate
from sales.queries import rates_by_tax_code, tax_code_by_public_id
from sales.rules import rate_on
from sales.services import add_missing_tax_codes, create_tax_code, missing_tax_codes, update_tax_code


class TaxCodeListView(ListPage):
    """All tax codes."""

    resource = "tax-codes"
    template = "sales/tax_codes.html"
    title = gettext_lazy("Taxes")
    sorts = {"code": "code"}
    default_sort = "code"
    chips = (("active", gettext_lazy("Active")), ("inactive", gettext_lazy("Inactive")))
    empty_title = gettext_lazy("No tax codes yet")
    empty_text = gettext_lazy("A tax code has a rate in percent, and can have others from later dates on.")
    create = Action(gettext_lazy("New tax code"), reverse_lazy("sales:new-tax-code"), primary=True)

    @cached_property
    def _rates(self) -> Mapping[Any, Any]:
        return rates_by_tax_code()

    def columns(self) -> Sequence[Column]:
        """What the list shows, with the rate of today and the next change."""
        today = self.actor.today()
        return (
            Column(_("Code"), lambda row: row.code, "main", sort="code"),
            Column(_("Name"), lambda row: row.name),
            Column(
                _("Rate today"),
                lambda row: _percent(rate_on(self._pairs(row), today)),
                "figure",
                note=lambda row: self._next(row, today),
                exact=lambda row: rate_on(self._pairs(row), today),
            ),
            Column(_("Status"), _state, "badge"),
            Column(_("Items with this code"), lambda row: row.item_count, "number"),
        )

    def _pairs(self, row: TaxCode) -> list[tuple[date, Decimal]]:
        return list(self._rates.get(row.pk, []))

    def _next(self, row: TaxCode, today: date) -> str:
        """The next change of the rate."""
        later = [(day, rate) for day, rate in self._pairs(row) if day > today]
        if not later:
            return ""
        day, rate = min(later)
        return _("%(rate)s from %(day)s") % {"rate": _percent(rate), "day": formatting.day(day)}

    def all_rows(self) -> QuerySet[Any]:
        """The codes, with how many items have each."""
        items = Item.objects.filter(tax_code=OuterRef("pk")).order_by().values("tax_code")
        return TaxCode.objects.annotate(item_count=Coalesce(Subquery(items.annotate(n=Count("pk")).values("n")), 0))

    def chosen(self, rows: QuerySet[Any], chip: str) -> QuerySet[Any]:
        """Those in use, or no longer."""
        return rows.filter(is_active=chip == "active")

    def href(self, row: TaxCode) -> str:
        """Its form, for those who may change it."""
        may = self.actor.may("tax-codes", "write")
        return reverse("sales:tax-code", args=[row.public_id]) if may else ""

    def more(self) -> Mapping[str, Any]:
        """The usual codes of the country that are missing."""
        missing = missing_tax_codes(self.actor.company.country) if self.actor.may("tax-codes", "write") else []
        return {"missing": ", ".join(code for code, _name, _rates in missing)}


def _percent(rate: Decimal | None) -> str:
    """`0 %` too, which is a rate."""
    return formatting.NOTHING if rate is None else formatting.percent(rate) if rate else "0\u00a0%"


def _state(row: TaxCode) -> StatusBadge:
    return StatusBadge(_("Active"), "good") if row.is_active else StatusBadge(_("Inactive"), "neutral")


class NewTaxCodeForm(forms.Form):
    """A tax code with its first rate."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=20,
        help_text=gettext_lazy("Printed on documents, such as SST."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    name = NameField(label=gettext_lazy("Name"), max_length=100)
    rate = NumberField(label=gettext_lazy("Rate"), affix="%")
    valid_from = DayField(
        label=gettext_lazy("From"), required=False, help_text=gettext_lazy("Leave empty if it always applied.")
    )

    def inputs(self) -> TaxCodeInput:
        """What the service takes."""
        values = self.cleaned_data
        first = TaxRateInput(rate=values["rate"], valid_from=values["valid_from"] or date.min)
        return TaxCodeInput(code=values["code"], name=values["name"], rates=[first])


def _show_rates_refusal(form: forms.Form, error: DomainError, field: str) -> None:
    """What is wrong with any of the rates is told at the one that was typed."""
    error.errors = tuple(
        FieldError((field,), one.message) if one.path[0] in ("rates", "rate") else one for one in error.errors
    )
    show_refusal(form, error)


class TaxCodeCreateView(ServiceFormView):
    """A new tax code."""

    resource = "tax-codes"

    def make_form(self, data: Any = None) -> NewTaxCodeForm:
        """An empty one."""
        return NewTaxCodeForm(data)

    def save(self, form: NewTaxCodeForm) -> str:
        """To the list."""
        create_tax_code(self.actor, form.inputs())
        self.done(_("Tax code created"))
        return reverse("sales:tax-codes")

    def refuse(self, form: NewTaxCodeForm, error: DomainError) -> None:
        """At the rate."""
        _show_rates_refusal(form, error, "rate")

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {"title": _("New tax code"), "submit": _("Create tax code"), "back": reverse("sales:tax-codes")}


class TaxCodeForm(forms.Form):
    """A tax code: its name, whether it is offered, and another rate from a day on."""

    name = NameField(label=gettext_lazy("Name"), max_length=100)
    is_active = forms.BooleanField(
        label=gettext_lazy("Active"),
        required=False,
        help_text=gettext_lazy("An inactive code is no longer offered; items and documents keep it."),
    )
    rate = NumberField(label=gettext_lazy("New rate"), affix="%", required=False)
    valid_from = DayField(label=gettext_lazy("From"), required=False)

    def __init__(self, data: Any = None, *, stored: TaxCode, rates: Sequence[TaxRate], today: date) -> None:
        """With a check for each rate that begins later, to take it back."""
        super().__init__(data, initial={"name": stored.name, "is_active": stored.is_active})
        self.rates = rates
        later = [(rate.valid_from.isoformat(), _rate_text(rate)) for rate in rates if rate.valid_from > today]
        if later:
            self.fields["removed"] = forms.MultipleChoiceField(
                label=_("Take back rates that begin later"),
                required=False,
                choices=later,
                widget=forms.CheckboxSelectMultiple,
            )

    def clean(self) -> dict[str, Any]:
        """A new rate and its day go together."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        for name, other in (("rate", "valid_from"), ("valid_from", "rate")):
            is_right = name not in self.errors and other not in self.errors
            if is_right and values.get(name) is None and values.get(other) is not None:
                self.add_error(name, _("Enter the rate and its first day"))
        return values

    def inputs(self) -> TaxCodeInput:
        """What the service takes."""
        values = self.cleaned_data
        removed = set(values.get("removed", ()))
        kept = {rate.valid_from: rate.rate for rate in self.rates if rate.valid_from.isoformat() not in removed}
        if values["rate"] is not None:
            kept[values["valid_from"]] = values["rate"]
        dated = [TaxRateInput(rate=rate, valid_from=day) for day, rate in sorted(kept.items())]
        return TaxCodeInput(name=values["name"], is_active=values["is_active"], rates=dated)


def _rate_text(rate: TaxRate) -> str:
    if rate.valid_from == date.min:
        return _percent(rate.rate)
    return _("%(rate)s from %(day)s") % {"rate": _percent(rate.rate), "day": formatting.day(rate.valid_from)}


class TaxCodeUpdateView(ServiceFormView):
    """A tax code with its rates."""

    resource = "tax-codes"
    template = "sales/tax_code.html"
    tax_code: TaxCode
    rates: list[TaxRate]

    def prepare(self, public_id: str = "") -> None:
        """The code and its rates, newest first."""
        self.tax_code = tax_code_by_public_id(public_id)
        self.rates = list(self.tax_code.rates.order_by("-valid_from"))

    def make_form(self, data: Any = None) -> TaxCodeForm:
        """What is stored."""
        return TaxCodeForm(data, stored=self.tax_code, rates=self.rates, today=self.actor.today())

    def save(self, form: TaxCodeForm) -> str:
        """To the list."""
        update_tax_code(self.actor, self.tax_code, form.inputs())
        self.done(_("Changes saved. Documents keep the rates that they were made with."))
        return reverse("sales:tax-codes")

    def refuse(self, form: TaxCodeForm, error: DomainError) -> None:
        """At the new rate."""
        _show_rates_refusal(form, error, "rate")

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        today = self.actor.today()
        current = max((rate.valid_from for rate in self.rates if rate.valid_from <= today), default=None)
        return {
            "title": self.tax_code.code,
            "submit": _("Save"),
            "back": reverse("sales:tax-codes"),
            "rates": [(_rate_text(rate), rate.valid_from == current) for rate in self.rates],
        }


class MissingTaxCodesView(ActionView):
    """Adds the usual codes of the country."""

    resource = "tax-codes"

    def act(self, public_id: str) -> str:
        """To the list."""
        add_missing_tax_codes(self.actor)
        return reverse("sales:tax-codes")

    def back(self, public_id: str) -> str:
        """The list."""
        return reverse("sales:tax-codes")
