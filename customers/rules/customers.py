"""What a valid customer is."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import UNSET, UnsetType

from bigledger_crm.custom_fields.rules import NO_FIELDS, DeclaredFields
from bigledger_crm.kernel import money
from bigledger_crm.kernel.errors import FieldError
from bigledger_crm.kernel.inputs import given_or
from bigledger_crm.kernel.languages import LANGUAGES
from bigledger_crm.tenancy.rules import clean_registration
from customers.inputs import CustomerInput
from customers.rules.addresses import clean_address
from customers.rules.checks import apply_checks, is_wrong
from customers.rules.identification import IDENTIFICATION_TYPES, clean_identification
from customers.rules.values import (
    choice,
    clean_credit_limit,
    clean_currency,
    clean_email,
    clean_payment_terms,
    clean_phone,
    clean_tags,
    clean_website,
    line,
)

CUSTOMER_TYPES = ("individual", "business")
CUSTOMER_STATUSES = ("active", "inactive", "blocked")
EINVOICE_PREFERENCES = ("individual", "consolidated")
TIN_CHECKS = ("matches", "differs", "unknown")
# What the tax office is asked about together.
TAX_IDENTITY = ("tin", "identification_type", "identification_number")
_IDENTIFICATION = ("identification_type", "identification_number")
CHECKED_AGAINST = ("name", "email", "phone", "currency", "credit_limit", "status", *_IDENTIFICATION, "custom_fields")


def clean_customer(
    inputs: CustomerInput,
    *,
    stored: Mapping[str, Any] | None,
    default_currency: str,
    country: str,
    declared: DeclaredFields = NO_FIELDS,
) -> tuple[dict[str, Any], list[FieldError]]:
    """The clean values of what was given of a customer, and what is wrong with it.

    `stored` holds the present values of CHECKED_AGAINST when a customer is changed, None for a new one.
    `country` is the company's, for phone numbers, and `declared` are its custom fields of customers.
    """
    before = stored or {"name": "", "email": "", "phone": "", "currency": default_currency}
    values, errors = apply_checks(inputs, _checks(given_or(inputs.currency, before["currency"]), country))
    after = {**before, **values}
    if stored is None and inputs.name is UNSET:
        errors.append(FieldError(("name",), "Name is required"))
    limit = before.get("credit_limit")
    if (
        inputs.credit_limit is UNSET
        and limit is not None
        and money.decimals_of(limit) > money.minor_units(after["currency"])
    ):
        message = f"Credit limit {limit.normalize():f} has too many decimals for {after['currency']}"
        errors.append(FieldError(("credit_limit",), message))
    if not after["email"] and not after["phone"] and not is_wrong("email", errors) and not is_wrong("phone", errors):
        errors.append(FieldError(("email",), "Email or phone is required"))
    if any(name in values for name in _IDENTIFICATION):
        number, wrong = clean_identification(*(after.get(name, "") for name in _IDENTIFICATION))
        errors += wrong
        if not wrong:
            values["identification_number"] = number
    custom, wrong = declared.clean(inputs.custom_fields, None if stored is None else stored.get("custom_fields", {}))
    if not isinstance(custom, UnsetType):
        values["custom_fields"] = custom
    return values, errors + wrong


def _checks(currency: str, country: str) -> dict[str, Callable[[Any], Any]]:
    return {
        "customer_number": line("Customer number", 40, required=True),
        "name": line("Name", 200, required=True),
        "type": choice("Type", CUSTOMER_TYPES),
        "status": choice("Status", CUSTOMER_STATUSES),
        "email": clean_email,
        "phone": lambda value: clean_phone(value, country),
        "website": clean_website,
        "tax_number": line("Tax number", 50),
        "tin": lambda value: clean_registration("tin", value, country),
        "identification_type": choice("Identification type", ("", *IDENTIFICATION_TYPES)),
        "identification_number": line("Identification number", 40),
        "einvoice_preference": choice("E-invoice preference", EINVOICE_PREFERENCES),
        "is_government": bool,
        "address": clean_address,
        "billing_address": clean_address,
        "shipping_address": clean_address,
        "currency": clean_currency,
        "payment_terms": clean_payment_terms,
        "credit_limit": lambda value: clean_credit_limit(value, currency),
        "reminders_enabled": bool,
        "language": choice("Language", ("", *LANGUAGES)),
        "tags": clean_tags,
        "custom_fields": dict,  # what is right in them, their own rules know
        "owner_id": lambda value: value,  # whether it is a member's, the database knows
    }
