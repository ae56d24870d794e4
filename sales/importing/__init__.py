"""Items, tax codes, quotes and orders as rows of files: their columns, and how rows are applied."""

from bigledger_crm.imports.kinds import import_kinds
from sales.importing.items import ITEMS
from sales.importing.quotes_and_orders import ORDERS, QUOTES
from sales.importing.tax_codes import TAX_CODES


def register() -> None:
    """Registers what rows can become."""
    import_kinds.register(ITEMS, TAX_CODES, QUOTES, ORDERS)
