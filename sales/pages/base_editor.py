"""What the buttons of an editor do, with or without JavaScript: what is typed is never lost."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from msgspec import UNSET

from bigledger_crm.custom_fields.pages.values import is_value_field
from bigledger_crm.kernel.errors import DomainError, FieldError, NotFound, PermissionDenied
from bigledger_crm.web.autosave import autosave_form, discard_form, unsaved_form
from bigledger_crm.web.components import Text
from bigledger_crm.web.form_submissions import read_form_key
from bigledger_crm.web.form_views import SubmitOnceView, place_error, refusal_text
from bigledger_crm.web.timeouts import retryable
from customers.models import Customer
from customers.pages.autocomplete import customer_label
from customers.queries import customer_by_public_id
from customers.rules import CreditUse
from sales.errors import ChangedMeanwhile
from sales.inputs import DocumentInput
from sales.models import SaleDocument
from sales.pages.credit_caution import credit_caution
from sales.pages.document_forms import DocumentForm
from sales.pages.edit_conflicts import conflict_of, merged
from sales.pages.editor_form import NO_LINES, EditorForm, Lines
from sales.pages.line_forms import LineForm, Typed, changed_rows, typed_rows
from sales.pages.live_totals import CELLS
from sales.queries import credit_use

BLANK_LINES = 3


class BaseEditorView(SubmitOnceView):
    """Makes and changes documents of one kind.  The same form goes to every button."""

    verb = "write"
    partials: ClassVar[Mapping[str, str]] = {
        "editor-lines": "sales/editor.html#lines",
        "editor-totals": "sales/editor.html#totals",
        "editor-draft": "sales/editor_draft.html",
    }
    form_class: ClassVar[type[DocumentForm]]
    kind: ClassVar[str]
    day: ClassVar[str]
    new_title: ClassVar[Text]
    list_url: ClassVar[str]
    document: SaleDocument | None = None
    sheet: EditorForm

    def find(self, public_id: str) -> SaleDocument:
        """The document.  Raises NotFound."""
        raise NotImplementedError

    def fields_of(self, document: SaleDocument) -> frozenset[str] | None:
        """What may be changed of a document; None for everything."""
        raise NotImplementedError

    def get_initial(self) -> dict[str, Any]:
        """What a new document begins with."""
        raise NotImplementedError

    def create(self, inputs: Any) -> SaleDocument:
        """Calls the service.  May raise DomainError."""
        raise NotImplementedError

    def update(self, document: Any, inputs: Any, expected: datetime | None) -> SaleDocument:
        """Calls the service.  May raise DomainError, ChangedMeanwhile among them."""
        raise NotImplementedError

    def credit_used(self, customer: Customer) -> CreditUse:
        """How much of the customer's credit limit is used without this document."""
        return credit_use(customer)

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
                self._with_customer_of_url(data)
                return self._show_typed(data, list(typed_rows(data).values()))
        return self._show(
            self.sheet.form(None, self._initial()),
            self.sheet.stored_rows() or [{}] * BLANK_LINES,
            unsaved_draft=unsaved_form(self.actor, self.resource, public_id),
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
            return self._paste(data, rows)
        if "calculate" in data:
            return self._show_typed(data, rows, judged=range(len(rows)))
        changed = changed_rows(rows, data)
        if changed is None:
            return self._save(*self._with_choices(data, rows))
        return self._show_typed(data, changed)

    def _prepare(self, public_id: str) -> None:
        self.document = self.find(public_id) if public_id else None
        editable = self.fields_of(self.document) if self.document else None
        self.sheet = EditorForm(self.actor, self.form_class, self.day, self.document, editable, caution=self._caution)

    def _caution(self, customer: Customer, total: Decimal) -> str:
        if customer.credit_limit is None or not self.actor.may("customers", "read"):
            return ""
        return credit_caution(self.kind, customer.name, self.credit_used(customer), total)

    def _refusal(self) -> HttpResponse | None:
        if self.document is None or self.sheet.editable is None or self.sheet.editable:
            return None
        messages.error(self.request, _("%(number)s can no longer be changed.") % {"number": self.number(self.document)})
        return HttpResponseRedirect(self.href(self.document))

    def _keep(self) -> HttpResponse:
        key = read_form_key(self.form_key)
        public_id = self.document.public_id if self.document else ""
        kept = autosave_form(self.actor, key, self.resource, public_id, self.request.POST) if key else None
        if "new_customer" in self.request.POST:
            target = f"{self.request.path}?draft={self.form_key}"
            return HttpResponseRedirect(reverse("customers:new", query={"then": target}))
        return self.page("sales/editor_draft.html", draft=kept, title=self._title())

    def _paste(self, data: QueryDict, rows: Sequence[Typed]) -> HttpResponse:
        """What is wrong with pasted rows stands at their cells at once."""
        at, column = data.get("paste_at", ""), data.get("paste_column", "")
        pasted = self.sheet.rows_with_pasted(rows, data.get("pasted", ""), at, column, self.sheet.form(data, {}))
        return self._show_typed(
            data, pasted.rows, judged=pasted.touched, notes=pasted.notes, first=pasted.touched.start
        )

    def _forget(self, text: str) -> HttpResponse:
        if key := read_form_key(text):
            discard_form(self.actor, key)
        return HttpResponseRedirect(self.request.path)

    def _with_choices(self, data: QueryDict, rows: Sequence[Typed]) -> tuple[Mapping[str, Any], Sequence[Typed]]:
        """What was typed, with the other writer's words where they were chosen in a conflict."""
        if "keep_mine" not in data or self.document is None:
            return data, rows or [{}]
        fields, chosen = merged(data, self._stored_form(self.document), rows, self.sheet.stored_rows())
        return fields, chosen or [{}]

    def _stored_form(self, document: SaleDocument) -> DocumentForm:
        return self.sheet.form(None, self.sheet.stored_head(document))

    def _save(self, data: Mapping[str, Any], rows: Sequence[Typed]) -> HttpResponse:
        form = self.sheet.form(data, {})
        form.is_valid()
        lines = self.sheet.read(rows, form)
        self.sheet.judge(form, lines)
        if form.errors or lines.wrong:
            return self._show(form, rows, lines=lines, status=400)
        inputs = form.make_input(lines.inputs if self.sheet.has_lines else UNSET)

        def save() -> str:
            document = self._store(inputs)
            if key := read_form_key(self.form_key):
                discard_form(self.actor, key)
            return self.href(document)

        try:
            return self.save_once(save)
        except (NotFound, PermissionDenied):
            raise
        except ChangedMeanwhile as error:
            return self._show_conflict(form, rows, lines, error)
        except DomainError as error:
            _show_refusal(form, lines.forms, error)
            return retryable(self._show(form, rows, lines=lines, status=error.status), error)

    def _store(self, inputs: DocumentInput) -> SaleDocument:
        if self.document is None:
            return self.create(inputs)
        document = self.update(self.document, inputs, self._version())
        self.done(_("Changes saved"))
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
        theirs = self._stored_form(self.document)
        conflict = conflict_of(self.document, seen, theirs, form, self.sheet.stored_rows(), rows)
        return self._show(form, rows, lines=lines, status=error.status, conflict=conflict)

    def _initial(self) -> dict[str, Any]:
        if self.document is not None:
            return self.sheet.stored_head(self.document)
        public_id = self.request.GET.get("customer")
        return {**self.get_initial(), "customer": customer_label(customer_by_public_id(public_id)) if public_id else ""}

    def _with_customer_of_url(self, data: QueryDict) -> None:
        if public_id := self.request.GET.get("customer"):
            data["customer"] = customer_label(customer_by_public_id(public_id))

    def _show_typed(self, data: QueryDict, rows: Sequence[Typed], **more: Any) -> HttpResponse:
        """The form with what was typed, of which nothing but the `judged` rows is judged yet."""
        form = self.sheet.form(None, _typed(data))
        return self._show(form, rows or [{}], version=data.get("version"), key=data.get("form_key", ""), **more)

    def _show(
        self,
        form: DocumentForm,
        rows: Sequence[Typed],
        *,
        lines: Lines = NO_LINES,
        status: int = 200,
        version: str | None = None,
        key: str = "",
        judged: Collection[int] = (),
        **more: Any,
    ) -> HttpResponse:
        document = self.document
        if version is None:
            version = self.request.POST.get("version") or (document.updated_at.isoformat() if document else "")
        return self.page(
            "sales/editor.html",
            status=status,
            title=self._title(),
            submit=_("Save") if document else _("Save draft"),
            back=self.href(document) if document else reverse(self.list_url),
            form_key=key or self.form_key,
            version=version,
            **self.sheet.drawn(form, rows, lines, judged),
            **more,
        )

    def _title(self) -> Text:
        if self.document is None:
            return self.new_title
        return _("Edit %(number)s") % {"number": self.number(self.document)}


def _typed(data: QueryDict) -> dict[str, Any]:
    """What was typed; of custom fields with several choices all that are ticked."""
    several = {name: data.getlist(name) for name in data if is_value_field(name) and len(data.getlist(name)) > 1}
    return {**data.dict(), **several}


def _show_refusal(form: DocumentForm, lines: Sequence[LineForm], refusal: DomainError) -> None:
    for wrong in refusal.errors:
        match wrong.path:
            case ("items", int() as index, str() as name, *_):
                lines[index].add_error(CELLS.get(name, name), wrong.message)
            case ("items",):
                form.add_error(None, wrong.message)
            case ("customer_id",):
                place_error(form, FieldError(("customer",), wrong.message))
            case _:
                place_error(form, wrong)
    if not refusal.errors:
        form.add_error(None, refusal_text(refusal))
