"""What stands in an editor: a document's head and lines as they are typed, read, worked out and drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.pages.components import Text
from bigledger_crm.tenancy.actor import Actor
from customers.models import Customer
from customers.queries import customer_by_public_id
from sales.models import DocumentLine, Item, SaleDocument, TaxCode
from sales.pages.document_forms import DocumentForm
from sales.pages.figures import NO_FIGURES, Figures, work_out
from sales.pages.line_forms import (
    NO_TAX,
    LineForm,
    Row,
    Typed,
    is_blank,
    pasted_codes,
    pasted_rows,
    stored_row,
    with_pasted,
)

OFFERED = 100
# Looked up once for a page, not once for each of a hundred rows.
ROW_WORDS: dict[str, Text] = {
    "item": gettext_lazy("Item"),
    "description": gettext_lazy("Description"),
    "quantity": gettext_lazy("Quantity"),
    "unit_price": gettext_lazy("Unit price"),
    "discount": gettext_lazy("Discount"),
    "tax": gettext_lazy("Tax"),
    "amount": gettext_lazy("Amount"),
    "move_up": gettext_lazy("Move up: line"),
    "move_down": gettext_lazy("Move down: line"),
    "remove": gettext_lazy("Remove line"),
}


@dataclass(frozen=True)
class Lines:
    """The lines in which something was typed: their forms, and what the services take of each."""

    forms: Sequence[LineForm]
    fields: Sequence[dict[str, Any]]

    @property
    def wrong(self) -> bool:
        """Whether any needs another look."""
        return any(form.errors for form in self.forms)


NO_LINES = Lines((), ())


class Sheet:
    """A document in an editor, or a new one without `document`.

    `editable` are the only fields of it that may be changed; None means everything, its lines too.  `day` names the
    field of its date.
    """

    def __init__(
        self,
        actor: Actor,
        form_class: type[DocumentForm],
        day: str,
        document: Any = None,
        editable: frozenset[str] | None = None,
    ) -> None:
        self.actor, self.form_class, self.day = actor, form_class, day
        self.document: SaleDocument | None = document
        self.editable = editable
        has_lines = document is not None and editable is None
        self._kept: dict[str, DocumentLine] = (
            {line.public_id: line for line in document.lines.all()} if has_lines else {}
        )

    @property
    def has_lines(self) -> bool:
        """Whether the lines can be changed."""
        return self.editable is None

    def form(self, data: Any, initial: Mapping[str, Any]) -> DocumentForm:
        """The head with what was typed, or with what it begins with."""
        return self.form_class(data, initial=initial, document=self.document, editable=self.editable)

    def stored_head(self, document: SaleDocument) -> dict[str, Any]:
        """What the head shows of a document."""
        return self.form_class.initial_of(document, self.actor.company)

    def stored_rows(self) -> list[Typed]:
        """The lines as they are stored, as they would be typed."""
        return [stored_row(line, self.document.currency) for line in self._kept.values()] if self.document else []

    def rows_with_pasted(self, rows: Sequence[Typed], text: str, at: str) -> list[Typed]:
        """The rows with those of a spreadsheet from row `at` on."""
        found = Item.objects.filter(item_code__in=pasted_codes(text), is_active=True)
        codes = {code.casefold(): code for code in found.values_list("item_code", flat=True)}
        return with_pasted(rows, pasted_rows(text, codes, self._tax_codes), at)

    def read(self, rows: Sequence[Typed], form: DocumentForm) -> Lines:
        """The lines that aren't blank, under a head that was read."""
        return self._read(rows, self._currency(form)) if self.has_lines else NO_LINES

    def drawn(self, form: DocumentForm, rows: Sequence[Typed], lines: Lines) -> dict[str, Any]:
        """What the template of the editor shows; `lines` are those that were judged."""
        figures, taxes = self._figures(form, rows), cache(partial(_tax_options, self._tax_choices(rows)))
        errors = {line.index: line.messages_by_field() for line in lines.forms}
        return {
            "document": self.document,
            "form": form,
            "has_errors": bool(form.errors) or lines.wrong,
            "has_lines": self.has_lines,
            "rows": [
                replace(
                    figures.row(index, row), errors=errors.get(index, {}), tax_options=taxes(row.get("tax_code", ""))
                )
                for index, row in enumerate(rows)
            ],
            "blank": Row(0, tax_options=taxes("")),
            "words": {name: escape(word) for name, word in ROW_WORDS.items()},
            "figures": figures,
            "item_options": reverse("sales:item-options"),
            "items": Item.objects.filter(is_active=True).order_by("item_code")[:OFFERED],
            "customers": [] if self.document else _active_customers(),
        }

    @cached_property
    def _tax_codes(self) -> list[str]:
        return list(TaxCode.objects.filter(is_active=True).order_by("code").values_list("code", flat=True))

    def _tax_choices(self, rows: Sequence[Typed]) -> list[tuple[str, str]]:
        """Those in use, and what stands in a line besides, so that nothing typed gets lost."""
        typed = {row.get("tax_code", "") for row in rows} - {"", NO_TAX, *self._tax_codes}
        codes = [*self._tax_codes, *sorted(typed)]
        return [("", _("From item")), (NO_TAX, _("No tax")), *((code, code) for code in codes)]

    def _currency(self, form: DocumentForm) -> str:
        """The document's, the customer's, or while there is none the company's."""
        if self.document is not None:
            return self.document.currency
        public_id = getattr(form, "cleaned_data", {}).get("customer")
        return customer_by_public_id(public_id).currency if public_id else self.actor.company.currency

    def _read(self, rows: Sequence[Typed], currency: str) -> Lines:
        forms = [
            LineForm({f"lines-{index}-{name}": value for name, value in row.items()}, index)
            for index, row in enumerate(rows)
            if not is_blank(row)
        ]
        codes = [
            form.cleaned_data["item_code"] for form in forms if form.is_valid() or "item_code" in form.cleaned_data
        ]
        items = {item.item_code: item for item in Item.objects.filter(item_code__in=[code for code in codes if code])}
        return Lines(forms, [form.service_fields(items, self._kept, currency) for form in forms])

    def _figures(self, form: DocumentForm, rows: Sequence[Typed]) -> Figures:
        """What the typed comes to, as far as it can be read."""
        if not self.has_lines:
            return NO_FIGURES
        probe = self.form({bound.name: bound.value() for bound in form}, {})
        probe.is_valid()
        currency = self._currency(probe)
        return work_out(self.actor, probe.cleaned_data, self._read(rows, currency), self.day, currency, self._kept)


def _tax_options(choices: Sequence[tuple[str, str]], chosen: str) -> str:
    return render_to_string("sales/tax_options.html", {"choices": choices, "chosen": chosen})


def _active_customers() -> Any:
    return Customer.objects.filter(status="active").order_by("name_sort", "pk")[:OFFERED]
