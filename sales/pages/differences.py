"""Two people wrote the same document: what each of them says, beside one another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _

from bigledger_crm.kernel import clock
from bigledger_crm.pages import formats
from bigledger_crm.pages.components import Happening, Text
from bigledger_crm.pages.fields import plain_number
from bigledger_crm.pages.timeline import changes_since
from sales.models import SaleDocument
from sales.pages.line_forms import is_blank

_CELLS = ("item_code", "description", "quantity", "unit_price", "discount_percent", "tax_code")


@dataclass(frozen=True)
class Difference:
    """One field: how the document is now, and how I wrote it."""

    label: Text
    theirs: str
    mine: str


@dataclass(frozen=True)
class Conflict:
    """What happened since I opened the document, and what differs now; `version` is the document as it is shown."""

    version: str
    happened: Sequence[Happening]
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
        Difference(bound.label, _shown(theirs[bound.name].value()), _shown(_meant(mine, bound)))
        for bound in mine
        if _shown(theirs[bound.name].value()) != _shown(_meant(mine, bound))
    ]
    return Conflict(document.updated_at.isoformat(), happened, [*differences, *line_differences(their_rows, my_rows)])


def _meant(form: forms.Form, bound: forms.BoundField) -> object:
    """What was typed, as it was understood."""
    return form.cleaned_data[bound.name] if bound.name in form.cleaned_data else bound.value()


def _shown(value: object) -> str:
    """A value as a person reads it; nothing is nothing, however it is kept."""
    if value is True:
        return _("Yes")
    if isinstance(value, date):
        return formats.day(value)
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
        Difference(_("Line %(number)s") % {"number": number}, line_words(one), line_words(other))
        for number, (one, other) in enumerate(pairs, start=1)
        if line_words(one) != line_words(other)
    ]


def line_words(row: Mapping[str, str]) -> str:
    """A typed line in one line of text."""
    return " · ".join(text for name in _CELLS if (text := row.get(name, "").strip()))
