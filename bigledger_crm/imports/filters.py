"""What lists of imports and of their rows can be narrowed by."""

from bigledger_crm.filtering import ChoiceFilter, ListFilters
from bigledger_crm.imports.kinds import import_kinds
from bigledger_crm.imports.models import ImportStatus, Outcome, UndoOutcome


class ImportFilters(ListFilters):
    """Imports."""

    kind = ChoiceFilter("kind", [kind.name for kind in import_kinds], about="What the rows become")
    status = ChoiceFilter("status", ImportStatus.values, about="Where the import is")


class ImportRowFilters(ListFilters):
    """Rows of an import."""

    outcome = ChoiceFilter("outcome", Outcome.values, about="What became of the row")
    undo = ChoiceFilter("undo", UndoOutcome.values, about="What became of the object when the import was undone")
