"""Which rows of a file are about the same object."""

from collections.abc import Sequence

from bigledger_crm.imports.kinds import ImportKind, Values
from bigledger_crm.imports.models import Import, ImportRow
from bigledger_crm.imports.values import path_of
from bigledger_crm.kernel.errors import Conflict, FieldError


class DuplicateRow(Conflict):
    """An earlier row of the file is about the same object."""

    code = "DUPLICATE_ROW"

    def __init__(self, line: int) -> None:
        super().__init__(f"Line {line} is about the same record", details=[{"line": line}])


def unmatched(kind: ImportKind, match_by: str, values: Values) -> list[FieldError]:
    """The error of a row that is without what rows are matched by."""
    if match_by in values or match_by in kind.may_lack:
        return []
    return [FieldError(path_of(match_by), "This is empty, but rows are matched by it")]


def duplicates(job: Import, rows: Sequence[ImportRow]) -> list[tuple[ImportRow, int]]:
    """The rows about an object that an earlier one is about, with the line of that."""
    if not rows:
        return []
    earlier = ImportRow.objects.filter(job=job, key__in=[row.key for row in rows], position__lt=rows[0].position)
    first = dict(earlier.order_by("-position").values_list("key", "line"))
    found = []
    for row in rows:
        if row.key in first:
            found.append((row, first[row.key]))
        else:
            first[row.key] = row.line
    return found
