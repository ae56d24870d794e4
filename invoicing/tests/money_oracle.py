"""The figures of reports once more, slowly: plain loops over rows, straight from their definitions."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from math import floor
from statistics import median
from typing import Any

from customers.models import Customer, ReceivableEntry
from invoicing.models import Allocation, CreditNote, Invoice, Payment, Refund, WriteOff
from sales.models import TaxCode

ZERO = Decimal(0)
STEPS = {"JPY": "1", "KWD": "0.001"}


def rounded(value: Decimal, currency: str = "MYR") -> Decimal:
    return value.quantize(Decimal(STEPS.get(currency, "0.01")), ROUND_HALF_UP)


def one_decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(Decimal("0.1"), ROUND_HALF_UP)


class Books:
    """All rows of the company, read once."""

    def __init__(self) -> None:
        self.entries = list(ReceivableEntry.objects.all())
        self.invoices = list(Invoice.objects.select_related("customer").prefetch_related("lines"))
        self.payments = list(Payment.objects.select_related("customer"))
        self.credit_notes = list(CreditNote.objects.select_related("customer").prefetch_related("lines"))
        self.allocations = list(Allocation.objects.all())
        self.refunds = list(Refund.objects.all())
        self.write_offs = list(WriteOff.objects.all())
        self.customers = list(Customer.objects.all())
        self.exempt = [tax_code.code for tax_code in TaxCode.objects.all() if tax_code.tax_type == "E"]

    def day_of_entry(self, kind: str, document: Any) -> date | None:
        days = [one.entry_date for one in self.entries if (one.kind, one.document_id) == (kind, document.pk)]
        return days[0] if days else None

    def left_of_invoice(self, invoice: Invoice, day: date) -> Decimal:
        cancelled = self.day_of_entry("cancellation", invoice)
        if not was_issued(invoice) or invoice.invoice_date > day or (cancelled and cancelled <= day):
            return ZERO
        left = invoice.total
        for allocation in self.allocations:
            if allocation.invoice_id == invoice.pk and allocation.allocation_date <= day:
                left -= allocation.amount
        for write_off in self.write_offs:
            if write_off.invoice_id == invoice.pk:
                left -= write_off.amount if write_off.write_off_date <= day else ZERO
                left += write_off.amount if write_off.reversal_date and write_off.reversal_date <= day else ZERO
        return left

    def left_of_source(self, source: Payment | CreditNote, day: date) -> Decimal:
        left, since = (
            (source.amount, source.payment_date)
            if isinstance(source, Payment)
            else (source.total, source.credit_note_date)
        )
        voided = self.day_of_entry("void", source)
        if since > day or (voided and voided <= day):
            return ZERO
        for allocation in self.allocations:
            if source.pk in (allocation.payment_id, allocation.credit_note_id) and allocation.allocation_date <= day:
                left -= allocation.amount
        for refund in self.refunds:
            if source.pk in (refund.payment_id, refund.credit_note_id):
                left -= refund.amount if refund.refund_date <= day else ZERO
                left += refund.amount if refund.void_date and refund.void_date <= day else ZERO
        return left


def was_issued(invoice: Invoice) -> bool:
    return invoice.status == "sent" or (invoice.status == "cancelled" and invoice.issued_at is not None)


def age(days_late: int) -> int:
    return 0 if days_late <= 0 else 1 if days_late <= 30 else 2 if days_late <= 60 else 3 if days_late <= 90 else 4


def ageing(books: Books, day: date, by: str, *, in_base: bool = False) -> dict[Any, dict[str, Any]]:
    """What receivables_ageing must say, by (customer or owner, currency)."""
    found: dict[Any, dict[str, Any]] = {}

    def row(key: Any, currency: str) -> dict[str, Any]:
        empty = {"ages": [ZERO] * 5, "base": [ZERO] * 5, "credit": ZERO, "base_credit": ZERO, "n": 0, "oldest": None}
        return found.setdefault((key, "MYR" if in_base else currency), empty)

    for invoice in books.invoices:
        if left := books.left_of_invoice(invoice, day):
            one = row(invoice.customer_id if by == "customer" else invoice.owner_id, invoice.currency)
            place = age((day - invoice.due_date).days)
            one["ages"][place] += left
            one["base"][place] += left * invoice.exchange_rate
            one["n"] += 1
            one["oldest"] = min(one["oldest"] or invoice.due_date, invoice.due_date)
    sources: list[Payment | CreditNote] = [*books.payments, *books.credit_notes]
    for source in sources:
        if left := books.left_of_source(source, day):
            one = row(source.customer_id if by == "customer" else source.customer.owner_id, source.currency)
            one["credit"] += left
            one["base_credit"] += left * source.exchange_rate
    return {
        key: {
            "ages": [rounded(amount, key[1]) for amount in one["ages"]],
            "base": [rounded(amount) for amount in one["base"]],
            "base_balance": rounded(sum(one["base"], ZERO) - one["base_credit"]),
            "credit": rounded(one["credit"], key[1]),
            "invoices": one["n"],
            "oldest": one["oldest"],
        }
        for key, one in found.items()
    }


def ledger(books: Books, day: date) -> dict[tuple[Any, str], Decimal]:
    """The balances of the receivables ledger at the end of a day that aren't 0."""
    sums: dict[tuple[Any, str], Decimal] = defaultdict(lambda: ZERO)
    for entry in books.entries:
        if entry.entry_date <= day:
            sums[entry.customer_id, entry.currency] += entry.amount
    return {key: amount for key, amount in sums.items() if amount}


def taxes(books: Books, first: date, last: date) -> dict[tuple[str, str, Decimal], list[tuple[Decimal, Decimal]]]:
    """What tax_summary must say, by kind, code and rate: value and tax invoiced, cancelled, credited and net."""
    sums: dict[Any, list[list[Decimal]]] = defaultdict(lambda: [[ZERO, ZERO] for _ in range(4)])

    def add(document: Any, part: int) -> None:
        lines = [(row.tax_code, row.tax_rate, row.line_total, row.tax_amount) for row in document.lines.all()]
        if document.shipping_cost:
            lines.append((None, ZERO, document.shipping_cost, ZERO))
        for code, rate, value, tax in lines:
            one = sums[_kind(books, code, rate), code or "", rate]
            for place, sign in ((part, 1), (3, 1 if part == 0 else -1)):
                one[place][0] += sign * value * document.exchange_rate
                one[place][1] += sign * tax * document.exchange_rate

    for invoice in books.invoices:
        cancelled = books.day_of_entry("cancellation", invoice)
        if not was_issued(invoice):
            continue
        if first <= invoice.invoice_date <= last and not (cancelled and cancelled <= last):
            add(invoice, 0)
        if invoice.invoice_date < first and cancelled and first <= cancelled <= last:
            add(invoice, 1)
    for note in books.credit_notes:
        if first <= note.credit_note_date <= last:
            add(note, 2)
    return {key: [(rounded(value), rounded(tax)) for value, tax in parts] for key, parts in sums.items()}


def _kind(books: Books, code: str | None, rate: Decimal) -> str:
    if code is None:
        return "shipping"
    if rate > 0:
        return "taxable"
    if code == "":
        return "untaxed"
    return "exempt" if code in books.exempt else "zero_rated"


def paid_invoices(books: Books, first: date, last: date) -> list[Invoice]:
    found = []
    for invoice in books.invoices:
        day = invoice.last_payment_date
        if invoice.status == "sent" and day and first <= day <= last and not books.left_of_invoice(invoice, date.max):
            found.append(invoice)
    return found


def payments(invoices: Sequence[Invoice]) -> dict[str, Any]:
    """What payment_behaviour must say of some invoices."""
    days = [(one.last_payment_date - one.invoice_date).days for one in invoices if one.last_payment_date]
    late = [(one.last_payment_date - one.due_date).days for one in invoices if one.last_payment_date]
    limits = (-999, 7, 14, 30, 45, 60, 90, 99999)
    on_time = len([one for one in late if one <= 0])

    def mean(values: Sequence[int]) -> Decimal | None:
        return one_decimal(Decimal(sum(values)) / len(values)) if values else None

    return {
        "invoices": len(days),
        "on_time": on_time,
        "on_time_share": one_decimal(Decimal(on_time) * 100 / len(days)) if days else None,
        "mean_days": mean(days),
        "median_days": one_decimal(median(days)) if days else None,
        "mean_late": mean(late),
        "median_late": one_decimal(median(late)) if late else None,
        "bands": tuple(
            len([one for one in days if limits[place] < one <= limits[place + 1]]) for place in range(len(limits) - 1)
        ),
    }


def expected(books: Books, today: date) -> dict[tuple[str, Any], dict[str, Decimal]]:
    """What expected_payments must say: by basis and first day of the span, what is due in each currency."""
    sums: dict[tuple[str, Any], dict[str, Decimal]] = defaultdict(dict)

    def add(basis: str, day: date, invoice: Invoice) -> None:
        if day < today:
            start: date | None = None
        else:
            start = max(today, day - timedelta(days=day.weekday()))
            end_of_known = today - timedelta(days=today.weekday()) + timedelta(weeks=12)
            start = min(start, end_of_known)
        one = sums[basis, start]
        one[invoice.currency] = one.get(invoice.currency, ZERO) + books.left_of_invoice(invoice, date.max)

    for invoice in books.invoices:
        if invoice.status == "sent" and books.left_of_invoice(invoice, date.max):
            add("due", invoice.due_date, invoice)
            add("habit", invoice.due_date + timedelta(days=habit(books, invoice.customer) or 0), invoice)
    return {
        key: {currency: rounded(amount, currency) for currency, amount in amounts.items()}
        for key, amounts in sums.items()
    }


def habit(books: Books, customer: Customer) -> int | None:
    """How many days late a customer usually pays."""
    paid = [one for one in paid_invoices(books, date.min, date.max) if one.customer_id == customer.pk]
    paid.sort(key=lambda one: (one.invoice_date, one.pk), reverse=True)
    late = [(one.last_payment_date - one.due_date).days for one in paid[:12] if one.last_payment_date]
    return floor(median(late) + 0.5) if len(late) >= 3 else None


def quiet(books: Books, day: date) -> list[tuple[str, date, int, Decimal | None, Decimal]]:
    """What quiet_customers must say: name, last sale, days since, usual days and sales of the last year."""
    found = []
    for customer in books.customers:
        issued = [one for one in books.invoices if one.customer_id == customer.pk and one.status == "sent"]
        days = sorted({one.invoice_date for one in issued if day - timedelta(days=729) <= one.invoice_date <= day})
        if customer.status == "inactive" or len(days) < 4:
            continue
        usual = median((later - earlier).days for earlier, later in pairwise(days))
        since = (day - days[-1]).days
        if since > usual * 1.5:
            found.append((customer.name, days[-1], since, one_decimal(usual), _sold(books, customer, issued, day)))
    return sorted(found, key=lambda one: (-one[4], one[0]))


def _sold(books: Books, customer: Customer, issued: Sequence[Invoice], day: date) -> Decimal:
    def within(other: date) -> bool:
        return day - timedelta(days=364) <= other <= day

    sold = sum((one.total * one.exchange_rate for one in issued if within(one.invoice_date)), ZERO)
    notes = [one for one in books.credit_notes if one.customer_id == customer.pk and within(one.credit_note_date)]
    return rounded(sold - sum((one.total * one.exchange_rate for one in notes), ZERO))
