"""What can be refused about imports."""

from bigledger_crm.kernel.errors import Conflict


class ImportNotReady(Conflict):
    """The import is at another step than the one that is asked for; `status` in the details says at which."""

    code = "IMPORT_NOT_READY"

    def __init__(self, status: str, message: str) -> None:
        super().__init__(message, details=[{"status": status}])


class ImportNotUndoable(Conflict):
    """Nothing of the import can be undone: it changed nothing, or its time is over."""

    code = "IMPORT_NOT_UNDOABLE"


class TooManyImports(Conflict):
    """The company has as many unfinished imports as it may have at a time."""

    code = "TOO_MANY_IMPORTS"
