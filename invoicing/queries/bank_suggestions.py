"""What a bank transaction may be, each with its reasons.

Never more than a few dozen rows are looked at, each by an index, however many invoices are open.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from bigledger_crm.kernel.money import ZERO
from customers.models import Customer
from invoicing.models import BankMatch, BankTransaction, Invoice, Payment, Refund
from invoicing.queries.settlement import due_of
from invoicing.rules.bank_matching import MOST_ADDED, adding_up, numbers_in, references_in, share
from invoicing.rules.bank_reasons import REASONS, Reason

if TYPE_CHECKING:
    from django.db.models import QuerySet

MOST = 8
_MOST_EQUAL = 5
_MOST_EARLIER = 20
_MOST_PAYERS = 3
_MOST_BELOW = 120
_MOST_OLDEST = 10
# A payment recorded by hand is not far from the day on which the bank booked it.
_DAYS = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Invoices with what each would be paid and what would be left, or a payment or refund that was recorded."""

    customer: Customer
    reasons: tuple[Reason, ...]
    parts: tuple[tuple[Invoice, Decimal], ...] = ()
    left: Decimal = ZERO
    recorded: Payment | Refund | None = None


def suggestions(transaction: BankTransaction) -> list[Suggestion]:
    """What an unmatched transaction may be, the best founded first; nothing for one that is matched or ignored."""
    if transaction.status != "unmatched":
        return []
    if transaction.amount < 0:
        return _recorded_refunds(transaction)
    found = [*_recorded_payments(transaction), *_Finder(transaction).found()]
    found.sort(key=lambda one: (REASONS.index(one.reasons[0].code), -len(one.reasons), one.left != 0))
    return found[:MOST]


class _Finder:
    """Finds invoices that money which came in may be for."""

    def __init__(self, transaction: BankTransaction) -> None:
        self.transaction = transaction
        self.reasons: dict[tuple[UUID, ...], list[Reason]] = defaultdict(list)
        self.invoices: dict[UUID, Invoice] = {}

    def found(self) -> list[Suggestion]:
        """Suggestions for invoices: eight queries at most."""
        payers = _known_payers(self.transaction)
        self._by_text()
        self._by_amount()
        self._by_sum(payers)
        self._by_payer(payers)
        return [self._suggestion(keys, reasons) for keys, reasons in self.reasons.items()]

    def _suggestion(self, keys: Sequence[UUID], reasons: list[Reason]) -> Suggestion:
        invoices = [self.invoices[key] for key in keys]
        shared = share(self.transaction.amount, [(due_of(invoice), None) for invoice in invoices])
        parts = [(invoice, part) for invoice, part in zip(invoices, shared.parts, strict=True) if part]
        reasons.sort(key=lambda reason: REASONS.index(reason.code))
        return Suggestion(invoices[0].customer, tuple(reasons), tuple(parts), shared.left)

    def _open(self) -> "QuerySet[Invoice]":
        rows = Invoice.objects.filter(stage="open", currency=self.transaction.currency)
        return rows.select_related("customer")

    def _add(self, invoices: Sequence[Invoice], reason: Reason) -> None:
        self.invoices |= {invoice.pk: invoice for invoice in invoices}
        self.reasons[tuple(sorted(invoice.pk for invoice in invoices))].append(reason)

    def _by_text(self) -> None:
        """Invoices that the text names: by payment reference or by number; those of one customer together."""
        row = self.transaction
        words = " ".join(filter(None, (row.reference, row.description, row.bank_reference)))
        references, numbers = references_in(words), numbers_in(words)
        named = self._open().filter(payment_reference__in=references | numbers).order_by("due_date", "pk")
        by_customer: dict[UUID, list[Invoice]] = defaultdict(list)
        for invoice in named[:MOST_ADDED]:
            by_customer[invoice.customer_id].append(invoice)
        for invoices in by_customer.values():
            quoted = tuple(one.invoice_number for one in invoices if one.payment_reference in references)
            written = tuple(one.invoice_number for one in invoices if one.payment_reference not in references)
            if quoted:
                self._add(invoices, Reason("reference", quoted))
            if written:
                self._add(invoices, Reason("invoice_number", written))

    def _by_amount(self) -> None:
        """Invoices on which exactly this amount is due."""
        equal = list(self._open().filter(amount_due=self.transaction.amount).order_by("pk")[:_MOST_EQUAL])
        for invoice in equal:
            self._add([invoice], Reason("amount_equal", (invoice.invoice_number,), others=len(equal) - 1))

    def _by_sum(self, payers: Sequence[Customer]) -> None:
        """Two or three invoices of one customer that add up: of those who paid before, and of the largest below."""
        amount = self.transaction.amount
        below = self._open().filter(amount_due__lt=amount)
        pool = {one.pk: one for one in below.order_by("-amount_due", "pk")[:_MOST_BELOW]}
        for customer in payers:
            rows = below.filter(customer=customer).order_by("due_date", "pk")[:MOST_ADDED]
            pool |= {one.pk: one for one in rows}
        by_customer: dict[UUID, list[Invoice]] = defaultdict(list)
        for invoice in pool.values():
            by_customer[invoice.customer_id].append(invoice)
        for invoices in by_customer.values():
            invoices.sort(key=lambda one: (one.due_date, one.pk))
            for keys in adding_up(amount, [(one.pk, due_of(one)) for one in invoices]):
                chosen = [pool[key] for key in keys]
                self._add(chosen, Reason("adds_up", tuple(one.invoice_number for one in chosen)))

    def _by_payer(self, payers: Sequence[Customer]) -> None:
        """What is suggested for somebody who paid before is better founded; else it is what is due longest."""
        named = {self.invoices[keys[0]].customer_id for keys in self.reasons}
        payer = self.transaction.counterparty_name or self.transaction.counterparty_account
        for customer in payers:
            reason = Reason("known_payer", payer=payer, customer=customer.name)
            for keys, reasons in self.reasons.items():
                if self.invoices[keys[0]].customer_id == customer.pk:
                    reasons.append(reason)
            if customer.pk not in named and (oldest := self._oldest(customer)):
                self._add(oldest, reason)

    def _oldest(self, customer: Customer) -> list[Invoice]:
        """As many of the customer's open invoices as the money is for, what is due longest first."""
        chosen, left = list[Invoice](), self.transaction.amount
        for invoice in self._open().filter(customer=customer).order_by("due_date", "invoice_date", "pk")[:_MOST_OLDEST]:
            if left > 0:
                chosen.append(invoice)
                left -= due_of(invoice)
        return chosen


def _known_payers(transaction: BankTransaction) -> list[Customer]:
    """Whose payments earlier transactions of the same account were, or else of the same name; the latest first."""
    account, name = transaction.counterparty_account, transaction.counterparty_name
    earlier = BankTransaction.objects.filter(status="matched").order_by("-pk")
    rows = list(earlier.filter(counterparty_account=account)[:_MOST_EARLIER]) if account else []
    if not rows and name:
        rows = list(earlier.filter(counterparty_name=name)[:_MOST_EARLIER])
    matches = BankMatch.objects.filter(transaction__in=rows, undone_at=None, payment__isnull=False)
    matches = matches.select_related("payment__customer").order_by("-created_at", "-pk")
    found = {match.payment.customer_id: match.payment.customer for match in matches if match.payment is not None}
    return [one for one in found.values() if one.currency == transaction.currency][:_MOST_PAYERS]


def _recorded_payments(transaction: BankTransaction) -> list[Suggestion]:
    """Payments of this amount that were recorded by hand around the day."""
    rows = Payment.objects.filter(amount=transaction.amount, currency=transaction.currency, voided_at=None)
    rows = rows.filter(payment_date__range=_around(transaction)).exclude(_matched("payment"))
    rows = rows.select_related("customer", "invoice").order_by("pk")[:_MOST_EQUAL]
    return [Suggestion(row.customer, (Reason("recorded", day=row.payment_date),), recorded=row) for row in rows]


def _recorded_refunds(transaction: BankTransaction) -> list[Suggestion]:
    """Refunds of this amount around the day."""
    rows = Refund.objects.filter(amount=-transaction.amount, voided_at=None)
    rows = rows.filter(refund_date__range=_around(transaction)).exclude(_matched("refund"))
    currency = transaction.currency
    rows = rows.filter(Q(payment__currency=currency) | Q(credit_note__currency=currency))
    rows = rows.select_related("payment__customer", "credit_note__customer").order_by("pk")[:_MOST_EQUAL]
    return [Suggestion(row.source.customer, (Reason("recorded", day=row.refund_date),), recorded=row) for row in rows]


def _around(transaction: BankTransaction) -> tuple[date, date]:
    return transaction.booking_date - _DAYS, transaction.booking_date + _DAYS


def _matched(name: str) -> Exists:
    """Those that are another transaction already."""
    return Exists(BankMatch.objects.filter(undone_at=None, **{name: OuterRef("pk")}))
