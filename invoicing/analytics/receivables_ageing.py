"""What customers owed at the end of any day, by how late it was.

Every row counts by the date that the receivables ledger has for it: invoices, payments and credit notes by their own,
cancellations and voids by the day on which they were made, write-offs, refunds, allocations and their reversals by
theirs.  So what is owed less unapplied credit is each customer's balance of the ledger on that day; a document that is
dated later doesn't count yet.  Amounts in the company's currency are those at the documents' exchange rates, added up
exactly and rounded half up once.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from django.db.models import Model

from bigledger_crm.kernel.money import ZERO, quantize
from bigledger_crm.tenancy.models import Company
from customers.models import Customer
from invoicing.analytics.sales_reports import AGES
from invoicing.analytics.statements import fetch, opens_customer
from invoicing.models import CreditNote, Invoice, Payment

By = Literal["customer", "owner"]

USUAL_DAYS = 120  # as the indexes invoice_paid_late and allocation_late have it
_TABLES: dict[str, type[Model]] = {
    "invoices": Invoice,
    "payments": Payment,
    "credit_notes": CreditNote,
    "customers": Customer,
}
# What was due at the end of the day is what is due now, with all that was settled later taken back: only what is open
# now or moved later is looked at.  Most of what is settled later is dated later too, of the rest most is paid later:
# indexes of dates say so.  Only what is left is looked up by its key.  What was allocated on the day of its source, as
# most is, left no credit at the end of any day before.  Most invoices are settled within some days: those that took
# longer have indexes of their own, so that a day long ago asks no more than one of last year.
_BALANCES = """
WITH ledger AS (
    SELECT kind, document_id, entry_date FROM customers_receivableentry
    WHERE company_id = %(company)s AND kind IN ('cancellation', 'void') AND entry_date > %(day)s
), settled_later AS (
    SELECT invoice_id, sum(amount) AS amount FROM (
        SELECT invoice_id, amount FROM invoicing_allocation WHERE company_id = %(company)s AND invoice_date <= %(day)s
            AND allocation_date > %(day)s AND allocation_date <= %(day)s::date + %(usual)s
        UNION ALL
        SELECT invoice_id, amount FROM invoicing_allocation WHERE company_id = %(company)s AND invoice_date <= %(day)s
            AND allocation_date > %(day)s::date + %(usual)s AND allocation_date > invoice_date + %(usual)s
        UNION ALL SELECT invoice_id, amount FROM invoicing_writeoff
        WHERE company_id = %(company)s AND write_off_date > %(day)s
        UNION ALL SELECT invoice_id, -amount FROM invoicing_writeoff
        WHERE company_id = %(company)s AND reversal_date > %(day)s
    ) parts GROUP BY 1
), spent_later AS (
    SELECT source_id, sum(amount) AS amount FROM (
        SELECT coalesce(payment_id, credit_note_id) AS source_id, amount FROM invoicing_allocation
        WHERE company_id = %(company)s AND allocation_date > %(day)s AND source_date <= %(day)s
            AND allocation_date > source_date
        UNION ALL SELECT coalesce(payment_id, credit_note_id), amount FROM invoicing_refund
        WHERE company_id = %(company)s AND refund_date > %(day)s
        UNION ALL SELECT coalesce(payment_id, credit_note_id), -amount FROM invoicing_refund
        WHERE company_id = %(company)s AND void_date > %(day)s
        UNION ALL SELECT document_id, 0 FROM ledger WHERE kind = 'void'
    ) parts GROUP BY 1
), paid_later AS MATERIALIZED (
    SELECT id, customer_id, owner_id, currency, exchange_rate, due_date FROM {invoices} i
    WHERE company_id = %(company)s AND stage = 'paid' AND invoice_date <= %(day)s
        AND last_payment_date > %(day)s AND last_payment_date <= %(day)s::date + %(usual)s
    UNION ALL
    SELECT id, customer_id, owner_id, currency, exchange_rate, due_date FROM {invoices} i
    WHERE company_id = %(company)s AND stage = 'paid' AND invoice_date <= %(day)s
        AND last_payment_date > %(day)s::date + %(usual)s AND last_payment_date > invoice_date + %(usual)s
), otherwise_settled AS MATERIALIZED (
    SELECT * FROM settled_later s WHERE NOT EXISTS (SELECT FROM paid_later p WHERE p.id = s.invoice_id)
), due AS (
    SELECT customer_id, owner_id, currency, exchange_rate, due_date, amount_due + coalesce(s.amount, 0) AS amount
    FROM {invoices} i LEFT JOIN settled_later s ON s.invoice_id = i.id
    WHERE company_id = %(company)s AND stage = 'open' AND invoice_date <= %(day)s
    UNION ALL
    SELECT customer_id, owner_id, currency, exchange_rate, due_date, s.amount
    FROM paid_later p JOIN settled_later s ON s.invoice_id = p.id
    UNION ALL
    SELECT customer_id, owner_id, currency, exchange_rate, due_date, s.amount
    FROM {invoices} i JOIN otherwise_settled s ON s.invoice_id = i.id
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
), grouped AS (
    SELECT {key} AS key, currency, sum(invoices) AS invoices, min(due_date) AS oldest, {ages}, sum(credit) AS credit,
        sum(base_credit) AS base_credit
    FROM balance b WHERE (%(customer)s::uuid IS NULL OR b.customer_id = %(customer)s::uuid)
    GROUP BY 1, 2 HAVING sum(invoices) > 0 OR sum(credit) > 0
), listed AS (
    SELECT key, {currency} AS currency, sum(invoices) AS invoices, min(oldest) AS oldest, {sums}
    FROM grouped GROUP BY 1, 2
)
(
    SELECT true AS is_listed, count(*) OVER () AS count, l.*, {name} AS name, {number} AS number, {opens} AS opens
    FROM listed l LEFT JOIN {names} n ON {joined}
    ORDER BY {overdue} DESC, base_age_0 + {overdue} DESC, {name} COLLATE "C", {number} COLLATE "C",
        l.currency COLLATE "C", key
    LIMIT %(most)s
)
UNION ALL
SELECT false, 0, NULL, currency, sum(invoices), min(oldest), {sums_of_currencies}, '', '', true
FROM grouped GROUP BY currency
"""
_OVERDUE = " + ".join(f"base_age_{place}" for place in range(1, len(AGES)))
_AGED = (*(f"age_{place}" for place in range(len(AGES))), "credit")
_SUMS = [f"{prefix}{name}" for name in _AGED for prefix in ("", "base_")]
# Where each has one row for all currencies, that is in the company's.
_IN_BASE = ", ".join(f"sum({name if name.startswith('base_') else f'base_{name}'}) AS {name}" for name in _SUMS)
_IN_CURRENCIES = ", ".join(f"sum({name}) AS {name}" for name in _SUMS)
_BY: dict[str, dict[str, str]] = {
    "customer": {
        "key": "customer_id",
        "names": "customers_customer",
        "joined": "n.company_id = %(company)s AND n.id = l.key",
        "name": "n.name",
        "number": "n.customer_number",
    },
    "owner": {
        "key": "owner_id",
        "names": "tenancy_user",
        "joined": "n.id = l.key",
        "name": "coalesce(nullif(n.name, ''), n.email, '')",
        "number": "''",
    },
}


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

    `key` is the customer's or the owner's; None for nobody, or for all.  `oldest` is the first due date.  `is_open`
    says whether the member may follow the key, which may be another's customer.
    """

    key: UUID | None
    name: str
    number: str
    is_open: bool
    currency: str
    invoices: int
    oldest: date | None
    amounts: Aged
    base: Aged


@dataclass(frozen=True)
class ReceivablesAgeing:
    """What was owed at the end of a day; `currency` is the company's.

    `rows` have most overdue first, and are the first ones of `count`; `currencies` add up each currency, `total` all of
    them in the company's.
    """

    day: date
    currency: str
    rows: list[AgedBalance]
    count: int
    currencies: list[AgedBalance]
    total: Aged


def receivables_ageing(
    company: Company,
    day: date,
    *,
    by: By = "customer",
    customer: UUID | None = None,
    by_currency: bool = True,
    most: int | None = None,
) -> ReceivablesAgeing:
    """What was owed at the end of `day`, by customer or by salesperson, in each currency: one query.

    Of all customers or one; at `most` so many rows.  Without `by_currency` each has one row, in the company's currency.
    An invoice is its owner's, credit the customer's owner's.  A debt is as many days late as `day` is after its due
    date.
    """
    parts = {
        **_BY[by],
        "opens": opens_customer("l.key") if by == "customer" else "true",
        "ages": _sums_by_age(),
        "currency": "currency" if by_currency else "%(base)s",
        "sums": _IN_CURRENCIES if by_currency else _IN_BASE,
        "sums_of_currencies": _IN_CURRENCIES,
        "overdue": _OVERDUE,
    }
    statement = _BALANCES
    for name, part in parts.items():
        statement = statement.replace(f"{{{name}}}", part)
    found: list[dict[str, Any]] = fetch(
        statement,
        _TABLES,
        company,
        day=day,
        customer=customer,
        most=most,
        base=company.currency,
        usual=USUAL_DAYS,
    )
    listed = sorted((row for row in found if row["is_listed"]), key=_most_overdue)
    currencies = sorted((row for row in found if not row["is_listed"]), key=lambda row: str(row["currency"]))
    total = {name: sum((row[name] for row in currencies), ZERO) for name in _SUMS}
    return ReceivablesAgeing(
        day,
        company.currency,
        [_balance(row, company) for row in listed],
        listed[0]["count"] if listed else 0,
        [_balance(row, company) for row in currencies],
        _aged(total, "base_", company.currency),
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


def _most_overdue(row: dict[str, Any]) -> tuple[Decimal, Decimal, str, str, str, str]:
    """As the statement has it, which needn't keep the order."""
    owed = sum((row[f"base_age_{place}"] for place in range(len(AGES))), ZERO)
    return row["base_age_0"] - owed, -owed, row["name"], row["number"], row["currency"], str(row["key"])


def _balance(row: dict[str, Any], company: Company) -> AgedBalance:
    currency = row["currency"]
    return AgedBalance(
        row["key"],
        row["name"],
        row["number"],
        row["opens"],
        currency,
        int(row["invoices"]),
        row["oldest"],
        _aged(row, "", currency),
        _aged(row, "base_", company.currency),
    )


def _aged(row: dict[str, Any], prefix: str, currency: str) -> Aged:
    """Exact sums, each rounded once."""
    ages = [row[f"{prefix}age_{place}"] for place in range(len(AGES))]
    total, credit = sum(ages, ZERO), row[f"{prefix}credit"]
    exact = (total - ages[0], total, credit, total - credit)
    return Aged(tuple(quantize(age, currency) for age in ages), *(quantize(one, currency) for one in exact))
