"""How stored figures, dates and addresses are printed.  They come as text, and nothing is computed here."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.dates import format_date

from bigledger_crm.documents.translations import translate
from bigledger_crm.kernel.phone_numbers import phone
from bigledger_crm.kernel.postal_addresses import address_lines

MINUS = "\u2212"


def amount(text: str | None) -> str:
    """`2567.50` as `2,567.50`, `-5.00` with a true minus sign: the decimals stay as they are."""
    return f"{Decimal(text):,f}".replace("-", MINUS) if text else ""


def short(text: str | None) -> str:
    """A quantity or rate without trailing zeros: `100`, `0.35`, `6`."""
    written = amount(text)
    return written.rstrip("0").rstrip(".") if "." in written else written


def price(text: str | None, sample: str) -> str:
    """A unit price with at least as many decimals as `sample`, an amount of the same currency, has."""
    if not text:
        return ""
    wanted = len(sample.partition(".")[2])
    own = len(text.partition(".")[2].rstrip("0"))
    return f"{Decimal(text):,.{max(wanted, own)}f}".replace("-", MINUS)


def is_zero(text: str | None) -> bool:
    """Whether an amount or percentage is absent or nought."""
    return not text or Decimal(text) == 0


def day(text: str, language: str = "en") -> str:
    """`2024-01-15` as `15 January 2024`; any other text stays as it is."""
    try:
        moment = date.fromisoformat(text)
    except ValueError:
        return text
    pattern = "long" if language.startswith("zh") else "d MMMM y"
    return format_date(moment, pattern, locale=_locale(language))


def short_day(moment: date, language: str = "en") -> str:
    """`15 Jan 2024`."""
    pattern = "medium" if language.startswith("zh") else "d MMM y"
    return format_date(moment, pattern, locale=_locale(language))


def contact_lines(company: Mapping[str, str], language: str = "en") -> str:
    """How to reach a company, and under which numbers it is registered, a line each.

    In Malaysia the number on its invoices has to be told as that of the sales and service tax.
    """
    numbers = [
        ("Reg. no.", "registration_number"),
        ("TIN", "tin"),
        ("SST no." if company.get("country") == "MY" else "Tax no.", "tax_number"),
        ("Tourism tax no.", "tourism_tax_number"),
    ]
    return _lines(
        phone(company.get("phone", "")),
        *(company.get(name) for name in ("email", "website")),
        *(f"{translate(label, language)} {company[name]}" for label, name in numbers if company.get(name)),
    )


def company_lines(company: Mapping[str, Any], language: str = "en") -> str:
    """A company's legal name, where it is another one, and its address, a line each."""
    legal_name = company.get("legal_name")
    return _lines(
        legal_name if legal_name != company["name"] else "", *address_lines(company.get("address"), _locale(language))
    )


def customer_lines(customer: Mapping[str, Any], language: str = "en") -> str:
    """Where a customer's bills go, how to reach it, and its tax number, a line each."""
    tax_number = customer.get("tax_number")
    return _lines(
        *address_lines(customer.get("billing_address"), _locale(language)),
        customer.get("email"),
        phone(customer.get("phone", "")),
        f"{translate('Tax no.', language)} {tax_number}" if tax_number else "",
    )


def postal_lines(address: Mapping[str, str] | None, language: str = "en") -> str:
    """The lines of a postal address."""
    return _lines(*address_lines(address, _locale(language)))


def _lines(*lines: str | None) -> str:
    return "\n".join(filter(None, lines))


def _locale(language: str) -> Locale:
    return Locale.parse(language, sep="-")
