"""What is credited and paid, the receivables ledger, the journal and the documents as they were sent."""

from collections.abc import Mapping, Sequence

from customers.models import ReceivableEntry
from invoicing.demo.bulk import lines
from invoicing.demo.bulk.plan import numbered
from invoicing.demo.bulk.sales import PARTY, assigned
from invoicing.demo.bulk.steps import Step, rows, table
from invoicing.models import Allocation, CreditNote, CreditNoteLine, JournalEntry, Payment

_SLICE = "d.n BETWEEN %(from)s AND %(to)s"
_RATE = """CASE currency WHEN 'MYR' THEN 1
    ELSE round(usual_rate * (1 + (mod({0} - date '2000-01-01', 200) - 100) / 2000.0), 6) END"""
# One invoice in forty has its first line credited; most are paid at once, as their customers usually do.
_SETTLED = f"""
SELECT *, round(total * exchange_rate, 2) AS owed_base, round(credit * exchange_rate, 2) AS credit_base,
    {_RATE.format("pay_day_1")} AS rate_1, {_RATE.format("pay_day_2")} AS rate_2,
    CASE WHEN paid_1 > 0 AND way BETWEEN 10 AND 79 AND pay_day_2 <= %(today)s::date
        THEN total - credit - paid_1 ELSE 0 END AS paid_2
FROM (
    SELECT *, pay_day_1 + 20 AS pay_day_2, CASE
        WHEN status <> 'sent' OR way < 5 OR pay_day_1 > %(today)s::date THEN 0
        WHEN way < 80 THEN round((total - credit) * 0.4, decimals) ELSE total - credit END AS paid_1
    FROM (
        SELECT p.*, t.*, subtotal + total_tax + shipping AS total, p.day + mod(pg_temp.chance(p.n, 62), 9)::int
            AS credit_day, CASE WHEN p.status = 'sent' AND p.part = '' AND mod(pg_temp.chance(p.n, 61), 40) = 0
            AND p.day < %(today)s::date - 9 THEN first_net + first_tax ELSE 0 END AS credit,
            mod(pg_temp.chance(p.n, 63), 1000) AS way,
            greatest(p.day, p.due_date + p.habit - 5 + (pg_temp.chance(p.n, 64) & 15)::int) AS pay_day_1
        FROM bulk_plan p {lines.totals("invoicing_invoiceline", "invoice_id", "p.id")}
        WHERE p.n BETWEEN %(from)s AND %(to)s OFFSET 0
    ) due OFFSET 0
) paid
"""
_PAYMENTS = """
SELECT i.*, v.place, v.amount, v.paid_on, v.rate, v.settled_base, pg_temp.at(v.paid_on, 10) AS paid_at,
    pg_temp.key(pg_temp.at(v.paid_on, 10), 21, i.n * 2 + v.place) AS payment_id,
    pg_temp.key(pg_temp.at(v.paid_on, 10), 22, i.n * 2 + v.place) AS allocation_id
FROM bulk_invoice i CROSS JOIN LATERAL (VALUES
    (0, paid_1, pay_day_1, rate_1, CASE WHEN credit + paid_1 = total THEN owed_base - credit_base
        ELSE round(paid_1 * exchange_rate, 2) END),
    (1, paid_2, pay_day_2, rate_2, owed_base - credit_base - round(paid_1 * exchange_rate, 2))
) v(place, amount, paid_on, rate, settled_base) WHERE v.amount > 0
"""
_CREDITS = f"""
CREATE TEMPORARY TABLE bulk_credit ON COMMIT DROP AS
SELECT c.*, pg_temp.key(moment, 23, n) AS id, pg_temp.key(moment, 24, n) AS allocation_id FROM ({
    numbered(
        "credit_note",
        "day",
        '''
SELECT n, id AS invoice_id, number AS invoice_number, moment AS invoice_moment, day AS invoice_day, credit_day AS day,
    pg_temp.at(credit_day, 16) AS moment, customer, customer_id, customer_name, customer_number, currency, decimals,
    country, exchange_rate, credit, credit_base, first_net, first_tax, first_discount
FROM bulk_invoice WHERE credit > 0''',
    )
}) c
"""
MONEY = [
    table("payments", f"CREATE TEMPORARY TABLE bulk_invoice ON COMMIT DROP AS {_SETTLED} WITH NO DATA"),
    Step("payments", f"INSERT INTO bulk_invoice {_SETTLED}", sliced=True),
    table("payments", "CREATE INDEX ON bulk_invoice (n); ANALYZE bulk_invoice"),
    table("payments", f"CREATE TEMPORARY TABLE bulk_payment ON COMMIT DROP AS {_PAYMENTS}"),
    table("payments", "CREATE INDEX ON bulk_payment (n); ANALYZE bulk_payment"),
    table("credit notes", _CREDITS),
    table("credit notes", "CREATE INDEX ON bulk_credit (n); ANALYZE bulk_credit"),
]

_PAYMENT = {
    "id": "d.payment_id",
    "company_id": "%(company)s",
    "invoice_id": "d.id",
    "customer_id": "d.customer_id",
    "amount": "d.amount",
    "currency": "d.currency",
    "exchange_rate": "d.rate",
    "amount_allocated": "d.amount",
    "payment_date": "d.paid_on",
    "payment_method": "CASE WHEN mod(pg_temp.chance(d.n, 25), 20) = 0 THEN 'cash' ELSE 'bank_transfer' END",
    "reference": "'TXN-' || d.n",
    "search_text": "'txn-' || d.n",
    "created_by": "'system'",
    "created_at": "d.paid_at",
}
_ALLOCATION = {
    "company_id": "%(company)s",
    "amount": "d.amount",
    "is_initial": "true",
    "created_by": "'system'",
}
_OF_PAYMENT = {
    **_ALLOCATION,
    "id": "d.allocation_id",
    "payment_id": "d.payment_id",
    "invoice_id": "d.id",
    "source_base_amount": "round(d.amount * d.rate, 2)",
    "invoice_base_amount": "d.settled_base",
    "allocation_date": "d.paid_on",
    "invoice_date": "d.day",
    "source_date": "d.paid_on",
    "created_at": "d.paid_at",
}
_OF_CREDIT = {
    **_ALLOCATION,
    "id": "d.allocation_id",
    "credit_note_id": "d.id",
    "invoice_id": "d.invoice_id",
    "amount": "d.credit",
    "source_base_amount": "d.credit_base",
    "invoice_base_amount": "d.credit_base",
    "allocation_date": "d.day",
    "invoice_date": "d.invoice_day",
    "source_date": "d.day",
    "created_at": "d.moment",
}
_CREDIT_NOTE = {
    **PARTY,
    "credit_note_number": "d.number",
    "invoice_id": "d.invoice_id",
    "credit_note_date": "d.day",
    "subtotal": "d.first_net",
    "total_discount": "d.first_discount",
    "total_tax": "d.first_tax",
    "total": "d.credit",
    "amount_allocated": "d.credit",
    "reason": "'Returned'",
}
_SAME = (
    *("item_id", "item_code", "description", "quantity", "unit", "type", "unit_price", "discount_percent"),
    *("discount_amount", "line_total", "tax_code", "tax_rate", "tax_amount"),
)
_CREDIT_LINE = {
    "id": "pg_temp.key(d.moment, 26, d.n)",
    "company_id": "%(company)s",
    "credit_note_id": "d.id",
    "invoice_line_id": "l.id",
    "position": "1",
    "credited_ranges": "jsonb_build_array(jsonb_build_array('0', trim_scale(l.quantity)::text))",
    **{name: f"l.{name}" for name in _SAME},
}


def _entry(kind: str, amount: str, sales: str, document: str, day: str, moment: str) -> dict[str, str]:
    return {
        "id": f"pg_temp.named_key({moment}, 27, '{kind}' || {document})",
        "company_id": "%(company)s",
        "customer_id": "d.customer_id",
        "kind": f"'{kind}'",
        "amount": amount,
        "sales_amount": sales,
        "currency": "d.currency",
        "entry_date": day,
        "document_id": document,
        "document_number": "d.number",
        "created_by": "'system'",
        "created_at": moment,
    }


_CANCELLED = ("d.day + 3", "pg_temp.at(d.day + 3, 15)")
_INVOICED = f"bulk_invoice d WHERE d.status <> 'draft' AND {_SLICE}"
_WITHDRAWN = f"bulk_invoice d WHERE d.status = 'cancelled' AND {_SLICE}"
_PAID, _CREDITED = f"bulk_payment d WHERE {_SLICE}", f"bulk_credit d WHERE {_SLICE}"
LEDGER = [
    rows("payments", Payment, _PAYMENT, _PAID),
    rows("allocations", Allocation, _OF_PAYMENT, _PAID),
    rows("allocations", Allocation, _OF_CREDIT, _CREDITED),
    rows("credit notes", CreditNote, _CREDIT_NOTE, _CREDITED),
    rows(
        "credit notes",
        CreditNoteLine,
        _CREDIT_LINE,
        # All at once: each slice would read all lines, which have no indexes yet.
        "bulk_credit d JOIN invoicing_invoiceline l ON l.company_id = %(company)s AND l.invoice_id = d.invoice_id "
        "AND l.position = 1",
        sliced=False,
    ),
    *(
        rows("ledger", ReceivableEntry, _entry(*facts), source)
        for source, *facts in (
            (_INVOICED, "invoice", "d.total", "d.total", "d.id", "d.day", "d.moment"),
            (_WITHDRAWN, "cancellation", "-d.total", "-d.total", "d.id", *_CANCELLED),
            (_PAID, "payment", "-d.amount", "0", "d.payment_id", "d.paid_on", "d.paid_at"),
            (_CREDITED, "credit_note", "-d.credit", "-d.credit", "d.id", "d.day", "d.moment"),
        )
    ),
    *(
        step
        for kind, source, k in (
            ("customer", "bulk_customer", 30),
            ("quote", "bulk_quote", 31),
            ("sales_order", "bulk_order", 32),
            ("invoice", "bulk_plan", 33),
            ("credit_note", "bulk_credit", 34),
        )
        for step in assigned(kind, source, k)
    ),
]


def _side(account: str, amount: str, in_currency: str, text: str = "''") -> str:
    """A line of a journal entry, where there is any amount: text that is read once, with the others."""
    return f"""CASE WHEN {in_currency} <> 0 OR {amount} <> 0 THEN concat(%({account}_side)s::text, {text},
        '", "debit": ', round(greatest({amount}, 0), 2), ', "credit": ', round(greatest(-({amount}), 0), 2),
        ', "currencyAmount": ', round(({in_currency})::numeric, d.decimals), '}}') END"""


def _journal(
    kind: str, document: str, day: str, moment: str, debit: str, sides: Sequence[tuple[str, ...]]
) -> Mapping[str, str]:
    return {
        "id": f"pg_temp.named_key({moment}, 28, '{kind}' || {document})",
        "company_id": "%(company)s",
        "kind": f"'{kind}'",
        "document_id": document,
        "document_number": "d.number",
        "customer_id": "d.customer_id",
        "entry_date": day,
        "currency": "d.currency",
        "debit": debit,
        "credit": debit,
        "lines": f"concat('[', substr(concat({', '.join(_side(*side) for side in sides)}), 2), ']')::jsonb",
        "created_at": moment,
    }


def _sale(sign: str, owed: str, income: str, net: str) -> list[tuple[str, ...]]:
    """The sides of an invoice, or of a credit note of its first line; what rounding leaves is sales."""
    others = [("tax", "goods_tax", "'SST 10%%'"), ("tax", "service_tax", "'SST-S 8%%'"), ("shipping", "shipping", "''")]
    base = {name: f"round({name} * exchange_rate, 2)" for _, name, _ in others}
    return [
        ("receivables", f"{sign}{owed}", f"{sign}({net} + goods_tax + service_tax + shipping)"),
        (income, f"-({sign}({owed} - {' - '.join(base.values())}))", f"-({sign}{net})"),
        *((account, f"-({sign}{base[name]})", f"-({sign}{name})", text) for account, name, text in others),
    ]


_RECEIVED = [("bank", "round(d.amount * d.rate, 2)", "d.amount")]
_RECEIVED += [("receivables", "-round(d.amount * d.rate, 2)", "-d.amount")]
_GAIN = "(round(d.amount * d.rate, 2) - d.settled_base)"
_CREDIT_SALE = """(
    SELECT c.*, CASE l.type WHEN 'goods' THEN first_tax ELSE 0 END AS goods_tax, 0 AS shipping,
        CASE l.type WHEN 'service' THEN first_tax ELSE 0 END AS service_tax
    FROM bulk_credit c JOIN invoicing_invoiceline l ON l.company_id = %(company)s AND l.invoice_id = c.invoice_id
        AND l.position = 1
) d"""
JOURNAL = [
    rows(
        "journal",
        JournalEntry,
        _journal("invoice", "d.id", "d.day", "d.moment", "owed_base", _sale("", "owed_base", "sales", "subtotal")),
        _INVOICED,
    ),
    rows(
        "journal",
        JournalEntry,
        _journal("cancellation", "d.id", *_CANCELLED, "owed_base", _sale("-", "owed_base", "sales", "subtotal")),
        _WITHDRAWN,
    ),
    rows(
        "journal",
        JournalEntry,
        _journal("payment", "d.payment_id", "d.paid_on", "d.paid_at", "round(d.amount * d.rate, 2)", _RECEIVED),
        _PAID,
    ),
    rows(
        "journal",
        JournalEntry,
        _journal(
            "credit_note",
            "d.id",
            "d.day",
            "d.moment",
            "credit_base",
            _sale("-", "credit_base", "sales_returns", "first_net"),
        ),
        _CREDIT_SALE,
        sliced=False,
    ),
    rows(
        "journal",
        JournalEntry,
        _journal(
            "exchange_difference",
            "d.allocation_id",
            "d.paid_on",
            "d.paid_at",
            f"abs({_GAIN})",
            [("receivables", _GAIN, "0"), ("exchange_difference", f"-{_GAIN}", "0")],
        ),
        f"bulk_payment d WHERE {_SLICE} AND {_GAIN} <> 0",
    ),
]
