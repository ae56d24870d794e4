"""What a tax return asks for: the value of sales and the tax on it, by tax code and rate.

By the dates of the documents (the invoice basis): invoices that are dated in the period, less credit notes that are,
less invoices of an earlier period that were cancelled in this one.  So a period that has been reported stays as it
was.  Amounts are those of the documents' lines, without tax, in the company's currency: exact products of amount and
exchange rate, added up and rounded half up once.

The SST-02 return of Malaysia has the value and the tax of each rate in part B2, item 11, takes off the tax of credit
notes, and has the value of what is exempt in part D.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Model

from bigledger_crm.kernel.money import ZERO, quantize
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import scoped_owner
from invoicing.analytics.sales_sums import parameters_of_spans, sums_of_spans
from invoicing.analytics.statements import fetch
from invoicing.models import CreditNote, Invoice

# In this order.
KINDS = ("taxable", "zero_rated", "exempt", "untaxed", "shipping")
PARTS = ("invoiced", "cancelled", "credited")

_TABLES: dict[str, type[Model]] = {"invoices": Invoice, "credit_notes": CreditNote}
_OF_CANCELLED = """
    SELECT 'invoiced' AS part, invoice_date AS day, id, exchange_rate, shipping_cost FROM {invoices} i
    JOIN cancelled ON document_id = id
    WHERE company_id = %(company)s AND invoice_date BETWEEN %(first)s AND %(last)s AND entry_date > %(last)s
    UNION ALL
    SELECT 'cancelled', entry_date, id, exchange_rate, shipping_cost FROM {invoices} i
    JOIN cancelled ON document_id = id
    WHERE company_id = %(company)s AND invoice_date < %(first)s AND entry_date BETWEEN %(first)s AND %(last)s
"""
_CANCELLED = """cancelled AS (
    SELECT document_id, entry_date FROM customers_receivableentry
    WHERE company_id = %(company)s AND kind = 'cancellation'
)"""
# The invoices that count in a period, each with the day by which it does.
INVOICES = f"""
WITH {_CANCELLED}, invoice AS (
    {_OF_CANCELLED}
    UNION ALL
    SELECT 'invoiced', invoice_date, id, exchange_rate, shipping_cost FROM {{invoices}} i
    WHERE company_id = %(company)s AND stage IN ('open', 'paid') AND invoice_date BETWEEN %(first)s AND %(last)s
)"""  # noqa: S608 nothing but constants
# OFFSET 0 has the lines looked up document by document: a company's lines are many more than those of a period.
_LINES = """
    SELECT part, tax_code, tax_rate, line_total * exchange_rate AS value, tax_amount * exchange_rate AS tax
    FROM invoice i CROSS JOIN LATERAL (
        SELECT tax_code, tax_rate, line_total, tax_amount FROM invoicing_invoiceline
        WHERE company_id = %(company)s AND invoice_id = i.id OFFSET 0
    ) line
    UNION ALL
    SELECT part, NULL, 0, shipping_cost * exchange_rate, 0 FROM invoice WHERE shipping_cost > 0
"""
_RATES = """
SELECT a.*, coalesce(t.name, '') AS name, coalesce(t.tax_type, '') AS tax_type,
    coalesce(t.exemption_reason, '') AS exemption_reason
FROM (SELECT part, tax_code, tax_rate, sum(value) AS value, sum(tax) AS tax FROM amounts GROUP BY 1, 2, 3) a
LEFT JOIN sales_taxcode t ON t.company_id = %(company)s AND t.code = a.tax_code
"""
_BY_RATE = f"""{INVOICES}, credit_note AS (
    SELECT id, exchange_rate, shipping_cost FROM {{credit_notes}} n
    WHERE company_id = %(company)s AND credit_note_date BETWEEN %(first)s AND %(last)s
), amounts AS ({_LINES}
    UNION ALL
    SELECT 'credited', tax_code, tax_rate, line_total * exchange_rate, tax_amount * exchange_rate
    FROM credit_note n CROSS JOIN LATERAL (
        SELECT tax_code, tax_rate, line_total, tax_amount FROM invoicing_creditnoteline
        WHERE company_id = %(company)s AND credit_note_id = n.id OFFSET 0
    ) line
    UNION ALL
    SELECT 'credited', NULL, 0, shipping_cost * exchange_rate, 0 FROM credit_note WHERE shipping_cost > 0
)
{_RATES}
"""  # noqa: S608 nothing but constants
# The same of all customers, from the sums that are kept; those have no cancelled invoices.
_BY_RATE_OF_SUMS = f"""{sums_of_spans(groups="tax")}, {_CANCELLED}, invoice AS ({_OF_CANCELLED}), amounts AS ({_LINES}
    UNION ALL
    SELECT 'invoiced', key, tax_rate, invoiced, invoiced_tax FROM groups
    UNION ALL
    SELECT 'credited', key, tax_rate, credited, credited_tax FROM groups WHERE credited <> 0 OR credited_tax <> 0
)
{_RATES}
"""  # noqa: S608 nothing but constants


@dataclass(frozen=True)
class Taxed:
    """A value without tax, and the tax on it, in the company's currency."""

    value: Decimal
    tax: Decimal


@dataclass(frozen=True)
class TaxLine:
    """The sales with a tax code at a rate in percent.

    `kind` is one of KINDS: `taxable`; `zero_rated`, with a code but nothing to pay; `exempt`, by LHDN's tax type E;
    `untaxed`, without a code; `shipping`, which is never taxed.  `cancelled` are invoices of earlier periods; `net` is
    what was invoiced less what was cancelled and credited.
    """

    kind: str
    tax_code: str
    name: str
    tax_type: str
    exemption_reason: str
    rate: Decimal
    invoiced: Taxed
    cancelled: Taxed
    credited: Taxed
    net: Taxed


@dataclass(frozen=True)
class TaxTotal:
    """The sums of lines."""

    invoiced: Taxed
    cancelled: Taxed
    credited: Taxed
    net: Taxed


@dataclass(frozen=True)
class TaxReport:
    """The sales of a period by what is to be paid on them; `total` is all that was invoiced less what was credited."""

    first: date
    last: date
    currency: str
    lines: list[TaxLine]
    kinds: dict[str, TaxTotal]
    total: TaxTotal


class _Sums:
    """Exact sums of the parts."""

    def __init__(self) -> None:
        self.parts = dict.fromkeys(PARTS, (ZERO, ZERO))

    def add(self, row: dict[str, Any]) -> None:
        value, tax = self.parts[row["part"]]
        self.parts[row["part"]] = (value + row["value"], tax + row["tax"])

    def rounded(self, currency: str) -> TaxTotal:
        net = [
            self.parts["invoiced"][place] - self.parts["cancelled"][place] - self.parts["credited"][place]
            for place in (0, 1)
        ]
        values = [*(self.parts[part] for part in PARTS), net]
        return TaxTotal(*(Taxed(*(quantize(amount, currency) for amount in both)) for both in values))


def tax_summary(company: Company, first: date, last: date) -> TaxReport:
    """The sales from `first` through `last` by tax code and rate: one query.

    The lines add up to the totals of the documents, tax and shipping included.
    """
    if scoped_owner() is None:
        rows = fetch(_BY_RATE_OF_SUMS, _TABLES, company, **parameters_of_spans("tax", (first, last)))
    else:
        rows = fetch(_BY_RATE, _TABLES, company, first=first, last=last)
    lines: dict[tuple[Any, ...], _Sums] = defaultdict(_Sums)
    kinds: dict[str, _Sums] = {kind: _Sums() for kind in KINDS}
    total = _Sums()
    for row in rows:
        facts = [row[name] for name in ("name", "tax_type", "exemption_reason", "tax_rate")]
        kind = kind_of(row)
        for sums in (lines[kind, row["tax_code"] or "", *facts], kinds[kind], total):
            sums.add(row)
    ordered = sorted(lines, key=lambda key: (KINDS.index(key[0]), *key[1:]))
    return TaxReport(
        first,
        last,
        company.currency,
        [TaxLine(*key, **vars(lines[key].rounded(company.currency))) for key in ordered],
        {kind: sums.rounded(company.currency) for kind, sums in kinds.items()},
        total.rounded(company.currency),
    )


def kind_of(row: dict[str, Any]) -> str:
    """One of KINDS, by a row's tax code, rate and LHDN's tax type; shipping is what has no code."""
    if row["tax_code"] is None:
        return "shipping"
    if row["tax_rate"]:
        return "taxable"
    if not row["tax_code"]:
        return "untaxed"
    return "exempt" if row["tax_type"] == "E" else "zero_rated"
