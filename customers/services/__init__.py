"""Changing customers, contacts and the receivables ledger."""

from customers.services.attachments import attach_to_customer, detach_from_customer
from customers.services.contacts import check_contact, create_contact, delete_contact, update_contact
from customers.services.customers import change_tags, create_customer, delete_customer, update_customer
from customers.services.erasing import erase_contact, erase_customer
from customers.services.merging import merge_customers
from customers.services.receivables import post_receivable, set_last_sale
from customers.services.tin_checks import TinChecker, keep_tin_check, tin_checkers

__all__ = [
    "TinChecker",
    "attach_to_customer",
    "change_tags",
    "check_contact",
    "create_contact",
    "create_customer",
    "delete_contact",
    "delete_customer",
    "detach_from_customer",
    "erase_contact",
    "erase_customer",
    "keep_tin_check",
    "merge_customers",
    "post_receivable",
    "set_last_sale",
    "tin_checkers",
    "update_contact",
    "update_customer",
]
