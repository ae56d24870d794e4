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
from bigledger_crm.web.form_views import ActionView, ServiceFormView, show_refusal
from bigledger_crm.web.lists import ListPage
from sales.models import Item, TaxCode, TaxRate
from sales.pages.tax_code_forms import NewTaxCodeForm, TaxCodeForm, rate_text
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
        """The columns of the list, with the rate of today and the next change."""
        today = self.actor.today()
        return (
            Column(_("Code"), lambda row: row.code, "main", sort="code"),
            Column(_("Name"), lambda row: row.name),
            Column(
                _("Rate today"),
                lambda row: formatting.percent(rate_on(self._pairs(row), today)),
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
        return _("%(rate)s from %(day)s") % {"rate": formatting.percent(rate), "day": formatting.day(day)}

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


def _state(row: TaxCode) -> StatusBadge:
    return StatusBadge(_("Active"), "good") if row.is_active else StatusBadge(_("Inactive"), "neutral")


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
        return NewTaxCodeForm(data, country=self.actor.company.country)

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
        today, country = self.actor.today(), self.actor.company.country
        return TaxCodeForm(data, stored=self.tax_code, rates=self.rates, today=today, country=country)

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
            "rates": [(rate_text(rate), rate.valid_from == current) for rate in self.rates],
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
