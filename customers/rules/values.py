"""What a valid value of a customer or a contact is.  Each check returns the clean value or raises ValueError."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

import phonenumbers
from phonenumbers import NumberParseException

from bigledger_crm.kernel import money, text
from bigledger_crm.kernel.email_address import is_email_address

MAX_CREDIT_LIMIT = Decimal(10) ** 12

_URL = re.compile(r"https?://[^\s/$.?#][^\s]*", re.IGNORECASE)


def clean_email(value: str) -> str:
    """An email address, trimmed."""
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


def clean_notes(value: str) -> str:
    """Free text of at most 10,000 characters."""
    clean = text.clean_block(value)
    if len(clean) > 10_000:
        raise ValueError("At most 10000 characters are allowed")
    return clean


def choice(name: str, allowed: Sequence[str]) -> Callable[[str], str]:
    """A check that takes one of `allowed`; `name` is the field's in messages."""

    def check(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"{name} must be one of: {', '.join(filter(None, allowed))}")
        return value

    return check


def line(name: str, length: int, *, required: bool = False) -> Callable[[str], str]:
    """A check that takes one line of text; `name` is the field's in messages."""

    def check(value: str) -> str:
        clean = text.clean_line(value)
        if required and not clean:
            raise ValueError(f"{name} is required")
        if len(clean) > length:
            raise ValueError(f"{name} can have at most {length} characters")
        return clean

    return check
