"""The tables of customers."""

from customers.models.customer import Contact, Customer
from customers.models.receivable import ENTRY_KINDS, ReceivableEntry

__all__ = ["ENTRY_KINDS", "Contact", "Customer", "ReceivableEntry"]
