"""Two people wrote the same document: what each of them says, beside one another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.money import plain_number
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Text, TimelineEntry
from bigledger_crm.web.timeline import changes_since
from sales.models import SaleDocument
from sales.pages.line_forms import NO_TAX, Typed, is_blank

CHOOSE = "choose-"
_CELLS = ("item_code", "description", "quantity", "unit", "unit_price", "discount_percent", "tax_code")


@dataclass(frozen=True)
class Difference:
    """One field: how the document is now, and how I wrote it.

    `key` names it in what a person chooses; a line that I added has none: it is mine alone, and I can take it away.
    """

    key: str
    label: Text
    theirs: str
    mine: str


@dataclass(frozen=True)
class Conflict:
    """What happened since I opened the document, and what differs now; `version` is the document as it is shown."""

    version: str
    happened: Sequence[TimelineEntry]
    differences: Sequence[Difference]


def conflict_of(
    document: SaleDocument,
    seen: datetime | None,
    theirs: forms.Form,
    mine: forms.Form,
    their_rows: Sequence[Mapping[str, str]],
    my_rows: Sequence[Mapping[str, str]],
) -> Conflict:
    """The conflict of a document as it is stored with a form that was written on an older one."""
    since = seen or clock.now()
    happened = changes_since(document.pk, since)
    happened = happened[:-1] or happened  # the oldest is what made the document that I saw
    differences = [
        Difference(bound.name, bound.label, _shown(theirs[bound.name].value()), _shown(_meant(mine, bound)))
        for bound in mine
        if _shown(theirs[bound.name].value()) != _shown(_meant(mine, bound))
    ]
    return Conflict(document.updated_at.isoformat(), happened, [*differences, *line_differences(their_rows, my_rows)])


def merged(
    data: Mapping[str, str], theirs: forms.Form, my_rows: Sequence[Typed], their_rows: Sequence[Typed]
) -> tuple[dict[str, Any], list[Typed]]:
    """What I typed, with theirs in each field and each line of which `choose-…` says so."""
    chosen = {key.removeprefix(CHOOSE) for key, value in data.items() if key.startswith(CHOOSE) and value == "theirs"}
    fields = {**dict(data.items()), **{bound.name: bound.value() for bound in theirs if bound.name in chosen}}
    left = {row["id"]: row for row in their_rows}
    rows = []
    for row in my_rows:
        stored = left.pop(row.get("id", ""), None)
        if row.get("id") not in chosen:
            rows.append(row)
        elif stored is not None:
            rows.append(stored)
    return fields, [*rows, *(row for key, row in left.items() if key in chosen)]


def _meant(form: forms.Form, bound: forms.BoundField) -> object:
    """What was typed, as it was understood."""
    return form.cleaned_data[bound.name] if bound.name in form.cleaned_data else bound.value()


def _shown(value: object) -> str:
    """A value as a person reads it; nothing is nothing, however it is kept."""
    if value is True:
        return _("Yes")
    if isinstance(value, date):
        return formatting.day(value)
    if isinstance(value, Decimal):
        return plain_number(value)
    if isinstance(value, list):
        return ", ".join(value)
    return str(value).strip() if value else ""


def line_differences(theirs: Sequence[Mapping[str, str]], mine: Sequence[Mapping[str, str]]) -> list[Difference]:
    """The lines that aren't the same, paired by the line that they were, then those that one of us added."""
    filled = [row for row in mine if not is_blank(row)]
    own = {row.get("id", ""): row for row in filled if row.get("id")}
    pairs: list[tuple[Mapping[str, str], Mapping[str, str]]] = [(row, own.pop(row["id"], {})) for row in theirs]
    known = {row["id"] for row in theirs}
    pairs += [({}, row) for row in filled if row.get("id", "") not in known]
    return [
        Difference(
            one.get("id") or other.get("id", ""),
            _("Line %(number)s") % {"number": number},
            line_text(one),
            line_text(other),
        )
        for number, (one, other) in enumerate(pairs, start=1)
        if line_text(one) != line_text(other)
    ]


def line_text(row: Mapping[str, str]) -> str:
    """A typed line in one line of text."""
    texts = {name: row.get(name, "").strip() for name in _CELLS}
    if texts["tax_code"] == NO_TAX:
        texts["tax_code"] = _("No tax")
    return " · ".join(filter(None, texts.values()))
