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
from invoicing.analytics.funnel import Group, QuoteFunnel, quote_funnels
from invoicing.analytics.quote_sums import fetch_of_quotes

# Reasons that differ only in upper case or spaces are one; its first spelling, by the alphabet, stands for it.
_REASONS = """
SELECT status, min(reason) AS reason, sum(quotes)::bigint AS count, sum(value) AS value FROM (
    SELECT CASE WHEN valid_until < %(today)s THEN 'expired' ELSE status END AS status, reason, quotes, value FROM parts
) shown WHERE status IN ('declined', 'expired', 'cancelled')
GROUP BY status, lower(regexp_replace(reason, '\\s+', ' ', 'g')) ORDER BY value DESC, status, reason
"""


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
    rows: list[dict[str, Any]] = fetch_of_quotes(_REASONS, company, (first, last), customer, today=today)
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
