"""Forms that take parts of a document's lines: they show what remains and are filled in with all of it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.kernel.errors import DomainError
from bigledger_crm.pages import formats
from bigledger_crm.pages.fields import DayField, NumberField
from bigledger_crm.pages.forms import FormPage
from sales.models import DocumentLine

Remaining = Sequence[tuple[DocumentLine, Decimal]]


class PartsForm(forms.Form):
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
        for key, (line, remaining) in self.lines.items():
            first = remaining if take is None else take.get(key) or None
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

    def parts(self) -> list[dict[str, Any]]:
        """The quantities that were given, for a service."""
        given = ((key, self.cleaned_data[key]) for key in self.lines)
        return [{"item_id": key, "quantity": quantity} for key, quantity in given if quantity]

    def refuse_parts(self, error: DomainError) -> None:
        """Tells at each line how much of it remains."""
        for detail in error.details:
            message = _("Only %(quantity)s remain") % {"quantity": formats.number(detail["remaining"])}
            key = detail.get("itemId")
            self.add_error(key if key in self.fields else None, message)


class ShipmentForm(PartsForm):
    """What leaves, when and how."""

    shipped_on = DayField(label=gettext_lazy("Shipped on"))
    method = forms.CharField(label=gettext_lazy("Carrier"), required=False)
    tracking_number = forms.CharField(label=gettext_lazy("Tracking number"), required=False)


class PartsPage(FormPage):
    """A form about parts of lines.  With `total` in the form, the page only works out what they come to."""

    template = "sales/parts.html"
    partials: ClassVar[Mapping[str, str]] = {"parts-total": "sales/parts.html#total"}

    def total(self, form: Any) -> tuple[str, str]:
        """What the parts come to, with its currency, and what stands against that.  May raise DomainError."""
        return "", ""

    def post(self, request: HttpRequest, public_id: str = "") -> HttpResponse:
        """Saves, or shows the form with its total."""
        if "total" not in request.POST:
            return super().post(request, public_id)
        self.prepare(public_id)
        return self.show(self.make_form(request.POST))

    def show(self, form: Any, *, status: int = 200) -> HttpResponse:
        """The page with the form, and its total where that can be worked out."""
        describes = self.describe()
        total, objection = self._counted(form) if describes.get("counts") else ("", "")
        return self.page(
            self.template,
            status=status,
            form=form,
            form_key=self.form_key,
            total=total,
            objection=objection,
            **describes,
        )

    def _counted(self, form: Any) -> tuple[str, str]:
        """What the parts come to and what stands against it; a dash for parts that can't be taken.

        Of an unfilled form, of its first values.  A form that was refused is read anew, for its errors are in the way.
        """
        first = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
        form = self.make_form(form.data if form.is_bound else first)
        try:
            return self.total(form) if form.is_valid() else (formats.NOTHING, "")
        except DomainError:
            return formats.NOTHING, ""

    def refuse(self, form: PartsForm, error: DomainError) -> None:
        """Too much of a line is told at the line."""
        if all("remaining" in detail and "itemId" in detail for detail in error.details) and error.details:
            form.refuse_parts(error)
        else:
            super().refuse(form, error)
