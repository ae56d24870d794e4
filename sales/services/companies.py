"""Opening a company: its row and the tax codes that it starts with."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from bigledger_crm.kernel import text
from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.tenancy.actor import system_actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.rules import check_settings
from bigledger_crm.tenancy.scope import company_scope
from sales.services.tax_codes import create_tax_code

# Malaysia's Sales Tax Act 2018 (10 % on goods) and Service Tax Act 2018 (6 %, and 8 % since March 2024).
DEFAULT_TAX_CODES: tuple[tuple[str, str, tuple[tuple[str, date], ...]], ...] = (
    ("SST", "Sales tax on goods", (("10", date(2018, 9, 1)),)),
    ("SST-S", "Service tax", (("6", date(2018, 9, 1)), ("8", date(2024, 3, 1)))),
    ("ZERO", "Zero-rated", (("0", date.min),)),
    ("EXEMPT", "Exempt from tax", (("0", date.min),)),
)


@transaction.atomic
def open_company(name: str, *, sst_rate: Decimal | None = None, **settings: Any) -> Company:
    """A new company with its default tax codes.

    `sst_rate` replaces the rate, in percent, of `SST`.  Raises InvalidData with every failing field.
    """
    clean_name = text.clean_line(name)
    errors = check_settings(settings)
    if not 0 < len(clean_name) <= 200:
        errors["name"] = "Name must have 1 to 200 characters"
    if errors:
        raise InvalidData("Company", errors)
    company = Company.objects.create(name=clean_name, **settings)
    actor = system_actor(company)
    with company_scope(company):
        for code, label, rates in DEFAULT_TAX_CODES:
            dated = [{"rate": Decimal(rate), "valid_from": day} for rate, day in rates]
            if code == "SST" and sst_rate is not None:
                dated = [{"rate": sst_rate, "valid_from": rates[0][1]}]
            create_tax_code(actor, {"code": code, "name": label, "rates": dated})
    return company
