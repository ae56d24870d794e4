"""What customers owed at the end of any day, by how late it was.

Every row counts by the date that the receivables ledger has for it: invoices, payments and credit notes by their own,
cancellations and voids by the day on which they were made, write-offs, refunds, allocations and their reversals by
theirs.  So what is owed less unapplied credit is each customer's balance of the ledger on that day; a document that is
dated later doesn't count yet.  Amounts in the company's currency are those at the documents' exchange rates, added up
exactly and rounded half up once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from django.db.models import Model

from bigledger_crm.kernel.money import ZERO, quantize
from bigledger_crm.tenancy.models import Company
from invoicing.analytics.sales_reports import AGES
from invoicing.analytics.statements import fetch
from invoicing.models import CreditNote, Invoice, Payment

By = Literal["customer", "owner"]

_TABLES: dict[str, type[Model]] = {"invoices": Invoice, "payments": Payment, "credit_notes": CreditNote}
# What was due at the end of the day is what is due now, with all that was settled later taken back: only what is open
# now or moved later is looked at.
_BALANCES = """
WITH ledger AS (
    SELECT kind, document_id, entry_date FROM customers_receivableentry
    WHERE company_id = %(company)s AND kind IN ('cancellation', 'void') AND entry_date > %(day)s
), allocation AS MATERIALIZED (
    SELECT invoice_id, coalesce(payment_id, credit_note_id) AS source_id, amount FROM invoicing_allocation
    WHERE company_id = %(company)s AND allocation_date > %(day)s
), settled_later AS (
    SELECT invoice_id, sum(amount) AS amount FROM (
        SELECT invoice_id, amount FROM allocation
        UNION ALL SELECT invoice_id, amount FROM invoicing_writeoff
        WHERE company_id = %(company)s AND write_off_date > %(day)s
        UNION ALL SELECT invoice_id, -amount FROM invoicing_writeoff
        WHERE company_id = %(company)s AND reversal_date > %(day)s
    ) parts GROUP BY 1
), spent_later AS (
    SELECT source_id, sum(amount) AS amount FROM (
        SELECT source_id, amount FROM allocation
        UNION ALL SELECT coalesce(payment_id, credit_note_id), amount FROM invoicing_refund
        WHERE company_id = %(company)s AND refund_date > %(day)s
        UNION ALL SELECT coalesce(payment_id, credit_note_id), -amount FROM invoicing_refund
        WHERE company_id = %(company)s AND void_date > %(day)s
        UNION ALL SELECT document_id, 0 FROM ledger WHERE kind = 'void'
    ) parts GROUP BY 1
), due AS (
    SELECT customer_id, owner_id, currency, exchange_rate, due_date, amount_due + coalesce(s.amount, 0) AS amount
    FROM {invoices} i LEFT JOIN settled_later s ON s.invoice_id = i.id
    WHERE company_id = %(company)s AND stage = 'open' AND invoice_date <= %(day)s
    UNION ALL
    SELECT customer_id, owner_id, currency, exchange_rate, due_date, s.amount
    FROM {invoices} i JOIN settled_later s ON s.invoice_id = i.id
    WHERE company_id = %(company)s AND stage = 'paid' AND invoice_date <= %(day)s
    UNION ALL
    SELECT customer_id, owner_id, currency, exchange_rate, due_date, total + coalesce(s.amount, 0)
    FROM {invoices} i JOIN ledger ON kind = 'cancellation' AND document_id = id
    LEFT JOIN settled_later s ON s.invoice_id = i.id
    WHERE company_id = %(company)s AND stage = 'cancelled' AND invoice_date <= %(day)s
), source AS (
    SELECT customer_id, currency, exchange_rate, unapplied AS amount FROM {payments} p
    WHERE company_id = %(company)s AND payment_date <= %(day)s AND unapplied > 0
        AND NOT EXISTS (SELECT FROM spent_later WHERE source_id = id)
    UNION ALL
    SELECT customer_id, currency, exchange_rate, CASE WHEN voided_at IS NULL THEN unapplied ELSE p.amount END + s.amount
    FROM {payments} p JOIN spent_later s ON source_id = id
    WHERE company_id = %(company)s AND payment_date <= %(day)s
        AND (voided_at IS NULL OR EXISTS (SELECT FROM ledger WHERE kind = 'void' AND document_id = id))
    UNION ALL
    SELECT customer_id, currency, exchange_rate, unapplied + coalesce(s.amount, 0)
    FROM {credit_notes} n LEFT JOIN spent_later s ON source_id = id
    WHERE company_id = %(company)s AND credit_note_date <= %(day)s AND unapplied > 0
    UNION ALL
    SELECT customer_id, currency, exchange_rate, s.amount
    FROM {credit_notes} n JOIN spent_later s ON source_id = id
    WHERE company_id = %(company)s AND credit_note_date <= %(day)s AND unapplied = 0
), balance AS (
    SELECT customer_id, owner_id, currency, due_date, 1 AS invoices, amount, amount * exchange_rate AS base,
        0 AS credit, 0 AS base_credit
    FROM due WHERE amount > 0
    UNION ALL
    SELECT s.customer_id, c.owner_id, s.currency, NULL, 0, 0, 0, s.amount, s.amount * s.exchange_rate
    FROM source s
    JOIN customers_customer c ON c.company_id = %(company)s AND c.id = s.customer_id
)
SELECT b.customer_id, c.name AS customer_name, c.customer_number, b.owner_id, b.currency,
    coalesce(nullif(u.name, ''), u.email) AS owner_name, sum(b.invoices) AS invoices, min(b.due_date) AS oldest,
    {ages}, sum(b.credit) AS credit, sum(b.base_credit) AS base_credit
FROM balance b JOIN customers_customer c ON c.company_id = %(company)s AND c.id = b.customer_id
LEFT JOIN tenancy_user u ON u.id = b.owner_id
WHERE (%(customer)s::uuid IS NULL OR b.customer_id = %(customer)s::uuid)
GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(b.invoices) > 0 OR sum(b.credit) > 0
"""


@dataclass(frozen=True)
class Aged:
    """What is owed, in one currency: by AGES, and in all; `credit` is not applied to invoices yet."""

    ages: tuple[Decimal, ...]
    overdue: Decimal
    total: Decimal
    credit: Decimal
    balance: Decimal


@dataclass(frozen=True)
class AgedBalance:
    """What a customer, or the customers of an owner, owe in a currency, and what it is in the company's.

    `key` is the customer's or the owner's; None for nobody, or for all.  `oldest` is the first due date.
    """

    key: UUID | None
    name: str
    number: str
    currency: str
    invoices: int
    oldest: date | None
    amounts: Aged
    base: Aged


@dataclass(frozen=True)
class ReceivablesAgeing:
    """What was owed at the end of a day; `currency` is the company's.

    `rows` have most overdue first; `currencies` add up each currency, `total` all of them in the company's.
    """

    day: date
    currency: str
    rows: list[AgedBalance]
    currencies: list[AgedBalance]
    total: Aged


@dataclass
class _Sums:
    """Exact sums."""

    ages: list[Decimal] = field(default_factory=lambda: [ZERO] * len(AGES))
    credit: Decimal = ZERO

    def add(self, row: dict[str, Any], prefix: str) -> None:
        for place in range(len(AGES)):
            self.ages[place] += row[f"{prefix}age_{place}"]
        self.credit += row[f"{prefix}credit"]

    def rounded(self, currency: str) -> Aged:
        total = sum(self.ages, ZERO)
        exact = (total - self.ages[0], total, self.credit, total - self.credit)
        return Aged(
            tuple(quantize(amount, currency) for amount in self.ages), *(quantize(one, currency) for one in exact)
        )


@dataclass
class _Group:
    """The rows of one customer, owner or currency."""

    key: UUID | None
    name: str
    number: str
    currency: str
    invoices: int = 0
    oldest: date | None = None
    amounts: _Sums = field(default_factory=_Sums)
    base: _Sums = field(default_factory=_Sums)

    def add(self, row: dict[str, Any], prefix: str = "") -> None:
        self.invoices += row["invoices"]
        days = [day for day in (self.oldest, row["oldest"]) if day]
        self.oldest = min(days, default=None)
        self.amounts.add(row, prefix)
        self.base.add(row, "base_")

    def balance(self, base_currency: str) -> AgedBalance:
        return AgedBalance(
            self.key,
            self.name,
            self.number,
            self.currency,
            self.invoices,
            self.oldest,
            self.amounts.rounded(self.currency),
            self.base.rounded(base_currency),
        )


def receivables_ageing(
    company: Company, day: date, *, by: By = "customer", customer: UUID | None = None, by_currency: bool = True
) -> ReceivablesAgeing:
    """What was owed at the end of `day`, by customer or by salesperson, in each currency: one query.

    Of all customers or one.  Without `by_currency` each has one row, in the company's currency.  An invoice is its
    owner's, credit the customer's owner's.  A debt is as many days late as `day` is after its due date.
    """
    found = fetch(_BALANCES.replace("{ages}", _sums_by_age()), _TABLES, company, day=day, customer=customer)
    rows, currencies = dict[Any, _Group](), dict[Any, _Group]()
    total = _Sums()
    for row in found:
        if by == "customer":
            key, name, number = row["customer_id"], row["customer_name"], row["customer_number"]
        else:
            key, name, number = row["owner_id"], row["owner_name"] or "", ""
        currency = row["currency"] if by_currency else company.currency
        group = rows.setdefault((key, currency), _Group(key, name, number, currency))
        group.add(row, "" if by_currency else "base_")
        currencies.setdefault(row["currency"], _Group(None, "", "", row["currency"])).add(row)
        total.add(row, "base_")
    return ReceivablesAgeing(
        day,
        company.currency,
        _balances(sorted(rows.values(), key=_most_overdue), company),
        _balances(sorted(currencies.values(), key=lambda group: group.currency), company),
        total.rounded(company.currency),
    )


def _sums_by_age() -> str:
    """The columns of AGES: of the amounts, and of what they are in the company's currency."""
    columns = []
    for place, (first, last) in enumerate(AGES):
        late = "%(day)s::date - b.due_date"
        bounds = [f"{late} >= {first}"] if first is not None else []
        bounds += [f"{late} <= {last}"] if last is not None else []
        for name, prefix in (("amount", ""), ("base", "base_")):
            rows = " AND ".join(bounds)
            columns.append(f"coalesce(sum(b.{name}) FILTER (WHERE {rows}), 0) AS {prefix}age_{place}")
    return ", ".join(columns)


def _most_overdue(group: _Group) -> tuple[Decimal, Decimal, str, str, str, str]:
    owed = sum(group.base.ages, ZERO)
    return (group.base.ages[0] - owed, -owed, group.name, group.number, group.currency, str(group.key))


def _balances(groups: Iterable[_Group], company: Company) -> list[AgedBalance]:
    return [group.balance(company.currency) for group in groups]
