"""The quotes of a time by salesperson, and why quotes were lost.

The quotes, their stages and values are those of the funnel: the last versions of quotes dated in the time.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from bigledger_crm.kernel.money import quantize
from bigledger_crm.tenancy.models import Company, User
from customers.models import Customer
from invoicing.analytics.funnel import COHORT, TABLES, Group, QuoteFunnel, cohort_parameters, quote_funnels
from invoicing.analytics.statements import fetch

# Reasons that differ only in upper case or spaces are one; its first spelling, by the alphabet, stands for it.
_REASONS = f"""{COHORT}
SELECT status, min(trim(reason)) AS reason, count(*) AS count, sum(value) AS value FROM (
    SELECT status, value,
        CASE status WHEN 'declined' THEN decline_reason WHEN 'cancelled' THEN cancel_reason ELSE '' END AS reason
    FROM cohort WHERE status IN ('declined', 'expired', 'cancelled')
) lost
GROUP BY status, lower(regexp_replace(trim(reason), '\\s+', ' ', 'g')) ORDER BY value DESC, status, reason
"""  # noqa: S608 nothing but constants


@dataclass(frozen=True)
class LostReason:
    """The quotes that were declined, expired or cancelled for a reason; "" where none is given."""

    status: str
    reason: str
    quotes: Group


@dataclass(frozen=True)
class OwnerQuotes:
    """The quotes of a salesperson; `owner` is None for those that nobody owns."""

    owner: UUID | None
    name: str
    funnel: QuoteFunnel


@dataclass(frozen=True)
class QuoteReport:
    """The quotes of a time: in all, by salesperson with the highest value first, and why they were lost."""

    total: QuoteFunnel
    owners: list[OwnerQuotes]
    reasons: list[LostReason]


def quote_report(
    company: Company, first: date, last: date, today: date, customer: Customer | None = None
) -> QuoteReport:
    """The quotes dated from `first` through `last`, to all customers or one: three queries.

    Values are in the company's currency, exact products of total and exchange rate, rounded half up once.
    """
    total, funnels = quote_funnels(company, first, last, today, customer)
    names = _names([key for key in funnels if key])
    owners = [OwnerQuotes(key, names.get(key, ""), funnel) for key, funnel in funnels.items()]
    parameters = cohort_parameters(company, first, last, today, customer)
    rows: list[dict[str, Any]] = fetch(_REASONS, TABLES, company, **parameters)
    return QuoteReport(
        total,
        sorted(owners, key=lambda one: (-one.funnel.stages[0].value, one.name, str(one.owner))),
        [
            LostReason(row["status"], row["reason"], Group(row["count"], quantize(row["value"], company.currency)))
            for row in rows
        ],
    )


def _names(keys: list[UUID]) -> dict[UUID | None, str]:
    users = User.objects.filter(pk__in=keys).values_list("pk", "name", "email")
    return {pk: name or email for pk, name, email in users}
