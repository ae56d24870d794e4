"""Items as rows of files: what columns can be, whose exports are known, and how rows are applied."""

from bigledger_crm.imports.kinds import import_kinds
from sales.importing.items import ITEMS


def register() -> None:
    """Registers items as what rows can become."""
    import_kinds.register(ITEMS)
