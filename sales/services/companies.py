"""Opening a company, with the tax codes that it starts with, and changing what it says of itself."""

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction

from bigledger_crm.kernel import text
from bigledger_crm.kernel.bank_details import clean_bic, clean_iban
from bigledger_crm.kernel.changes import changes_of
from bigledger_crm.kernel.emv_qr import clean_static_qr
from bigledger_crm.kernel.errors import FieldError, InvalidData, field_error
from bigledger_crm.kernel.inputs import given, given_or
from bigledger_crm.kernel.languages import LANGUAGES
from bigledger_crm.kernel.money import ZERO, decimals_of
from bigledger_crm.tenancy import security
from bigledger_crm.tenancy.actor import Actor, system_actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.rules import REGISTRATIONS, check_settings, clean_msic_code, clean_registration
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.tenancy.security import Author
from bigledger_crm.tenancy.setup_steps import STEPS
from customers.rules import clean_address, clean_email, clean_phone, clean_website, errors_of
from sales.inputs import CompanyInput
from sales.queries import has_documents
from sales.services.company_changes import check_logo, save_company
from sales.services.default_tax_codes import DefaultTaxCode, add_tax_codes, default_tax_codes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@transaction.atomic
def open_company(name: str, *, sst_rate: Decimal | None = None, by: Author | None = None, **settings: Any) -> Company:
    """A new company with the default tax codes of its country.

    `sst_rate` replaces the rate, in percent, of `SST`; `by` is noted where somebody opens a company for others.
    Raises InvalidData with every failing field.
    """
    clean_name = text.clean_line(name)
    errors = check_settings(settings)
    if not 0 < len(clean_name) <= 200:
        errors += field_error("name", "Name must have 1 to 200 characters")
    if errors:
        raise InvalidData("Company", errors)
    company = Company.objects.create(name=clean_name, **settings)
    actor = system_actor(company)
    with company_scope(company):
        add_tax_codes(actor, [_with_rate(one, sst_rate) for one in default_tax_codes(company.country)])
    if by is not None:
        security.record("security.company_opened", by, company=company, subject=company.public_id)
    return company


def _with_rate(default: DefaultTaxCode, sst_rate: Decimal | None) -> DefaultTaxCode:
    code, name, rates = default
    if code != "SST" or sst_rate is None:
        return default
    return code, name, ((str(sst_rate), rates[0][1]),)


_LINES = {"legal_name": 200, "business_activity": 300}
_BLOCKS = {"bank_details": 1000, "quote_terms": 10_000, "invoice_terms": 10_000}
_DAYS = {"payment_terms": (0, 365), "quote_validity_days": (0, 3650)}
MAX_TOLERANCE = 100
CURRENCY_FIXED = "The currency can't be changed any more: there are documents, and their exchange rates refer to it"


def check_company(inputs: CompanyInput, *, country: str) -> tuple[dict[str, Any], list[FieldError]]:
    """The clean values of the given fields of a company, and what is wrong with them.

    `country` is where phone numbers without a country code belong to, and whose registrations it has.
    """
    checks: dict[str, Callable[[Any], Any]] = {
        **{name: partial(_line, longest) for name, longest in _LINES.items()},
        **{name: partial(clean_registration, name, country=country) for name in REGISTRATIONS},
        **{name: partial(_block, longest) for name, longest in _BLOCKS.items()},
        **{name: partial(_days, *limits) for name, limits in _DAYS.items()},
        "name": _name,
        "language": _language,
        "msic_code": clean_msic_code,
        "iban": clean_iban,
        "bic": clean_bic,
        "static_qr": clean_static_qr,
        "email": clean_email,
        "phone": lambda value: clean_phone(value, country),
        "website": clean_website,
        "max_discount_percent": _percent,
        "small_difference_tolerance": _tolerance,
        "address": lambda value: clean_address(value) or {},
    }
    values = given(inputs)
    errors = check_settings(values)
    for name in [name for name in checks if name in values]:
        try:
            values[name] = checks[name](values[name])
        except ValueError as error:
            errors += errors_of(name, error)
    return values, errors


def _line(longest: int, value: str) -> str:
    clean = text.clean_line(value)
    if len(clean) > longest:
        raise ValueError(f"At most {longest} characters")
    return clean


def _block(longest: int, value: str) -> str:
    clean = text.clean_block(value)
    if len(clean) > longest:
        raise ValueError(f"At most {longest} characters")
    return clean


def _days(least: int, most: int, value: int) -> int:
    if not least <= value <= most:
        raise ValueError(f"Must be {least} to {most} days")
    return value


def _percent(value: Decimal | None) -> Decimal | None:
    if value is not None and (not 0 <= value <= 100 or decimals_of(value) > 4):
        raise ValueError("Must be between 0 and 100 percent, with at most 4 decimals")
    return value


def _tolerance(value: Decimal | None) -> Decimal:
    """What may be written off as a small difference, in the company's currency; nothing is 0."""
    if value is None:
        return ZERO
    if not 0 <= value <= MAX_TOLERANCE or decimals_of(value) > 2:
        raise ValueError(f"Must be between 0 and {MAX_TOLERANCE}, with at most 2 decimals")
    return value


def _name(value: str) -> str:
    clean = _line(200, value)
    if not clean:
        raise ValueError("Enter a name")
    return clean


def _language(value: str) -> str:
    if value not in LANGUAGES:
        raise ValueError(f"Language must be one of: {', '.join(LANGUAGES)}")
    return value


@transaction.atomic
def skip_setup_steps(actor: Actor, steps: "Iterable[str]") -> None:
    """Takes steps off the list of what is left to set up; unknown ones are passed over.  Raises PermissionDenied."""
    actor.require("settings", "manage")
    company = Company.objects.select_for_update(no_key=True).get(pk=actor.company.pk)
    skipped = {*company.setup_skipped, *steps}
    company.setup_skipped = [step for step in STEPS if step in skipped]
    company.save(update_fields=["setup_skipped"])


def update_company(actor: Actor, inputs: CompanyInput, *, logo: bytes | None = None) -> Company:
    """Changes what the company says of itself; a `logo`, its file's content, replaces the old one, b"" removes it.

    Issued documents keep what they say.  Raises PermissionDenied, InvalidData with every failing field.
    """
    actor.require("settings", "manage")
    values, errors = check_company(inputs, country=given_or(inputs.country, actor.company.country))
    clean, logo_errors = check_logo(logo)
    errors += logo_errors
    if changes_of(actor.company, values).keys() & {"currency"} and has_documents():
        errors += field_error("currency", CURRENCY_FIXED)
    if errors:
        raise InvalidData("Company", errors)
    return save_company(actor, "company.updated", clean, **values)
