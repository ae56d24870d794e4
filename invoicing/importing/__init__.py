"""Invoices and money as rows of files: what columns can be, whose exports are known, and how rows are applied."""

from bigledger_crm.imports.kinds import import_kinds
from invoicing.importing.credit_notes import CREDIT_NOTES
from invoicing.importing.invoices import INVOICES
from invoicing.importing.opening_balances import OPENING_BALANCES
from invoicing.importing.payments import PAYMENTS


def register() -> None:
    """Registers what rows can become."""
    import_kinds.register(INVOICES, PAYMENTS, CREDIT_NOTES, OPENING_BALANCES)
