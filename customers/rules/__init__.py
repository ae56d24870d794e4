"""What a valid customer, contact and address is."""

from customers.rules.addresses import ADDRESS_FIELDS, AddressError, clean_address, errors_of
from customers.rules.contacts import RECEIVED_WITH, RECEIVES, clean_contact, clean_receives
from customers.rules.credit import CreditUse, safeguards_of
from customers.rules.customers import (
    CHECKED_AGAINST,
    CUSTOMER_STATUSES,
    CUSTOMER_TYPES,
    EINVOICE_PREFERENCES,
    TAX_IDENTITY,
    TIN_CHECKS,
    clean_customer,
)
from customers.rules.identification import IDENTIFICATION_TYPES, clean_identification
from customers.rules.values import (
    MAX_CREDIT_LIMIT,
    changed_tags,
    clean_credit_limit,
    clean_currency,
    clean_email,
    clean_notes,
    clean_payment_terms,
    clean_phone,
    clean_tags,
    clean_website,
)

__all__ = [
    "ADDRESS_FIELDS",
    "CHECKED_AGAINST",
    "CUSTOMER_STATUSES",
    "CUSTOMER_TYPES",
    "EINVOICE_PREFERENCES",
    "IDENTIFICATION_TYPES",
    "MAX_CREDIT_LIMIT",
    "RECEIVED_WITH",
    "RECEIVES",
    "TAX_IDENTITY",
    "TIN_CHECKS",
    "AddressError",
    "CreditUse",
    "changed_tags",
    "clean_address",
    "clean_contact",
    "clean_credit_limit",
    "clean_currency",
    "clean_customer",
    "clean_email",
    "clean_identification",
    "clean_notes",
    "clean_payment_terms",
    "clean_phone",
    "clean_receives",
    "clean_tags",
    "clean_website",
    "errors_of",
    "safeguards_of",
]
