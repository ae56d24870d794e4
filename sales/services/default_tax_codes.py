"""The tax codes that a company in a country usually needs."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction

from bigledger_crm.outbox.events import record_each
from bigledger_crm.tenancy.actor import Actor
from sales.errors import TaxCodeTaken
from sales.models import TaxCode, TaxRate

DefaultTaxCode = tuple[str, str, tuple[tuple[str, date], ...]]

_NO_TAX: tuple[DefaultTaxCode, ...] = (
    ("ZERO", "Zero-rated", (("0", date.min),)),
    ("EXEMPT", "Exempt from tax", (("0", date.min),)),
)
# Malaysia's Sales Tax Act 2018 (10 % on goods) and Service Tax Act 2018 (6 %, and 8 % since March 2024).
_MALAYSIA: tuple[DefaultTaxCode, ...] = (
    ("SST", "Sales tax on goods", (("10", date(2018, 9, 1)),)),
    ("SST-S", "Service tax", (("6", date(2018, 9, 1)), ("8", date(2024, 3, 1)))),
    *_NO_TAX,
)
# What LHDN's e-invoices call these: sales tax, service tax, not applicable, exempt.
_TAX_TYPES = {"SST": "01", "SST-S": "02", "ZERO": "06", "EXEMPT": "E"}
BY_COUNTRY: dict[str, tuple[DefaultTaxCode, ...]] = {
    "MY": _MALAYSIA,
    # Goods and Services Tax Act 1993: 7 % since July 2007, 8 % in 2023, 9 % since 2024.
    "SG": (
        ("GST", "Goods and services tax", (("7", date(2007, 7, 1)), ("8", date(2023, 1, 1)), ("9", date(2024, 1, 1)))),
        *_NO_TAX,
    ),
    # A New Tax System (Goods and Services Tax) Act 1999: 10 % since July 2000.
    "AU": (("GST", "Goods and services tax", (("10", date(2000, 7, 1)),)), *_NO_TAX),
    # Goods and Services Tax Act 1985: 15 % since October 2010.
    "NZ": (("GST", "Goods and services tax", (("15", date(2010, 10, 1)),)), *_NO_TAX),
    # Value Added Tax Act 1994: 20 % since 4 January 2011; the reduced rate is 5 %.
    "GB": (
        ("VAT", "VAT, standard rate", (("20", date(2011, 1, 4)),)),
        ("VAT-R", "VAT, reduced rate", (("5", date(1997, 9, 1)),)),
        *_NO_TAX,
    ),
}


def default_tax_codes(country: str) -> tuple[DefaultTaxCode, ...]:
    """The usual tax codes of a country; where its taxes aren't known here, only zero-rated and exempt."""
    return BY_COUNTRY.get(country, _NO_TAX)


def missing_tax_codes(country: str) -> list[DefaultTaxCode]:
    """The usual tax codes of a country that the company in scope hasn't got."""
    known = set(TaxCode.objects.values_list("code", flat=True))
    return [one for one in BY_COUNTRY.get(country, ()) if one[0] not in known]


def add_missing_tax_codes(actor: Actor) -> list[TaxCode]:
    """Makes the usual tax codes of the company's country that it hasn't got.  Raises TaxCodeTaken."""
    return add_tax_codes(actor, missing_tax_codes(actor.company.country))


@transaction.atomic
def add_tax_codes(actor: Actor, defaults: Sequence[DefaultTaxCode]) -> list[TaxCode]:
    """Makes these tax codes of the table above, with two queries for all of them.  Raises TaxCodeTaken."""
    company = actor.company
    types = _TAX_TYPES if company.country == "MY" else {}
    made = [
        TaxCode(company=company, code=code, name=name, tax_type=types.get(code, "")) for code, name, _rates in defaults
    ]
    try:
        with transaction.atomic():
            TaxCode.objects.bulk_create(made)
    except IntegrityError as error:
        raise TaxCodeTaken("One of the usual tax codes exists already") from error
    TaxRate.objects.bulk_create(
        TaxRate(company=company, tax_code=tax_code, rate=Decimal(rate), valid_from=day)
        for tax_code, (_code, _name, rates) in zip(made, defaults, strict=True)
        for rate, day in rates
    )
    record_each(actor, "tax_code.created", [[one.pk] for one in made], changes=[{} for _ in made])
    return made
