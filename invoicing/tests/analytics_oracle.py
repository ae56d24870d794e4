"""The figures of analytics once more, slowly: plain loops over rows, straight from their definitions."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from customers.models import Customer
from invoicing.models import CreditNote, Invoice
from sales.models import Quote, SalesOrder

CENT = Decimal("0.01")


def rounded(value: Decimal, step: str) -> Decimal:
    return value.quantize(Decimal(step), ROUND_HALF_UP)


def share(part: Any, whole: Any) -> Decimal | None:
    return None if whole == 0 else rounded(Decimal(part) / Decimal(whole) * 100, "0.1")


def growth(now: Any, before: Any) -> Decimal | None:
    return share(now - before, before) if before > 0 else None


def summary(customer: Customer, today: date) -> dict[str, Any]:
    """What invoicing.analytics.summary must say."""
    year = [today - timedelta(days=back) for back in range(365)]
    year_before = [today - timedelta(days=back) for back in range(365, 730)]
    invoices = [invoice for invoice in Invoice.objects.filter(customer=customer) if invoice.status == "sent"]
    notes = list(CreditNote.objects.filter(customer=customer))

    def sales(days: Sequence[date] | None) -> Decimal:
        sold = sum((i.total for i in invoices if days is None or i.invoice_date in days), Decimal(0))
        return sold - sum((n.total for n in notes if days is None or n.credit_note_date in days), Decimal(0))

    paid = []
    for invoice in invoices:
        received = [payment for payment in invoice.payments.all() if payment.voided_at is None]
        due = invoice.total - sum((p.amount for p in received), Decimal(0))
        due -= sum((n.total for n in notes if n.invoice_id == invoice.pk), Decimal(0))
        if due == 0 and received:
            paid.append((invoice, max(payment.payment_date for payment in received)))

    def payment_days(days: Sequence[date] | None) -> list[int]:
        return [(last - i.invoice_date).days for i, last in paid if days is None or last in days]

    def mean_days(days: Sequence[date]) -> Decimal | None:
        found = payment_days(days)
        return Decimal(sum(found)) / len(found) if found else None

    orders = [
        order.order_date
        for order in SalesOrder.objects.filter(customer=customer)
        if order.status in ("confirmed", "shipped", "delivered")
    ] or [invoice.invoice_date for invoice in invoices]
    recent = sorted(day for day in orders if day in year)
    now, before = mean_days(year), mean_days(year_before)
    every = payment_days(None)
    return {
        "total_sales": sales(None),
        "total_invoices": len(invoices),
        "average_order_value": rounded(sales(None) / len(invoices), "0.01") if invoices else Decimal(0),
        "current_balance": customer.current_balance,
        "credit_utilization": share(customer.current_balance, customer.credit_limit) if customer.credit_limit else None,
        "on_time_payments": sum(1 for invoice, last in paid if last <= invoice.due_date),
        "late_payments": sum(1 for invoice, last in paid if last > invoice.due_date),
        "average_payment_days": int(rounded(Decimal(sum(every)) / len(every), "1")) if every else None,
        "last_order_date": max(orders) if orders else None,
        "days_since_last_order": max((today - max(orders)).days, 0) if orders else None,
        "order_frequency": frequency(recent),
        "sales_growth": growth(sales(year), sales(year_before)),
        "order_volume_growth": growth(len(recent), len([day for day in orders if day in year_before])),
        "payment_days_improvement": None if now is None or before is None else rounded(now - before, "0.1"),
        "top_products": products(invoices, notes),
    }


def frequency(days: Sequence[date]) -> str:
    if len(days) < 2:
        return "none"
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    mean = sum(gaps) / len(gaps)
    for name, most in (("weekly", 10), ("biweekly", 20), ("monthly", 45), ("quarterly", 135), ("biannual", 270)):
        if mean <= most:
            return name
    return "yearly"


def products(invoices: Sequence[Invoice], notes: Sequence[CreditNote]) -> list[tuple[str, Decimal, Decimal]]:
    bought: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for sign, documents in ((1, invoices), (-1, notes)):
        for document in documents:
            for line in document.lines.all():
                if line.item_id is not None:
                    bought[line.item_code][0] += sign * line.quantity
                    bought[line.item_code][1] += sign * line.line_total
    left = [(code, units, worth) for code, (units, worth) in bought.items() if units > 0]
    return sorted(left, key=lambda product: (-product[2], product[0]))[:5]


def funnel(
    first: date, last: date, today: date, zone: str, customer: Customer | None, quotes: Sequence[Quote] | None = None
) -> dict[str, Any]:
    """What invoicing.analytics.funnel must say, of all quotes or of some."""

    def day(moment: datetime | None) -> date | None:
        return moment.astimezone(ZoneInfo(zone)).date() if moment else None

    older = {quote.supersedes_id for quote in Quote.objects.all()}
    rows = []
    for quote in Quote.objects.all() if quotes is None else quotes:
        if quote.pk in older or not first <= quote.quote_date <= last or customer not in (None, quote.customer):
            continue
        row: dict[str, Any] = {"value": quote.total * quote.exchange_rate, "quoted": quote.quote_date}
        row["status"] = quote.status
        if quote.status in ("draft", "sent") and quote.valid_until < today:
            row["status"] = "expired"
        won = quote.status in ("accepted", "converted")
        if won or quote.sent_at:
            row["sent"] = day(quote.sent_at)
        if won:
            row["accepted"] = day(quote.accepted_at)
        row |= _sold(quote, day)
        rows.append(row)

    def group(status: str) -> tuple[int, Decimal]:
        values = [row["value"] for row in rows if row["status"] == status]
        return len(values), rounded(sum(values, Decimal(0)), "0.01")

    won_days = [(row["accepted"] - row["quoted"]).days for row in rows if "accepted" in row]
    lost = {status: group(status) for status in ("declined", "expired", "cancelled")}
    open_value = sum((row["value"] for row in rows if row["status"] in ("draft", "sent")), Decimal(0))
    return {
        "stages": _stages(rows),
        "lost": lost,
        "win_rate": share(len(won_days), len(won_days) + sum(count for count, _ in lost.values())),
        "average_days_to_close": rounded(Decimal(sum(won_days)) / len(won_days), "0.1") if won_days else None,
        "open_pipeline_value": rounded(open_value, "0.01"),
        "direct_orders": direct(
            [
                order
                for order in SalesOrder.objects.all()
                if order.quote_id is None
                and order.status in ("confirmed", "shipped", "delivered")
                and first <= order.order_date <= last
                and customer in (None, order.customer)
            ]
        ),
        "direct_invoices": direct(
            [
                invoice
                for invoice in Invoice.objects.all()
                if (invoice.order is None or invoice.order.quote_id is None)
                and invoice.status == "sent"
                and first <= invoice.invoice_date <= last
                and customer in (None, invoice.customer)
            ]
        ),
    }


def lost_reasons(first: date, last: date, today: date) -> dict[tuple[str, str], tuple[int, Decimal]]:
    """What quote_report must say of lost quotes, by status and reason in lower case."""
    older = {quote.supersedes_id for quote in Quote.objects.all()}
    found: dict[tuple[str, str], tuple[int, Decimal]] = {}
    for quote in Quote.objects.all():
        if quote.pk in older or not first <= quote.quote_date <= last:
            continue
        reasons = {"declined": quote.decline_reason, "cancelled": quote.cancel_reason}
        status = quote.status
        if status in ("draft", "sent") and quote.valid_until < today:
            status = "expired"
        if status in ("declined", "cancelled", "expired"):
            key = (status, reasons.get(status, "").strip().lower())
            count, value = found.get(key, (0, Decimal(0)))
            found[key] = (count + 1, value + quote.total * quote.exchange_rate)
    return {key: (count, rounded(value, "0.01")) for key, (count, value) in found.items()}


def _stages(rows: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """How many quotes came to each stage, their value, their shares, and the days since the stage before."""
    names = ("quoted", "sent", "accepted", "ordered", "invoiced", "paid")
    stages = []
    for index, name in enumerate(names):
        there = [row for row in rows if name in row]
        days = []
        if index:
            moments = [(row.get(names[index - 1]), row[name]) for row in there]
            days = [(later - earlier).days for earlier, later in moments if earlier and later]
        count = len(there)
        stages.append(
            (
                name,
                count,
                rounded(sum((row["value"] for row in there), Decimal(0)), "0.01"),
                share(count, len([row for row in rows if names[index - 1] in row])) if index else None,
                share(count, len(rows)),
                rounded(Decimal(str(median(days))), "0.1") if days else None,
            )
        )
    return stages


def _sold(quote: Quote, day: Callable[[datetime | None], date | None]) -> dict[str, Any]:
    """When the quote was ordered, invoiced and paid, as far as it came."""
    order = SalesOrder.objects.filter(quote=quote).first()
    if order is None:
        return {}
    row: dict[str, Any] = {"ordered": day(quote.converted_at)}
    issued = [invoice for invoice in order.invoices.all() if invoice.status == "sent"]
    if issued:
        row["invoiced"] = min(day(invoice.issued_at) or date.max for invoice in issued)
        settled = all(i.total == i.amount_paid + i.amount_credited for i in issued)
        if settled and sum(i.total for i in issued) >= order.total:
            paid = [i.last_payment_date for i in issued if i.last_payment_date]
            row["paid"] = max(paid) if paid else None
    return row


def direct(documents: Sequence[Any]) -> tuple[int, Decimal]:
    worth = sum((document.total * document.exchange_rate for document in documents), Decimal(0))
    return len(documents), rounded(worth, "0.01")


def trade(first: date, last: date, today: date) -> dict[str, Any]:
    """What invoicing.analytics.sales_reports must say of the days from `first` through `last`."""
    invoices = [invoice for invoice in Invoice.objects.all() if invoice.status == "sent"]
    documents: list[tuple[Any, date, int]] = [(i, i.invoice_date, 1) for i in invoices]
    documents += [(n, n.credit_note_date, -1) for n in CreditNote.objects.all()]
    months: dict[str, Decimal] = defaultdict(Decimal)
    customers: dict[str, Decimal] = defaultdict(Decimal)
    items: dict[str, Decimal] = defaultdict(Decimal)
    for document, day, sign in documents:
        if first <= day <= last:
            months[f"{day:%Y-%m}"] += sign * document.total * document.exchange_rate
            customers[document.customer.name] += sign * document.total * document.exchange_rate
            for line in document.lines.all():
                if line.item:
                    items[line.item.item_code] += sign * line.line_total * document.exchange_rate
    ages: dict[int, Decimal] = defaultdict(Decimal)
    for invoice in invoices:
        late = (today - invoice.due_date).days
        ages[min(-(-max(late, 0) // 30), 4)] += invoice.amount_due * invoice.exchange_rate
    return {
        "months": {month: rounded(value, "0.01") for month, value in months.items() if value},
        "customers": {name: rounded(value, "0.01") for name, value in customers.items()},
        "items": sorted((rounded(value, "0.01") for value in items.values()), reverse=True),
        "ages": [rounded(ages[age], "0.01") for age in range(5)],
    }
