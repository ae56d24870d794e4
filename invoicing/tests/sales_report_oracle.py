"""The figures of reports once more, slowly: plain loops over rows, straight from their definitions."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from invoicing.models import CreditNote, Invoice

Span = tuple[date, date]
Key = str | None


@dataclass
class Sums:
    """What was sold of one row, exactly."""

    invoices: set[Any] = field(default_factory=set)
    customers: set[Any] = field(default_factory=set)
    invoiced: Decimal = Decimal(0)
    credited: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)
    quantity: Decimal = Decimal(0)
    before: Decimal = Decimal(0)

    def add(self, document: Any, parts: "Part", *, earlier: bool) -> None:
        """Adds a part of a document: to what was before, or to now."""
        sign = 1 if isinstance(document, Invoice) else -1
        net, rate = parts.net * document.exchange_rate, document.exchange_rate
        if earlier:
            self.before += sign * net
            return
        self.customers.add(document.customer_id)
        self.tax += sign * parts.tax * rate
        self.quantity += sign * parts.quantity
        if sign > 0:
            self.invoices.add(document.pk)
            self.invoiced += net
        else:
            self.credited += net

    def shown(self, decimals: str) -> dict[str, Any]:
        """The figures, each rounded once."""

        def rounded(value: Decimal) -> Decimal:
            return value.quantize(Decimal(decimals), ROUND_HALF_UP)

        net = self.invoiced - self.credited
        now, before = rounded(net), rounded(self.before)
        return {
            "invoices": len(self.invoices),
            "invoiced": rounded(self.invoiced),
            "credited": rounded(self.credited),
            "net": now,
            "tax": rounded(self.tax),
            "total": rounded(net + self.tax),
            "before": before,
            "growth": percent(now - before, before) if before > 0 else None,
        }


@dataclass
class Part:
    """A part of a document, in its currency."""

    key: Key
    net: Decimal
    tax: Decimal
    quantity: Decimal = Decimal(0)


def percent(part: Decimal, whole: Decimal) -> Decimal:
    return (part / whole * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)


def documents() -> Iterator[tuple[Any, date]]:
    """What counts as sales, with its date."""
    for invoice in Invoice.objects.all():
        if invoice.status == "sent":
            yield invoice, invoice.invoice_date
    for note in CreditNote.objects.all():
        yield note, note.credit_note_date


def owner_of(document: Any) -> Key:
    if isinstance(document, Invoice):
        owner = document.owner
    else:
        owner = document.invoice.owner if document.invoice else document.customer.owner
    return owner.public_id if owner else None


def tags_of(document: Any) -> list[Key]:
    invoice = document if isinstance(document, Invoice) else document.invoice
    found: list[Key] = sorted({tag.lower() for tag in invoice.tags}) if invoice else []
    return found or [None]


def time_key(day: date, unit: str) -> str:
    year, week, _ = day.isocalendar()
    return {
        "day": day.isoformat(),
        "week": f"{year}-W{week:02}",
        "month": f"{day.year}-{day.month:02}",
        "quarter": f"{day.year}-Q{(day.month - 1) // 3 + 1}",
        "year": str(day.year),
    }[unit]


def whole(key: Callable[[Any], list[Key]]) -> Callable[[Any, date], list[Part]]:
    """Parts that are whole documents, one for each key."""
    return lambda document, _day: [
        Part(one, document.total - document.total_tax, document.total_tax) for one in key(document)
    ]


def by_items(document: Any, _day: date) -> list[Part]:
    parts = [
        Part(line.item.public_id if line.item else None, line.line_total, line.tax_amount, line.quantity)
        for line in document.lines.all()
    ]
    return [*parts, Part("shipping", document.shipping_cost, Decimal(0))] if document.shipping_cost else parts


PARTS: dict[str, Callable[[Any, date], list[Part]]] = {
    "customer": whole(lambda document: [document.customer.public_id]),
    "owner": whole(lambda document: [owner_of(document)]),
    "country": whole(lambda document: [(document.billing_address or {}).get("country") or None]),
    "tag": whole(tags_of),
    "item": by_items,
    "all": whole(lambda _document: ["all"]),
}


def sales(group: str, span: Span, before: Span | None, customer: Any = None) -> dict[Key, Sums]:
    """The sums of each key of a group that isn't one of time."""
    found: dict[Key, Sums] = defaultdict(Sums)
    for document, day in documents():
        if customer not in (None, document.customer):
            continue
        for part in PARTS[group](document, day):
            if span[0] <= day <= span[1]:
                found[part.key].add(document, part, earlier=False)
            if before and before[0] <= day <= before[1]:
                found[part.key].add(document, part, earlier=True)
    return found


def sales_by_time(unit: str, span: Span) -> dict[str, Sums]:
    """The sums of each part of a period, empty ones too."""
    days = [span[0] + timedelta(days=number) for number in range((span[1] - span[0]).days + 1)]
    found = {time_key(day, unit): Sums() for day in days}
    for document, day in documents():
        if span[0] <= day <= span[1]:
            (part,) = PARTS["all"](document, day)
            found[time_key(day, unit)].add(document, part, earlier=False)
    return found
