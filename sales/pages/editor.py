"""The editor of a document and its lines, with or without JavaScript: what is typed is never lost."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.kernel.errors import DomainError, NotFound, PermissionDenied
from bigledger_crm.pages.components import Text
from bigledger_crm.pages.drafts import forget_form, keep_form, unsaved_form
from bigledger_crm.pages.forms import SavesOnce, field_messages, place_message
from bigledger_crm.pages.submissions import read_form_key
from customers.models import Customer
from customers.pages.offers import customer_label
from customers.queries import customer_by_public_id
from sales.errors import ChangedMeanwhile
from sales.models import DocumentLine, Item, SaleDocument, TaxCode
from sales.pages.differences import conflict_of
from sales.pages.document_forms import DocumentForm
from sales.pages.figures import NO_FIGURES, Figures, work_out
from sales.pages.line_forms import (
    NO_TAX,
    LineForm,
    Row,
    Typed,
    changed_rows,
    is_blank,
    pasted_codes,
    pasted_rows,
    stored_row,
    typed_rows,
    with_pasted,
)

BLANK_LINES = 3
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
_LINE_ERROR = re.compile(r"items\[(\d+)\]\.(\w+)")
_ALIASES = {"customerId": "customer", "itemId": "item_code", "discountAmount": "discount_percent"}


@dataclass(frozen=True)
class Lines:
    """The lines in which something was typed: their forms, and what the services take of each."""

    forms: Sequence[LineForm]
    fields: Sequence[dict[str, Any]]

    @property
    def wrong(self) -> bool:
        """Whether any needs another look."""
        return any(form.errors for form in self.forms)


class Editor(SavesOnce):
    """Makes and changes documents of one kind.  The same form goes to every button."""

    verb = "write"
    partials: ClassVar[Mapping[str, str]] = {
        "editor-lines": "sales/editor.html#lines",
        "editor-totals": "sales/editor.html#figures",
        "editor-draft": "sales/editor_draft.html",
    }
    form_class: ClassVar[type[DocumentForm]]
    day: ClassVar[str]
    new_title: ClassVar[Text]
    list_url: ClassVar[str]
    document: SaleDocument | None = None
    editable: frozenset[str] | None = None
    _kept: dict[str, DocumentLine]

    def find(self, public_id: str) -> SaleDocument:
        """The document.  Raises NotFound."""
        raise NotImplementedError

    def fields_of(self, document: SaleDocument) -> frozenset[str] | None:
        """What may be changed of a document; None for everything."""
        raise NotImplementedError

    def usual(self) -> dict[str, Any]:
        """What a new document begins with."""
        raise NotImplementedError

    def create(self, fields: Mapping[str, Any]) -> SaleDocument:
        """Calls the service.  May raise DomainError."""
        raise NotImplementedError

    def update(self, document: Any, fields: Mapping[str, Any], expected: datetime | None) -> SaleDocument:
        """Calls the service.  May raise DomainError, ChangedMeanwhile among them."""
        raise NotImplementedError

    def href(self, document: SaleDocument) -> str:
        """The page of a document."""
        raise NotImplementedError

    def number(self, document: Any) -> str:
        """The number of a document."""
        raise NotImplementedError

    def get(self, request: HttpRequest, public_id: str = "") -> HttpResponse:
        """The editor, with what was left unsaved where that is asked for."""
        self._prepare(public_id)
        if refusal := self._refusal():
            return refusal
        if key := read_form_key(request.GET.get("draft", "")):
            left = unsaved_form(self.actor, self.resource, public_id, key)
            if left is not None:
                data = QueryDict(left.content, mutable=True)
                data["form_key"] = str(key)
                self._with_customer_of_address(data)
                return self._show_typed(data, list(typed_rows(data).values()))
        return self._show(
            self._form(None, self._initial()),
            self._stored_rows() or [{}] * BLANK_LINES,
            left=unsaved_form(self.actor, self.resource, public_id),
        )

    def post(self, request: HttpRequest, public_id: str = "") -> HttpResponse:
        """Changes the rows, works out the totals, remembers what was typed, or saves."""
        if before := self.saved_before():
            return before
        self._prepare(public_id)
        if refusal := self._refusal():
            return refusal
        data = request.POST
        if discarded := data.get("discard_draft") or ("take_theirs" in data and self.form_key):
            return self._forget(discarded)
        if "keep" in data or "new_customer" in data:
            return self._keep()
        rows = list(typed_rows(data).values())
        if "paste_rows" in data:
            rows = self._with_pasted(rows)
        elif "calculate" not in data:
            changed = changed_rows(rows, data)
            if changed is None:
                return self._save(data, rows or [{}])
            rows = changed
        return self._show_typed(data, rows)

    def _prepare(self, public_id: str) -> None:
        self.document = self.find(public_id) if public_id else None
        self.editable = self.fields_of(self.document) if self.document else None
        document: Any = self.document
        has_lines = document is not None and self.editable is None
        self._kept = {line.public_id: line for line in document.lines.all()} if has_lines else {}

    def _refusal(self) -> HttpResponse | None:
        if self.document is None or self.editable is None or self.editable:
            return None
        messages.error(
            self.request, _("%(number)s can't be changed any more.") % {"number": self.number(self.document)}
        )
        return HttpResponseRedirect(self.href(self.document))

    def _keep(self) -> HttpResponse:
        key = read_form_key(self.form_key)
        public_id = self.document.public_id if self.document else ""
        kept = keep_form(self.actor, key, self.resource, public_id, self.request.POST) if key else None
        if "new_customer" in self.request.POST:
            target = f"{self.request.path}?draft={self.form_key}"
            return HttpResponseRedirect(reverse("customers:new", query={"then": target}))
        return self.page("sales/editor_draft.html", kept=kept, title=self._title())

    def _forget(self, text: str) -> HttpResponse:
        if key := read_form_key(text):
            forget_form(self.actor, key)
        return HttpResponseRedirect(self.request.path)

    def _with_pasted(self, rows: Sequence[Typed]) -> list[Typed]:
        text = self.request.POST.get("pasted", "")
        found = Item.objects.filter(item_code__in=pasted_codes(text), is_active=True)
        codes = {code.casefold(): code for code in found.values_list("item_code", flat=True)}
        return with_pasted(rows, pasted_rows(text, codes, self._tax_codes), self.request.POST.get("paste_at", ""))

    def _save(self, data: QueryDict, rows: Sequence[Typed]) -> HttpResponse:
        form = self._form(data, {})
        form.is_valid()
        lines = self._read(rows, self._currency(form)) if self.editable is None else Lines([], [])
        if form.errors or lines.wrong:
            return self._show(form, rows, lines=lines, status=400)
        fields = form.service_fields()
        if self.editable is None:
            fields["items"] = lines.fields

        def save() -> str:
            document = self._store(fields)
            if key := read_form_key(self.form_key):
                forget_form(self.actor, key)
            return self.href(document)

        try:
            return self.save_once(save)
        except (NotFound, PermissionDenied):
            raise
        except ChangedMeanwhile as error:
            return self._show_conflict(form, rows, lines, error)
        except DomainError as error:
            _show_refusal(form, lines.forms, error)
            return self._show(form, rows, lines=lines, status=error.status)

    def _store(self, fields: Mapping[str, Any]) -> SaleDocument:
        if self.document is None:
            return self.create(fields)
        document = self.update(self.document, fields, self._version())
        self.done(_("Saved."))
        return document

    def _version(self) -> datetime | None:
        """How the document was when its editor opened, or when its other writer's changes were shown."""
        data = self.request.POST
        try:
            return datetime.fromisoformat(data.get("keep_mine") or data.get("version", ""))
        except ValueError:
            return None

    def _show_conflict(
        self, form: DocumentForm, rows: Sequence[Typed], lines: Lines, error: ChangedMeanwhile
    ) -> HttpResponse:
        if self.document is None:
            raise error
        seen = self._version()
        self._prepare(self.document.public_id)
        theirs = self._form(None, self.form_class.initial_of(self.document, self.actor.company))
        conflict = conflict_of(self.document, seen, theirs, form, self._stored_rows(), rows)
        return self._show(form, rows, lines=lines, status=error.status, conflict=conflict)

    @cached_property
    def _tax_codes(self) -> list[str]:
        return list(TaxCode.objects.filter(is_active=True).order_by("code").values_list("code", flat=True))

    def _stored_rows(self) -> list[Typed]:
        return [stored_row(line, self.document.currency) for line in self._kept.values()] if self.document else []

    def _initial(self) -> dict[str, Any]:
        if self.document is not None:
            return self.form_class.initial_of(self.document, self.actor.company)
        public_id = self.request.GET.get("customer")
        return {**self.usual(), "customer": customer_label(customer_by_public_id(public_id)) if public_id else ""}

    def _with_customer_of_address(self, data: QueryDict) -> None:
        if public_id := self.request.GET.get("customer"):
            data["customer"] = customer_label(customer_by_public_id(public_id))

    def _form(self, data: Any, initial: Mapping[str, Any]) -> DocumentForm:
        return self.form_class(data, initial=initial, document=self.document, editable=self.editable)

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
        if self.editable is not None:
            return NO_FIGURES
        probe = self._form({bound.name: bound.value() for bound in form}, {})
        probe.is_valid()
        currency = self._currency(probe)
        return work_out(self.actor, probe.cleaned_data, self._read(rows, currency), self.day, currency, self._kept)

    def _show_typed(self, data: QueryDict, rows: Sequence[Typed]) -> HttpResponse:
        """The form with what was typed, which nothing judges yet."""
        return self._show(
            self._form(None, data.dict()), rows or [{}], version=data.get("version"), key=data.get("form_key", "")
        )

    def _show(
        self,
        form: DocumentForm,
        rows: Sequence[Typed],
        *,
        lines: Lines | None = None,
        status: int = 200,
        version: str | None = None,
        key: str = "",
        **more: Any,
    ) -> HttpResponse:
        figures = self._figures(form, rows)
        errors = {line.index: line.messages_by_field() for line in lines.forms} if lines else {}
        drawn = [replace(figures.row(index, row), errors=errors.get(index, {})) for index, row in enumerate(rows)]
        document = self.document
        if version is None:
            version = self.request.POST.get("version") or (document.updated_at.isoformat() if document else "")
        return self.page(
            "sales/editor.html",
            status=status,
            title=self._title(),
            submit=_("Save") if document else _("Save draft"),
            back=self.href(document) if document else reverse(self.list_url),
            document=document,
            form=form,
            form_key=key or self.form_key,
            version=version,
            has_errors=bool(form.errors) or (lines is not None and lines.wrong),
            has_lines=self.editable is None,
            words={name: str(word) for name, word in ROW_WORDS.items()},
            item_options=reverse("sales:item-options"),
            rows=drawn,
            figures=figures,
            tax_choices=self._tax_choices(rows),
            blank=Row(0, {}),
            customers=self._customers() if document is None else [],
            items=Item.objects.filter(is_active=True).order_by("item_code")[:OFFERED],
            **more,
        )

    def _customers(self) -> Any:
        return Customer.objects.filter(status="active").order_by("name_sort", "pk")[:OFFERED]

    def _tax_choices(self, rows: Sequence[Typed]) -> list[tuple[str, str]]:
        """Those in use, and what stands in a line besides, so that nothing typed gets lost."""
        typed = {row.get("tax_code", "") for row in rows} - {"", NO_TAX, *self._tax_codes}
        codes = [*self._tax_codes, *sorted(typed)]
        return [("", _("As item")), (NO_TAX, _("No tax")), *((code, code) for code in codes)]

    def _title(self) -> Text:
        if self.document is None:
            return self.new_title
        return _("Edit %(number)s") % {"number": self.number(self.document)}


def _show_refusal(form: DocumentForm, lines: Sequence[LineForm], error: DomainError) -> None:
    pairs = field_messages(error)
    for wire_name, message in pairs:
        match = _LINE_ERROR.fullmatch(wire_name)
        if match:
            place_message(lines[int(match[1])], _ALIASES.get(match[2], match[2]), message)
        elif wire_name == "items":
            form.add_error(None, message)
        else:
            place_message(form, _ALIASES.get(wire_name, wire_name), message)
    if not pairs:
        form.add_error(None, error.message)
