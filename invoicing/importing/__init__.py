"""Invoices and money as rows of files: what columns can be, whose exports are known, and how rows are applied."""

from bigledger_crm.imports.kinds import import_kinds
from invoicing.importing.invoices import INVOICES


def register() -> None:
    """Registers what rows can become."""
    import_kinds.register(INVOICES)
