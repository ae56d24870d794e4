"""The forms of imports: the file, how it is read, and what its columns are."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models.fields.json import KT
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.imports.files.contents import Cell
from bigledger_crm.imports.files.encodings import ENCODINGS
from bigledger_crm.imports.inputs import ImportInput
from bigledger_crm.imports.kinds import CUSTOM_FIELDS, ImportKind, import_kinds
from bigledger_crm.imports.models import Import, ImportRow
from bigledger_crm.imports.pages.labels import DELIMITERS, label_of
from bigledger_crm.imports.shown import ShownImport
from bigledger_crm.kernel.text import camel_case, fold
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web.form_fields import DayField

_SAMPLES = 3
_TEXTS = 30


class ImportFileForm(forms.Form):
    """A file, and what its rows are."""

    kind = forms.ChoiceField(label=gettext_lazy("What are the rows?"))
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV, XLSX, ODS or vCard, at most 10 MB. Nothing is imported yet."),
        error_messages={"required": gettext_lazy("Choose a file"), "empty": gettext_lazy("The file is empty")},
    )

    def __init__(self, actor: Actor, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kind: Any = self.fields["kind"]
        kind.choices = [(one.name, one.label) for one in import_kinds if actor.may(one.resource, "write")]


class ImportColumnsForm(forms.Form):
    """How the file is read, and the field of each column."""

    encoding = forms.ChoiceField(label=gettext_lazy("Encoding"))
    delimiter = forms.ChoiceField(label=gettext_lazy("Cells separated by"))
    sheet = forms.ChoiceField(label=gettext_lazy("Sheet"))
    heading_row = forms.IntegerField(label=gettext_lazy("Headings in line"), min_value=1, max_value=1000)
    decimal_separator = forms.ChoiceField(label=gettext_lazy("Numbers"), choices=[(".", "1,234.56"), (",", "1.234,56")])
    date_order = forms.ChoiceField(
        label=gettext_lazy("Dates"),
        required=False,
        choices=[
            ("", gettext_lazy("Unknown")),
            ("dmy", gettext_lazy("31/12/2024, day first")),
            ("mdy", gettext_lazy("12/31/2024, month first")),
        ],
    )
    match_by = forms.ChoiceField(
        label=gettext_lazy("Match rows by"),
        help_text=gettext_lazy("A row changes the record that has the same; without one, it becomes a new one."),
    )

    def __init__(self, actor: Actor, job: Import, data: Any = None) -> None:
        self.job = job
        self.shown = ShownImport(actor, job)
        self.kind = kind = self.shown.kind
        contents = job.contents
        super().__init__(data, initial=_initial(job))
        sheets = [*contents.get("sheets", ()), *contents.get("hidden_sheets", ())]
        choices: dict[str, list[tuple[str, Any]]] = {
            "encoding": [(name, name) for name in ENCODINGS] if contents.get("encoding") else [],
            "delimiter": list(DELIMITERS.items()) if contents.get("delimiter") else [],
            "sheet": [(name, name) for name in sheets],
            "match_by": [(name, label_of(kind, name)) for name in kind.match_by],
        }
        for name, options in choices.items():
            field: Any = self.fields[name]
            field.choices = options
            if not options:
                del self.fields[name]
        if not contents:
            del self.fields["heading_row"]
        if not any(one.type == "date" for one in kind.fields):
            del self.fields["date_order"]
        self._add_defaults(kind)
        self._add_meanings(kind)
        for place, heading in self._headings:
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=heading, required=False, choices=_fields(kind, heading, job.mapping[place])
            )

    def _add_defaults(self, kind: ImportKind) -> None:
        """What all rows say that have no column for it."""
        for place, one in enumerate(kind.fields):
            if not one.is_asked or one.name in self.job.mapping:
                continue
            present = self.job.defaults.get(one.name, "")
            if one.type == "date":
                self.fields[f"default_{place}"] = DayField(label=str(one.label), required=False, initial=present)
            else:
                offers = one.offers() if one.offers else [("yes", _("Yes")), ("no", _("No"))]
                self.fields[f"default_{place}"] = forms.ChoiceField(
                    label=str(one.label),
                    required=False,
                    choices=[("", _("Not given")), *offers],
                    initial=present,
                )

    def _add_meanings(self, kind: ImportKind) -> None:
        """What cells say that can stand for something else."""
        self.texts: list[tuple[str, str, str]] = []
        for place, name in enumerate(self.job.mapping):
            known = kind.field(name) if name else None
            if known is None or known.offers is None:
                continue
            choices, present = [("", _("As it is")), *known.offers()], self.job.meanings.get(name, {})
            for text in _texts_of(self.job, place):
                key = f"meaning_{len(self.texts)}"
                self.texts.append((key, name, text))
                self.fields[key] = forms.ChoiceField(
                    label=text, required=False, choices=choices, initial=present.get(text, "")
                )

    @property
    def _headings(self) -> list[tuple[int, str]]:
        """The columns that can be seen, by their places."""
        headings = self.job.contents.get("headings", ())
        return [(place, headings[place]) for place in self.shown.places if headings]

    @property
    def meanings(self) -> list[Any]:
        """The fields of texts that can stand for something else."""
        return [self[key] for key, _name, _text in self.texts]

    @property
    def columns(self) -> list[tuple[str, Any, str]]:
        """The columns with their fields, and what the first rows have there."""
        rows = ImportRow.objects.filter(job=self.job).order_by("position")
        if self.shown.hides_columns:  # what is hidden can be in any cell of the others
            rows = rows.filter(problem="")
        cells = list(rows.values_list("cells", flat=True)[:_SAMPLES]) if self._headings else []
        return [(heading, self[f"column_{place}"], _sample(cells, place)) for place, heading in self._headings]

    @property
    def settings(self) -> list[Any]:
        """The fields about the whole file."""
        return [field for field in self if not field.name.startswith(("column_", "meaning_"))]

    def inputs(self) -> ImportInput:
        """What is to change."""
        values = self.cleaned_data
        by_name = ("column_", "default_", "meaning_")
        given = {name: values[name] for name in self.fields if not name.startswith(by_name)}
        kind = self.kind
        defaults = {
            one.name: str(values[f"default_{place}"] or "")
            for place, one in enumerate(kind.fields)
            if f"default_{place}" in self.fields
        }
        meanings: dict[str, dict[str, str]] = {}
        for key, name, text in self.texts:
            meanings.setdefault(name, {})[text] = values[key]
        columns = {heading: values[f"column_{place}"] for place, heading in self._headings}
        return ImportInput(**given, columns=columns, defaults=defaults, meanings=meanings)


def _texts_of(job: Import, place: int) -> list[str]:
    """The different texts of a column, as many as people can look through."""
    texts = ImportRow.objects.filter(job=job, problem="").order_by().annotate(text=KT(f"cells__{place}"))
    return [text for text in texts.exclude(text="").values_list("text", flat=True).distinct()[:_TEXTS] if text]


def _sample(rows: Sequence[Sequence[Cell]], place: int) -> str:
    return " · ".join(str(cell)[:60] for row in rows for cell in row[place : place + 1] if cell != "")


def _initial(job: Import) -> dict[str, Any]:
    contents = job.contents
    initial = {
        "encoding": contents.get("encoding"),
        "delimiter": contents.get("delimiter"),
        "sheet": contents.get("sheet"),
        "heading_row": contents.get("heading_row"),
        "decimal_separator": job.decimal_separator,
        "date_order": job.date_order,
        "match_by": job.match_by,
    }
    return initial | {f"column_{place}": name for place, name in enumerate(job.mapping)}


def _fields(kind: ImportKind, heading: str, present: str) -> list[tuple[str, Any]]:
    """What a column can be: a field, a custom field of its name, or nothing."""
    own = f"{CUSTOM_FIELDS}.{camel_case('_'.join(fold(heading).split())[:60])}" if kind.takes_custom_fields else ""
    known = {one.name for one in kind.fields}
    custom = dict.fromkeys(
        name for name in (own, present) if name.startswith(f"{CUSTOM_FIELDS}.") and name not in known | kind.hidden
    )
    return [
        ("", _("Not imported")),
        *((one.name, one.label) for one in kind.fields),
        *((name, _("Custom field %(name)s") % {"name": name.partition(".")[2]}) for name in custom),
    ]
