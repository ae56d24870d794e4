"""What pages call the statuses and outcomes of imports, and how they show what a row did."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.imports.kinds import ImportKind, import_kinds
from bigledger_crm.imports.models import Import, ImportRow, ImportStatus, Outcome
from bigledger_crm.imports.shown import ShownImport
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.text import sentence
from bigledger_crm.registry import object_types
from bigledger_crm.web.components import StatusBadge, Text

STATUSES: dict[str, StatusBadge] = {
    ImportStatus.READING: StatusBadge(gettext_lazy("Reading"), "info"),
    ImportStatus.READY: StatusBadge(gettext_lazy("Ready to rehearse"), "neutral"),
    ImportStatus.REHEARSING: StatusBadge(gettext_lazy("Rehearsing"), "info"),
    ImportStatus.REHEARSED: StatusBadge(gettext_lazy("Rehearsed"), "neutral"),
    ImportStatus.RUNNING: StatusBadge(gettext_lazy("Importing"), "info"),
    ImportStatus.COMPLETED: StatusBadge(gettext_lazy("Completed"), "good"),
    ImportStatus.CANCELLED: StatusBadge(gettext_lazy("Cancelled"), "neutral"),
    ImportStatus.UNDOING: StatusBadge(gettext_lazy("Undoing"), "info"),
    ImportStatus.UNDONE: StatusBadge(gettext_lazy("Undone"), "neutral"),
    ImportStatus.FAILED: StatusBadge(gettext_lazy("Failed"), "bad"),
}
OUTCOMES: dict[str, StatusBadge] = {
    Outcome.NEW: StatusBadge(gettext_lazy("New"), "good"),
    Outcome.CHANGED: StatusBadge(gettext_lazy("Changed"), "info"),
    Outcome.SAME: StatusBadge(gettext_lazy("Same"), "neutral"),
    Outcome.REJECTED: StatusBadge(gettext_lazy("Rejected"), "bad"),
}
UNDONE: dict[str, StatusBadge] = {
    "undone": StatusBadge(gettext_lazy("Undone"), "neutral"),
    "kept": StatusBadge(gettext_lazy("Kept"), "warn"),
}
FORMATS: dict[str, Text] = {"csv": "CSV", "xlsx": "XLSX", "ods": "ODS", "vcard": "vCard"}
DELIMITERS: dict[str, Text] = {
    ",": gettext_lazy("Comma"),
    ";": gettext_lazy("Semicolon"),
    "\t": gettext_lazy("Tab"),
    "|": gettext_lazy("Vertical bar"),
}
_SHOWN_CELLS = 3


def label_of(kind: ImportKind, name: str) -> str:
    """What people call a field, by its name in the API."""
    known = kind.field(name)
    return str(known.label) if known is not None else name


def summary_of(shown: ShownImport, row: ImportRow) -> str:
    """The first of the cells that are imported."""
    cells = shown.cells(row.cells, row.problem)
    names = [shown.job.mapping[place] for place in shown.places]
    mapped = [str(cell) for cell, name in zip(cells, names, strict=False) if name and cell != ""]
    return " · ".join((mapped or [str(cell) for cell in cells if cell != ""])[:_SHOWN_CELLS])[:200]


def told_of(shown: ShownImport, row: ImportRow) -> list[str]:
    """What the row changes, why it is rejected, or why its object was kept: a line for each."""
    if row.undo_reason:
        return [row.undo_reason]
    if row.error:
        error = shown.error(row.error)
        details = [detail for detail in error.get("details", ()) if "message" in detail]
        lines = [_with_label(shown.kind, detail) for detail in details]
        return lines or [sentence(error["message"])]
    return [
        _("%(field)s: %(before)s → %(after)s")
        % {"field": label_of(shown.kind, name), "before": _shown(before), "after": _shown(after)}
        for name, (before, after) in shown.changes(row.changes).items()
    ]


def _with_label(kind: ImportKind, detail: dict[str, Any]) -> str:
    """What is wrong with a field, or with the row as a whole."""
    text = sentence(detail["message"])
    return text if detail["field"] == "body" else f"{label_of(kind, detail['field'])}: {text}"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    text = ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    return text[:200] or "—"


def href_of(job: Import, row: ImportRow) -> str:
    """The page of the object of a row, where it has one."""
    known = object_types[import_kinds[job.kind].object_type]
    if not known.page or row.object_id is None or row.undo == "undone":
        return ""
    return reverse(known.page, args=[ids.encode(known.id_prefix, row.object_id)])
