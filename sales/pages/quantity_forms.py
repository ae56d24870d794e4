"""Forms that take parts of a document's lines: they show what remains and are filled in with all of it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.kernel.errors import DomainError
from bigledger_crm.kernel.money import decimals_of
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Text
from bigledger_crm.web.form_fields import DayField, NumberField
from bigledger_crm.web.form_views import ServiceFormView, place_error
from bigledger_crm.web.htmx import status_for
from sales.inputs import QuantityInput
from sales.models import DocumentLine

QUANTITY_DECIMALS = 6

Remaining = Sequence[tuple[DocumentLine, Decimal]]


class QuantitiesForm(forms.Form):
    """How much of each line to take; what is left empty isn't taken."""

    def __init__(
        self,
        data: Any = None,
        *,
        lines: Remaining,
        initial: Mapping[str, Any],
        take: Mapping[str, Decimal] | None = None,
    ) -> None:
        """`lines` are the lines of which something remains, with how much; `take` what is filled in, by their ids."""
        super().__init__(data, initial=dict(initial))
        self.lines = {line.public_id: (line, remaining) for line, remaining in lines}
        self.own_fields = list(self.fields)
        self.first: dict[str, Decimal] = {}
        for key, (line, remaining) in self.lines.items():
            first = remaining if take is None else take.get(key) or None
            if first:
                self.first[key] = first
            label = _("Quantity of %(description)s") % {"description": line.description}
            self.fields[key] = NumberField(label=label, required=False, initial=first)

    def drop(self, name: str) -> None:
        """Leaves a field out."""
        del self.fields[name]
        self.own_fields.remove(name)

    def heading_fields(self) -> list[forms.BoundField]:
        """The fields that aren't quantities."""
        return [self[name] for name in self.own_fields]

    def line_rows(self) -> list[tuple[DocumentLine, Decimal, forms.BoundField]]:
        """Each line, what remains of it, and its field."""
        return [(line, remaining, self[key]) for key, (line, remaining) in self.lines.items()]

    def clean(self) -> dict[str, Any]:
        """Refuses more than remains, at the line, and nothing at all."""
        values = super().clean() or self.cleaned_data
        for key, (_line, remaining) in self.lines.items():
            quantity = values.get(key)
            if quantity is None:
                continue
            if quantity < 0 or decimals_of(quantity) > QUANTITY_DECIMALS:
                self.add_error(key, _("Enter 0 or more, with at most 6 decimals"))
            elif quantity > remaining:
                self.add_error(key, only_remaining(remaining))
        if self.lines and not self.errors and not self.takes_anything():
            self.add_error(None, _("Enter a quantity for at least one line."))
        return values

    def takes_anything(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.parts())

    def parts(self) -> list[QuantityInput]:
        """The quantities that were given, for a service."""
        given = ((key, self.cleaned_data[key]) for key in self.lines)
        return [QuantityInput(item_id=key, quantity=quantity) for key, quantity in given if quantity]

    def refuse_parts(self, error: DomainError) -> None:
        """Tells at each line how much of it remains, and at the shipping cost how much of that."""
        for detail in error.details:
            key = detail.get("itemId", "shipping_cost")
            self.add_error(key if key in self.fields else None, only_remaining(detail["remaining"]))


def only_remaining(quantity: Decimal) -> str:
    """How much of a line is left to take."""
    return _("Only %(quantity)s remain") % {"quantity": formatting.number(quantity)}


class ShipmentForm(QuantitiesForm):
    """What leaves, when and how."""

    shipped_on = DayField(label=gettext_lazy("Shipped on"))
    method = forms.CharField(label=gettext_lazy("Carrier"), required=False)
    tracking_number = forms.CharField(label=gettext_lazy("Tracking number"), required=False)


class QuantitiesFormView(ServiceFormView):
    """A form about parts of lines.  With `total` in the form, the page only works out what they come to."""

    template = "sales/quantities.html"
    partials: ClassVar[Mapping[str, str]] = {"quantities-total": "sales/quantities.html#total"}

    def total(self, form: Any) -> tuple[str, str]:
        """What the parts come to, with its currency, and what stands against that.  May raise DomainError."""
        return "", ""

    def fills(self, form: Any) -> dict[str, tuple[Text, Mapping[str, Decimal]]]:
        """What fills in the quantities at once: the word on its button, and how much of each line."""
        return {"none": (_("None"), {}), "all": (_("All"), form.first)}

    def post(self, request: HttpRequest, public_id: str = "") -> HttpResponse:
        """Saves, or shows the form with its total or with other quantities."""
        if "total" in request.POST:
            self.prepare(public_id)
            return self.show(self.make_form(request.POST))
        if "fill" in request.POST:
            self.prepare(public_id)
            return self.show(self._filled(request.POST))
        return super().post(request, public_id)

    def _filled(self, data: QueryDict) -> Any:
        """The form with what was typed, which nothing judges yet, and with the quantities of the button."""
        form = self.make_form()
        _word, quantities = self.fills(form).get(str(data["fill"]), ("", form.first))
        form.initial = {name: data.get(name, "") for name in form.fields} | dict.fromkeys(form.lines, "") | quantities
        return form

    def show(self, form: Any, *, status: int = 200) -> HttpResponse:
        """The page with the form, and its total where that can be worked out."""
        describes = self.get_context()
        total, total_error = self._counted(form) if describes.get("has_total") else ("", "")
        return self.page(
            self.template,
            status=status_for(self.request, status),
            form=form,
            form_key=self.form_key,
            total=total,
            total_error=total_error,
            fills=[(name, label) for name, (label, _quantities) in self.fills(form).items()] if form.lines else [],
            **describes,
        )

    def _counted(self, form: Any) -> tuple[str, str]:
        """The total of the parts, and the errors; a dash for parts that can't be used.

        An unfilled form counts with its initial values.  A form with errors is read again without them.
        """
        first = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
        form = self.make_form(form.data if form.is_bound else first)
        try:
            return self.total(form) if form.is_valid() else (formatting.NOTHING, "")
        except DomainError:
            return formatting.NOTHING, ""

    def refuse(self, form: QuantitiesForm, error: DomainError) -> None:
        """What is wrong with a line is told at the line."""
        if error.details and all("remaining" in detail for detail in error.details):
            form.refuse_parts(error)
            return
        keys = [part.item_id for part in form.parts()]
        for wrong in error.errors:
            match wrong.path:
                case ("items" | "partial_items", int() as index, *_) if index < len(keys):
                    form.add_error(keys[index], wrong.message)
                case _:
                    place_error(form, wrong)
        if not error.errors:
            super().refuse(form, error)
