"""Writing a quote: the document and any number of lines, with or without JavaScript."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.pages.forms import SavesOnce, field_messages, place_message
from customers.models import Customer
from customers.queries import customer_by_public_id
from sales.models import Item, TaxCode
from sales.pages.forms import LINE_FIELDS, OFFERED, LineForm, QuoteForm
from sales.rules import MAX_LINES, days_later
from sales.services import create_quote

_BLANK_LINES = 3
_LINE_ERROR = re.compile(r"items\[(\d+)\]\.(\w+)")
_ALIASES = {"customerId": "customer", "itemId": "item_code", "discountAmount": "discount_percent"}
_LINE_KEY = re.compile(r"lines-(\d{1,4})-(\w+)")


@dataclass
class Editor:
    """The forms of one quote."""

    form: QuoteForm
    lines: list[LineForm]

    def filled(self) -> list[LineForm]:
        """The lines in which something was typed; validates everything."""
        self.form.is_valid()
        return [line for line in self.lines if not line.is_valid() or not line.is_blank]

    def has_errors(self) -> bool:
        """Whether anything needs another look."""
        return bool(self.form.errors) or any(line.errors for line in self.lines)


def typed_rows(data: QueryDict) -> dict[int, dict[str, str]]:
    """What was typed into the lines, by their index in the form, in order."""
    rows: dict[int, dict[str, str]] = {}
    for key in data:
        match = _LINE_KEY.fullmatch(key)
        if match and match[2] in LINE_FIELDS:
            rows.setdefault(int(match[1]), {})[match[2]] = str(data[key])
    return dict(sorted(rows.items()))


def _show_refusal(form: QuoteForm, lines: Sequence[LineForm], error: InvalidData) -> None:
    for wire_name, message in field_messages(error):
        match = _LINE_ERROR.fullmatch(wire_name)
        if match:
            place_message(lines[int(match[1])], _ALIASES.get(match[2], match[2]), message)
        elif wire_name == "items":
            form.add_error(None, message)
        else:
            place_message(form, _ALIASES.get(wire_name, wire_name), message)


class NewQuote(SavesOnce):
    """Makes a draft."""

    resource = "quotes"
    verb = "write"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Empty forms, with the customer that the address names."""
        return self._show(self._unbound(self._initial(), [{}] * _BLANK_LINES))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Adds or takes away a line, or saves."""
        rows = typed_rows(request.POST)
        if "add_line" in request.POST:
            return self._show(self._unbound(request.POST.dict(), [*rows.values(), {}][:MAX_LINES]))
        if "remove_line" in request.POST:
            gone = request.POST["remove_line"]
            left = [row for index, row in rows.items() if str(index) != gone]
            return self._show(self._unbound(request.POST.dict(), left or [{}]))
        lines = [self._line(request.POST, index) for index in rows or [0]]
        return self.saved_before() or self._save(Editor(QuoteForm(request.POST, initial={}), lines))

    def _save(self, editor: Editor) -> HttpResponse:
        filled = editor.filled()
        codes = [line.cleaned_data["item_code"] for line in filled if line.cleaned_data.get("item_code")]
        items = {item.item_code: item for item in Item.objects.filter(item_code__in=codes)}
        lines = [line.service_fields(items) for line in filled if not line.errors]
        if editor.has_errors():
            return self._show(editor, status=400)

        def save() -> str:
            quote = create_quote(self.actor, {**editor.form.service_fields(), "items": lines})
            return reverse("sales:quote", args=[quote.public_id])

        try:
            return self.save_once(save)
        except InvalidData as error:
            _show_refusal(editor.form, filled, error)
            return self._show(editor, status=error.status)

    def _initial(self) -> dict[str, Any]:
        company, today = self.actor.company, self.actor.today()
        public_id = self.request.GET.get("customer")
        return {
            "customer": customer_by_public_id(public_id).customer_number if public_id else "",
            "quote_date": today,
            "valid_until": days_later(today, company.quote_validity_days),
            "terms": company.quote_terms,
        }

    def _unbound(self, initial: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> Editor:
        """Forms that show what was typed and judge nothing yet."""
        return Editor(QuoteForm(initial=initial), [self._line(None, index, row) for index, row in enumerate(rows)])

    @cached_property
    def _tax_codes(self) -> list[str]:
        return list(TaxCode.objects.filter(is_active=True).order_by("code").values_list("code", flat=True))

    def _line(self, data: QueryDict | None, index: int, initial: Mapping[str, Any] | None = None) -> LineForm:
        return LineForm(data, index=index, tax_codes=self._tax_codes, initial=initial)

    def _show(self, editor: Editor, *, status: int = 200) -> HttpResponse:
        return self.page(
            "sales/quote_editor.html",
            status=status,
            title=_("New quote"),
            submit=_("Save draft"),
            back=reverse("sales:quotes"),
            form=editor.form,
            form_key=self.form_key,
            has_errors=editor.has_errors(),
            lines=editor.lines,
            customers=Customer.objects.filter(status="active").order_by("name_sort", "pk")[:OFFERED],
            items=Item.objects.filter(is_active=True).order_by("item_code")[:OFFERED],
        )
