"""Opening a company, with the tax codes that it starts with, and changing what it says of itself."""

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction

from bigledger_crm.documents.logos import clean_logo, keep_logo
from bigledger_crm.kernel import text
from bigledger_crm.kernel.changes import apply_changes, changes_of
from bigledger_crm.kernel.errors import FieldError, InvalidData, field_error
from bigledger_crm.kernel.inputs import given, given_or
from bigledger_crm.kernel.languages import LANGUAGES
from bigledger_crm.numbering.queries import has_numbered_documents
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor, system_actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.rules import check_settings
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.tenancy.setup_steps import STEPS
from customers.rules import clean_address, clean_email, clean_phone, clean_website, errors_of
from sales.catalogue_inputs import TaxCodeInput, TaxRateInput
from sales.inputs import CompanyInput
from sales.services.default_tax_codes import MALAYSIA
from sales.services.tax_codes import create_tax_code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@transaction.atomic
def open_company(name: str, *, sst_rate: Decimal | None = None, **settings: Any) -> Company:
    """A new company with its default tax codes.

    `sst_rate` replaces the rate, in percent, of `SST`.  Raises InvalidData with every failing field.
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
        for code, label, rates in MALAYSIA:
            dated = [TaxRateInput(rate=Decimal(rate), valid_from=day) for rate, day in rates]
            if code == "SST" and sst_rate is not None:
                dated = [TaxRateInput(rate=sst_rate, valid_from=rates[0][1])]
            create_tax_code(actor, TaxCodeInput(code=code, name=label, rates=dated))
    return company


_LINES = {"legal_name": 200, "registration_number": 50, "tax_number": 50}
_BLOCKS = {"bank_details": 1000, "quote_terms": 10_000, "invoice_terms": 10_000}
_DAYS = {"payment_terms": (0, 365), "quote_validity_days": (0, 3650)}
CURRENCY_FIXED = "The currency can't be changed any more: there are documents, and their exchange rates refer to it"


def check_company(inputs: CompanyInput, *, country: str) -> tuple[dict[str, Any], list[FieldError]]:
    """The clean values of the given fields of a company, and what is wrong with them.

    `country` is where phone numbers without a country code belong to.
    """
    checks: dict[str, Callable[[Any], Any]] = {
        **{name: partial(_line, longest) for name, longest in _LINES.items()},
        **{name: partial(_block, longest) for name, longest in _BLOCKS.items()},
        **{name: partial(_days, *limits) for name, limits in _DAYS.items()},
        "name": _name,
        "language": _language,
        "email": clean_email,
        "phone": lambda value: clean_phone(value, country),
        "website": clean_website,
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
    clean = b""
    if logo:
        try:
            clean = clean_logo(logo)
        except ValueError as error:
            errors += field_error("logo", str(error))
    if changes_of(actor.company, values).keys() & {"currency"} and has_numbered_documents():
        errors += field_error("currency", CURRENCY_FIXED)
    if errors:
        raise InvalidData("Company", errors)
    if logo is not None:  # before the transaction: a file without a row harms nobody, a row without a file does
        values["logo"] = keep_logo(actor.company.pk, clean) if clean else ""
    with transaction.atomic():
        company = Company.objects.select_for_update(no_key=True).get(pk=actor.company.pk)
        changes = apply_changes(company, values)
        if changes:
            company.save(update_fields=list(changes))
            record(actor, "company.updated", company.pk, changes=changes)
    return company
