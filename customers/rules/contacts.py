"""What a valid contact is."""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import UNSET

from bigledger_crm.kernel.errors import FieldError
from customers.inputs import ContactInput
from customers.rules.checks import apply_checks, is_wrong
from customers.rules.values import clean_email, clean_notes, clean_phone, line

# The kinds of documents that a contact can be chosen for.
RECEIVES = ("quotes", "orders", "invoices", "reminders", "statements")
# Where a kind goes that no contact is chosen for: to those who get the invoices, else to the customer.
RECEIVED_WITH = {"reminders": "invoices", "statements": "invoices"}


def clean_receives(value: Sequence[str]) -> list[str]:
    """Some of RECEIVES, each once, in their order."""
    if not set(value) <= set(RECEIVES):
        raise ValueError(f"Must be one or more of: {', '.join(RECEIVES)}")
    return [kind for kind in RECEIVES if kind in value]


def clean_contact(inputs: ContactInput, *, creating: bool, country: str) -> tuple[dict[str, Any], list[FieldError]]:
    """The clean values of what was given of a contact, and what is wrong with it.

    `country` is the company's, for phone numbers.
    """
    values, errors = apply_checks(inputs, _checks(country))
    if creating and inputs.name is UNSET:
        errors.append(FieldError(("name",), "Name is required"))
    has_email = bool(values["email"]) if "email" in values else not creating
    if values.get("receives") and not has_email and not is_wrong("email", errors):
        errors.append(FieldError(("email",), "An email address is required to receive documents"))
    return values, errors


def _checks(country: str) -> dict[str, Callable[[Any], Any]]:
    return {
        "name": line("Name", 200, required=True),
        "email": clean_email,
        "phone": lambda value: clean_phone(value, country),
        "mobile": lambda value: clean_phone(value, country),
        "title": line("Title", 100),
        "department": line("Department", 100),
        "is_primary": bool,
        "is_active": bool,
        "receives": clean_receives,
        "notes": clean_notes,
        "custom_fields": dict,  # what is right in them, their own rules know
    }
