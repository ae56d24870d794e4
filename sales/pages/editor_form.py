"""What stands in an editor: a document's head and lines as they are typed, read, worked out and drawn."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache, partial
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.custom_fields.queries import fields_for
from bigledger_crm.custom_fields.rules import DeclaredFields
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web.components import Text
from bigledger_crm.web.form_views import place_once
from customers.models import Customer
from customers.queries import customer_by_public_id
from sales.inputs import LineInput
from sales.models import DocumentLine, Item, SaleDocument, TaxCode
from sales.pages.document_forms import DocumentForm
from sales.pages.line_forms import NO_ERRORS, NO_TAX, LineForm, Row, Typed, is_blank, row_index, stored_row
from sales.pages.live_totals import NO_TOTALS, LiveTotals, preview_totals
from sales.pages.pasted_columns import COLUMNS, Known, possible_codes
from sales.pages.pasting import (
    filled_down,
    pasted_rows,
    read_table,
    too_many,
    with_pasted,
)
from sales.queries import codes_by_folded, items_by_codes
from sales.rules import MAX_LINES

OFFERED = 100
# Looked up once for a page, not once for each of a hundred rows.
ROW_LABELS: dict[str, Text] = {
    "item": gettext_lazy("Item"),
    "description": gettext_lazy("Description"),
    "quantity": gettext_lazy("Quantity"),
    "unit": gettext_lazy("Unit"),
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
    """The lines in which something was typed: their forms, and what the services take of each.

    `automatic` says by a line's index which tax it has while none is chosen.
    """

    forms: Sequence[LineForm]
    inputs: Sequence[LineInput]
    automatic: Mapping[int, str] = field(default_factory=dict)

    @property
    def wrong(self) -> bool:
        """Whether any needs another look."""
        return any(form.errors for form in self.forms)


NO_LINES = Lines((), ())


@dataclass(frozen=True)
class PastedRows:
    """The rows after a paste: which of them it touched, and what of it found no place."""

    rows: Sequence[Typed]
    touched: range
    notes: Sequence[str]


class EditorForm:
    """A document in an editor, or a new one without `document`.

    `editable` are the only fields of it that may be changed; None means everything, its lines too.  `day` names the
    field of its date.  `caution` says what to know before a customer gets a document of a total.
    """

    def __init__(
        self,
        actor: Actor,
        form_class: type[DocumentForm],
        day: str,
        document: Any = None,
        editable: frozenset[str] | None = None,
        *,
        caution: Callable[[Customer, Decimal], str],
    ) -> None:
        self.actor, self.form_class, self.day, self._caution = actor, form_class, day, caution
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
        form = self.form_class(data, initial=initial, document=self.document, editable=self.editable)
        if self.editable is None or "custom_fields" in self.editable:
            form.offer_custom_fields(self._custom_fields(form), self.actor.company.currency)
        return form

    def _custom_fields(self, form: DocumentForm) -> DeclaredFields:
        """Those of the company; of an issued document not those that its PDF shows."""
        declared = fields_for(self.actor, form.custom_fields_of)
        if not form.is_issued:
            return declared
        return replace(declared, fields=[field for field in declared.fields if not field.show_on_paper])

    def stored_head(self, document: SaleDocument) -> dict[str, Any]:
        """What the head shows of a document."""
        return self.form_class.initial_of(document, self.actor.company)

    def stored_rows(self) -> list[Typed]:
        """The lines as they are stored, as they would be typed."""
        return [stored_row(line, self.document.currency) for line in self._kept.values()] if self.document else []

    def rows_with_pasted(
        self, rows: Sequence[Typed], text: str, at: str, column: str, form: DocumentForm
    ) -> PastedRows:
        """The rows with pasted ones from row `at` on, or with pasted totals in its cells from `column` on."""
        form.is_valid()
        table = read_table(text, with_blank_rows=column in COLUMNS[2:])
        known = Known(
            codes_by_folded(possible_codes(table)),
            {code.casefold(): code for code in self._tax_codes},
            self._currency(form),
        )
        pasted = pasted_rows(table, known, column)
        taken = list(pasted.rows)[: max(MAX_LINES - sum(not is_blank(row) for row in rows), 0)]
        notes = [*pasted.notes, *([too_many(len(pasted.rows) - len(taken))] if len(taken) < len(pasted.rows) else [])]
        if column in COLUMNS[2:] and pasted.names and (place := row_index(at, rows)) is not None:
            return PastedRows(filled_down(rows, taken, pasted.names, place), range(place, place + len(taken)), notes)
        merged, place = with_pasted(rows, taken, at)
        return PastedRows(merged, range(place, place + len(taken)), notes)

    def read(self, rows: Sequence[Typed], form: DocumentForm) -> Lines:
        """The lines that aren't blank, under a head that was read."""
        return self._read(rows, self._currency(form)) if self.has_lines else NO_LINES

    def judge(self, form: DocumentForm, lines: Lines) -> None:
        """Puts all that the calculator finds wrong on the head that was read and on its lines."""
        if not self.has_lines:
            return
        totals = self._work_out(form, lines, self._currency(form))
        for line in lines.forms:
            for cell, messages in totals.problems.get(line.index, {}).items():
                if cell not in line.errors:
                    line.add_error(cell, list(messages))
        if not lines.forms:
            form.add_error(None, _("At least one line is required"))
        self._refuse_head(form, totals)

    def drawn(
        self, form: DocumentForm, rows: Sequence[Typed], lines: Lines, judged: Collection[int] = ()
    ) -> dict[str, Any]:
        """What the template of the editor shows; what is wrong of `lines`, and of the rows that are `judged`."""
        probe, read, totals = self._figures(form, rows)
        taxes = cache(partial(_tax_options, self._tax_choices(rows)))
        customer = self._customer(probe) if totals.total_amount else None
        errors: dict[int, Mapping[str, Sequence[str]]] = {
            index: found for index, found in totals.problems.items() if index in judged
        }
        errors |= {line.index: line.messages_by_field() for line in lines.forms}
        return {
            "document": self.document,
            "form": form,
            "has_errors": bool(form.errors) or lines.wrong,
            "has_lines": self.has_lines,
            "rows": [
                replace(
                    totals.row(index, row),
                    errors={**NO_ERRORS, **errors.get(index, {})},
                    problems=json.dumps(
                        {cell: " ".join(said) for cell, said in totals.problems.get(index, {}).items()}
                    ),
                    automatic=read.automatic.get(index) or _("From item"),
                    tax_options=taxes(row.get("tax_code", ""), read.automatic.get(index, "")),
                )
                for index, row in enumerate(rows)
            ],
            "blank": Row(0, tax_options=taxes("", "")),
            "labels": {name: escape(label) for name, label in ROW_LABELS.items()},
            "live_totals": totals,
            "caution": self._caution(customer, totals.total_amount) if customer is not None else "",
            "still_wrong": " ".join(name for name in probe.errors if name in probe.fields),
            "item_options": reverse("sales:item-options"),
            "items": Item.objects.filter(is_active=True).order_by("code_sort")[:OFFERED],
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

    def _customer(self, form: DocumentForm) -> Customer | None:
        """The document's, or the chosen one."""
        if self.document is not None:
            customer: Customer = self.document.customer
            return customer
        public_id = getattr(form, "cleaned_data", {}).get("customer")
        return customer_by_public_id(public_id) if public_id else None

    def _currency(self, form: DocumentForm) -> str:
        """The document's, the customer's, or while there is none the company's."""
        if self.document is not None:
            return self.document.currency
        customer = self._customer(form)
        return customer.currency if customer is not None else self.actor.company.currency

    def _read(self, rows: Sequence[Typed], currency: str) -> Lines:
        forms = [
            LineForm({f"lines-{index}-{name}": value for name, value in row.items()}, index)
            for index, row in enumerate(rows)
            if not is_blank(row)
        ]
        items = items_by_codes(form.cleaned_data.get("item_code", "") for form in forms if form.errors is not None)
        inputs = [form.make_input(items, self._kept, currency) for form in forms]
        return Lines(forms, inputs, {form.index: _automatic_tax(form.cleaned_data, items) for form in forms})

    def _figures(self, form: DocumentForm, rows: Sequence[Typed]) -> tuple[DocumentForm, Lines, LiveTotals]:
        """What was typed as it is read, and what it comes to, as far as it can be read."""
        probe = self.form({bound.name: bound.value() for bound in form}, {})
        probe.is_valid()
        if not self.has_lines:
            return probe, NO_LINES, NO_TOTALS
        currency = self._currency(probe)
        lines = self._read(rows, currency)
        totals = self._work_out(probe, lines, currency)
        self._refuse_head(probe, totals)
        return probe, lines, totals

    def _refuse_head(self, form: DocumentForm, totals: LiveTotals) -> None:
        for error in totals.head:
            place_once(form, replace(error, path=(self.day,)) if error.path == ("document_date",) else error)

    def _work_out(self, form: DocumentForm, lines: Lines, currency: str) -> LiveTotals:
        head = dict(form.cleaned_data)
        if self.document is not None and head.get("exchange_rate") is None:
            head.pop("exchange_rate", None)
        return preview_totals(self.actor, head, lines, self.day, currency, self._kept)


def _automatic_tax(values: Mapping[str, Any], items: Mapping[str, Item]) -> str:
    """What a line without a chosen tax says of its tax: never nothing."""
    code = values.get("item_code", "")
    if not code:
        return _("No tax")
    if code not in items:
        return ""
    tax = items[code].tax_code
    return _("%(code)s (item)") % {"code": tax.code if tax is not None else _("No tax")}


def _tax_options(choices: Sequence[tuple[str, str]], chosen: str, automatic: str) -> str:
    shown = [("", automatic), *choices[1:]] if automatic else choices
    return render_to_string("sales/tax_options.html", {"choices": shown, "chosen": chosen})


def _active_customers() -> Any:
    return Customer.objects.filter(status="active").order_by("name_sort", "pk")[:OFFERED]
