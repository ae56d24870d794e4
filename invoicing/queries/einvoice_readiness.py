"""Customers whose invoices wait for something that an e-invoice has to say of the buyer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Sum

from bigledger_crm.tenancy.models import Company
from customers.models import Customer
from invoicing.einvoice.party_checks import check_buyer
from invoicing.models import EInvoiceSource, Invoice
from invoicing.queries.einvoice import buyer_party
from invoicing.queries.einvoice_settings import saved_settings

PAGE_SIZE = 50
# So far back an invoice is waited for: what is older, nobody reports any more.
LOOKED_BACK = timedelta(days=92)
# How many customers are looked at for a page, in how many queries.
_CHUNK, _CHUNKS = 500, 2
TIN_DIFFERS = "LHDN doesn't know this TIN with this number: correct one of them"


@dataclass(slots=True)
class Waiting:
    """Invoices of a customer that are to be reported: how many, their totals by currency, and the oldest one's date."""

    count: int = 0
    totals: dict[str, Decimal] = field(default_factory=dict)
    oldest: date = date.max


@dataclass(frozen=True, slots=True)
class NotReady:
    """A customer, what is wrong in words for people, and what waits for it."""

    customer: Customer
    problems: Sequence[str]
    waiting: Waiting


@dataclass(frozen=True, slots=True)
class NotReadyPage:
    """Customers, those first whose invoices wait longest; `after` is the key from which on to look further."""

    rows: Sequence[NotReady]
    after: UUID | None


def customers_not_ready(company: Company, today: date, after: UUID | None = None) -> NotReadyPage:
    """At most 50 customers who lack something that their e-invoices need; perhaps fewer, and more from `after` on.

    Invoices of the last three months count, drafts too, from the day on which the company reports them.  Customers who
    are reported in consolidated e-invoices need nothing.  Four queries at most.
    """
    waiting = _waiting(today)
    keys = list(waiting)
    start = keys.index(after) + 1 if after in waiting else 0
    rows: list[NotReady] = []
    seen = start
    for chunk in _chunks(keys[start : start + _CHUNK * _CHUNKS]):
        found = Customer.objects.in_bulk(chunk)
        for key in chunk:
            seen += 1
            if (customer := found.get(key)) and (problems := problems_of(customer, company)):
                rows.append(NotReady(customer, problems, waiting[key]))
            if len(rows) == PAGE_SIZE:
                return NotReadyPage(rows, keys[seen - 1] if seen < len(keys) else None)
    return NotReadyPage(rows, keys[seen - 1] if seen < len(keys) else None)


def problems_of(customer: Customer, company: Company) -> list[str]:
    """What LHDN would reject of the customer as a buyer, in words for people."""
    party = buyer_party(customer, company, customer.billing_address or customer.address)
    problems = [problem.message for problem in check_buyer(party)]
    return [*problems, TIN_DIFFERS] if customer.tin_check == "differs" else problems


def _chunks(keys: Sequence[UUID]) -> Iterator[tuple[UUID, ...]]:
    for start in range(0, len(keys), _CHUNK):
        yield tuple(keys[start : start + _CHUNK])


def _waiting(today: date) -> dict[UUID, Waiting]:
    """What waits, by customer, the oldest first."""
    saved, first = saved_settings(), today - LOOKED_BACK
    if saved is not None and saved.starts_on is not None:
        first = max(first, saved.starts_on)
    found: dict[UUID, Waiting] = {}
    for key, currency, count, total, oldest in _unreported(first):
        one = found.setdefault(key, Waiting())
        one.count += count
        one.totals[currency] = total
        one.oldest = min(one.oldest, oldest)
    return found


def _unreported(first: date) -> QuerySet[Invoice, tuple[UUID, str, int, Decimal, date]]:
    """Customer, currency, number, total and oldest date of invoices and drafts that no e-invoice reports."""
    live = EInvoiceSource.objects.filter(invoice=OuterRef("pk"), is_live=True)
    rows = Invoice.objects.filter(~Exists(live), Q(stage__in=("draft", "open", "paid")), invoice_date__gte=first)
    rows = rows.filter(total__gt=0, is_imported=False, customer__einvoice_preference="individual").order_by()
    counted = rows.values("customer_id", "currency").annotate(count=Count("pk"), sum=Sum("total"))
    dated = counted.annotate(oldest=Min("invoice_date")).order_by("oldest", "customer_id")
    return dated.values_list("customer_id", "currency", "count", "sum", "oldest")
