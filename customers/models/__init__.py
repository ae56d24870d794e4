"""The tables of customers."""

from customers.models.customer import Contact, Customer
from customers.models.receivable import ReceivableEntry

__all__ = ["Contact", "Customer", "ReceivableEntry"]
