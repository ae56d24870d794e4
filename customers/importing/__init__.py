"""Customers and contacts as rows of files: what columns can be, whose exports are known, and how rows are applied."""

from bigledger_crm.imports.kinds import import_kinds
from customers.importing.contacts import CONTACTS
from customers.importing.customers import CUSTOMERS


def register() -> None:
    """Registers customers and contacts as what rows can become."""
    import_kinds.register(CUSTOMERS, CONTACTS)
