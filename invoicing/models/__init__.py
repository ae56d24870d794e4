"""The tables of invoicing."""

from invoicing.models.invoice import Invoice, InvoiceLine
from invoicing.models.payment import Payment

__all__ = ["Invoice", "InvoiceLine", "Payment"]
