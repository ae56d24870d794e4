"""What a valid customer, contact and address is.  Every check returns the clean value or raises ValueError."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import phonenumbers
import pycountry
from phonenumbers import NumberParseException

from bigledger_crm.kernel import money, text
from bigledger_crm.kernel.email_address import is_email_address
from bigledger_crm.kernel.languages import LANGUAGES
from bigledger_crm.kernel.money import ZERO

CUSTOMER_TYPES = ("individual", "business")
CUSTOMER_STATUSES = ("active", "inactive", "blocked")
# The kinds of documents that a contact can be chosen for.
RECEIVES = ("quotes", "orders", "invoices", "reminders", "statements")
# Where a kind goes that no contact is chosen for: to those who get the invoices, else to the customer.
RECEIVED_WITH = {"reminders": "invoices", "statements": "invoices"}
ADDRESS_FIELDS = ("street", "street2", "city", "state", "postalCode", "country")
MAX_CREDIT_LIMIT = Decimal(10) ** 12
MAX_DIGITS = 40
CHECKED_AGAINST = ("name", "email", "phone", "currency", "credit_limit", "status")

_URL = re.compile(r"https?://[^\s/$.?#][^\s]*", re.IGNORECASE)
_COUNTRIES = frozenset(country.alpha_2 for country in pycountry.countries)


def clean_email(value: str) -> str:
    """An e-mail address, trimmed."""
    address = value.strip()
    if address and not is_email_address(address):
        raise ValueError("Email format is invalid")
    return address


def clean_phone(value: str, country: str = "MY") -> str:
    """A phone number in E.164, read in the company's country when it has no country code."""
    number = value.strip()
    if not number:
        return ""
    try:
        parsed = phonenumbers.parse(number, country)
    except NumberParseException as error:
        raise ValueError("Phone number is invalid") from error
    if not phonenumbers.is_possible_number(parsed):
        raise ValueError("Phone number is invalid")
    written: str = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    if parsed.extension:
        written = f"{written};ext={parsed.extension}"
    if len(written) > 40:
        raise ValueError("Phone number is too long")
    return written


def clean_website(value: str) -> str:
    """An http or https address."""
    address = value.strip()
    if address and (len(address) > 200 or not _URL.fullmatch(address)):
        raise ValueError("Website must be an http or https address")
    return address


def clean_currency(value: str) -> str:
    """An ISO 4217 code."""
    if not money.is_currency(value):
        raise ValueError("Currency must be an ISO 4217 code such as MYR")
    return value


def clean_payment_terms(value: int) -> int:
    """Days until an invoice is due."""
    if not 0 <= value <= 365:
        raise ValueError("Payment terms must be between 0 and 365 days")
    return value


def clean_credit_limit(value: Decimal | None, currency: str) -> Decimal | None:
    """An amount in the customer's currency; None is no limit."""
    if value is None:
        return None
    if value < 0 or value >= MAX_CREDIT_LIMIT:
        raise ValueError("Credit limit must be 0 or more, below 1000000000000")
    if money.decimals_of(value) > money.minor_units(currency):
        raise ValueError(f"Credit limit can have at most {money.minor_units(currency)} decimals in {currency}")
    return value


def safeguards_of(stored: Mapping[str, Any], values: Mapping[str, Any]) -> list[tuple[str, tuple[str, str]]]:
    """What a change of a customer needs beyond writing customers: the field, and the resource and verb.

    A limit in another currency is another limit.
    """
    needed = []
    limit, wanted = stored["credit_limit"], values.get("credit_limit", stored["credit_limit"])
    if limit is not None and (wanted is None or wanted > limit):
        needed.append(("credit_limit", ("credit-limit", "raise")))
    elif limit is not None and values.get("currency", stored["currency"]) != stored["currency"]:
        needed.append(("currency", ("credit-limit", "raise")))
    if stored["status"] == "blocked" and values.get("status", "blocked") != "blocked":
        needed.append(("status", ("customers", "unblock")))
    return needed


def clean_tags(value: Sequence[str]) -> list[str]:
    """At most 50 tags of at most 50 characters, in the given order; each once, whatever its case, as it came first."""
    first: dict[str, str] = {}
    for tag in map(text.clean_line, value):
        first.setdefault(tag.casefold(), tag)
    tags = list(first.values())
    if len(tags) > 50:
        raise ValueError("At most 50 tags are allowed")
    if any(not tag or len(tag) > 50 or "," in tag for tag in tags):
        raise ValueError("A tag has 1 to 50 characters and no comma")
    return tags


def changed_tags(tags: Sequence[str], add: Sequence[str], remove: Sequence[str]) -> list[str]:
    """The tags that there are, and more, without some, whatever their case."""
    gone = {text.clean_line(tag).casefold() for tag in remove}
    return [tag for tag in [*tags, *add] if text.clean_line(tag).casefold() not in gone]


def clean_custom_fields(value: Mapping[str, Any]) -> dict[str, Any]:
    """Any JSON object up to 16 KiB; its numbers are kept exactly, written out without exponents."""
    if len(json.dumps(value, default=str, ensure_ascii=False).encode()) > 16 * 1024:
        raise ValueError("Custom fields can have at most 16 KiB")
    return {name: _written_out(part) for name, part in value.items()}


def _written_out(value: Any) -> Any:
    if isinstance(value, Decimal | int):
        number = Decimal(value)
        if not -MAX_DIGITS < number.adjusted() < MAX_DIGITS or len(number.as_tuple().digits) > MAX_DIGITS:
            raise ValueError(f"A number can have at most {MAX_DIGITS} digits")
        return Decimal(f"{value:f}") if isinstance(value, Decimal) else value
    if isinstance(value, dict):
        return {name: _written_out(part) for name, part in value.items()}
    return [_written_out(part) for part in value] if isinstance(value, list) else value


class AddressError(ValueError):
    """Parts of an address that can't be taken; `parts` tells what is wrong with each, by its name in JSON."""

    def __init__(self, parts: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{part}: {problem}" for part, problem in parts.items()))
        self.parts = parts


def clean_address(value: Mapping[str, Any] | None) -> dict[str, str] | None:
    """An address with the fields of ADDRESS_FIELDS that are filled; None when none is.  Raises AddressError."""
    if value is None:
        return None
    problems = dict.fromkeys(sorted(set(value) - set(ADDRESS_FIELDS)), "Unknown field")
    clean: dict[str, str] = {}
    for field in ADDRESS_FIELDS:
        part = value.get(field)
        if part is None:
            continue
        if not isinstance(part, str) or len(part) > 200:
            problems[field] = "Must be a string of at most 200 characters"
        elif line := text.clean_line(part):
            clean[field] = line
    if "country" in clean and clean["country"] not in _COUNTRIES:
        problems["country"] = "Must be an ISO 3166 alpha-2 code such as MY"
    if problems:
        raise AddressError(problems)
    return clean or None


def field_errors(field: str, error: ValueError) -> dict[str, str]:
    """What is wrong with a field, by its path in JSON: the parts of an address are named one by one."""
    if isinstance(error, AddressError):
        return {f"{field}.{part}": problem for part, problem in error.parts.items()}
    return {field: str(error)}


def _choice(name: str, allowed: Sequence[str]) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"{name} must be one of: {', '.join(filter(None, allowed))}")
        return value

    return check


def _line(name: str, length: int, *, required: bool = False) -> Callable[[str], str]:
    def check(value: str) -> str:
        clean = text.clean_line(value)
        if required and not clean:
            raise ValueError(f"{name} is required")
        if len(clean) > length:
            raise ValueError(f"{name} can have at most {length} characters")
        return clean

    return check


def clean_receives(value: Sequence[str]) -> list[str]:
    """Some of RECEIVES, each once, in their order."""
    if not set(value) <= set(RECEIVES):
        raise ValueError(f"Must be one or more of: {', '.join(RECEIVES)}")
    return [kind for kind in RECEIVES if kind in value]


def clean_notes(value: str) -> str:
    """Free text of at most 10,000 characters."""
    clean = text.clean_block(value)
    if len(clean) > 10_000:
        raise ValueError("At most 10000 characters are allowed")
    return clean


def _customer_checks(currency: str, country: str) -> dict[str, Callable[[Any], Any]]:
    return {
        "customer_number": _line("Customer number", 40, required=True),
        "name": _line("Name", 200, required=True),
        "type": _choice("Type", CUSTOMER_TYPES),
        "status": _choice("Status", CUSTOMER_STATUSES),
        "email": clean_email,
        "phone": lambda value: clean_phone(value, country),
        "website": clean_website,
        "tax_number": _line("Tax number", 50),
        "address": clean_address,
        "billing_address": clean_address,
        "shipping_address": clean_address,
        "currency": clean_currency,
        "payment_terms": clean_payment_terms,
        "credit_limit": lambda value: clean_credit_limit(value, currency),
        "reminders_enabled": bool,
        "language": _choice("Language", ("", *LANGUAGES)),
        "tags": clean_tags,
        "custom_fields": clean_custom_fields,
    }


def _contact_checks(country: str) -> dict[str, Callable[[Any], Any]]:
    return {
        "name": _line("Name", 200, required=True),
        "email": clean_email,
        "phone": lambda value: clean_phone(value, country),
        "mobile": lambda value: clean_phone(value, country),
        "title": _line("Title", 100),
        "department": _line("Department", 100),
        "is_primary": bool,
        "is_active": bool,
        "receives": clean_receives,
        "notes": clean_notes,
    }


def _apply(
    fields: Mapping[str, Any], checks: Mapping[str, Callable[[Any], Any]]
) -> tuple[dict[str, Any], dict[str, str]]:
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, value in fields.items():
        try:
            values[name] = checks[name](value)
        except ValueError as error:
            errors |= field_errors(text.camel_case(name), error)
    return values, errors


def clean_customer(
    fields: Mapping[str, Any], *, stored: Mapping[str, Any] | None, default_currency: str, country: str
) -> tuple[dict[str, Any], dict[str, str]]:
    """The clean values of the given fields, and the errors by their name in JSON.

    `stored` holds the present values of CHECKED_AGAINST when a customer is changed, None for a new one.
    `country` is the company's, for phone numbers.
    """
    before = stored or {"name": "", "email": "", "phone": "", "currency": default_currency}
    currency = fields.get("currency", before["currency"])
    values, errors = _apply(fields, _customer_checks(currency, country))
    after = {**before, **values}
    if stored is None and "name" not in fields:
        errors["name"] = "Name is required"
    limit = before.get("credit_limit")
    if (
        "credit_limit" not in fields
        and limit is not None
        and money.decimals_of(limit) > money.minor_units(after["currency"])
    ):
        errors["creditLimit"] = f"Credit limit {limit.normalize():f} has too many decimals for {after['currency']}"
    if not after["email"] and not after["phone"] and not {"email", "phone"} & errors.keys():
        errors["email"] = "Email or phone is required"
    return values, errors


def clean_contact(fields: Mapping[str, Any], *, creating: bool, country: str) -> tuple[dict[str, Any], dict[str, str]]:
    """The clean values of a contact's given fields, and the errors by their name in JSON."""
    values, errors = _apply(fields, _contact_checks(country))
    if creating and "name" not in fields:
        errors["name"] = "Name is required"
    if values.get("receives") and not values.get("email", not creating) and "email" not in errors:
        errors["email"] = "An email address is required to receive documents"
    return values, errors


@dataclass(frozen=True, slots=True)
class CreditUse:
    """How much of a customer's credit limit is used, in the customer's currency; without a `limit` there is none."""

    limit: Decimal | None
    owed: Decimal
    open_orders: Decimal
    currency: str

    def excess(self, document: Decimal) -> Decimal:
        """By how much a document of this total takes the customer over the limit; 0 when it doesn't."""
        return ZERO if self.limit is None else max(self.owed + self.open_orders + document - self.limit, ZERO)
