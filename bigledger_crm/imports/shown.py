"""What somebody sees of an import: nothing of columns that are custom fields which are hidden from them."""

from collections.abc import Mapping, Sequence
from typing import Any

from bigledger_crm.imports.custom_fields import kind_for
from bigledger_crm.imports.files.contents import Cell
from bigledger_crm.imports.kinds import import_kinds
from bigledger_crm.imports.mapping import dates_shown
from bigledger_crm.imports.models import Import
from bigledger_crm.tenancy.actor import Actor

_UNSEEN = {"code": "INVALID_ROW_DATA", "message": "Rejected for a custom field that your role does not see"}


class ShownImport:
    """An import as somebody sees it; `places` are those of the columns that they see."""

    def __init__(self, actor: Actor, job: Import) -> None:
        self.job = job
        self.kind = kind_for(actor, import_kinds[job.kind])
        self.hides_columns = not self.kind.hidden.isdisjoint(job.mapping)
        self.places = [place for place, name in enumerate(job.mapping) if name not in self.kind.hidden]

    @property
    def columns(self) -> list[tuple[str, str]]:
        """The columns by their headings, with their fields."""
        pairs = zip(self.job.contents.get("headings", ()), self.job.mapping, strict=False)
        return [(heading, name) for heading, name in pairs if name not in self.kind.hidden]

    @property
    def defaults(self) -> dict[str, str]:
        """What rows say that have nothing in a field."""
        return self._seen(self.job.defaults)

    @property
    def decimal_examples(self) -> list[str]:
        """Numbers that can be read in one way only; nobody knows of which columns they are."""
        found = {} if self.hides_columns else self.job.contents.get("decimals", {})
        return [example for examples in found.values() for example in examples]

    @property
    def dates(self) -> dict[str, list[str]]:
        """Examples of the columns that are dates, by what they show: see `dates_shown`."""
        return dates_shown(self.kind, self.job.contents, self.job.mapping)

    @property
    def date_examples(self) -> list[str]:
        """What the columns that are dates show, first what can be read in two ways."""
        return [example for _order, examples in sorted(self.dates.items()) for example in examples]

    def cells(self, cells: Sequence[Cell], problem: str) -> list[Cell]:
        """Those of a row; what is hidden can be in any cell of one with a problem, so nothing of it is shown."""
        if not self.hides_columns:
            return list(cells)
        return [] if problem else [cells[place] for place in self.places if place < len(cells)]

    def changes(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Those of a row."""
        return self._seen(changes)

    def error(self, error: dict[str, Any]) -> dict[str, Any]:
        """That of a row."""
        details = error.get("details", [])
        seen = [detail for detail in details if detail.get("field") not in self.kind.hidden]
        if len(seen) == len(details):
            return error
        return {**error, "details": seen} if seen else _UNSEEN

    def _seen(self, by_field: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in by_field.items() if name not in self.kind.hidden}
