"""Payments as rows of files: for one invoice or several, whole or in part, or for none."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from msgspec import UNSET

from bigledger_crm.imports.applying import created, each, remove_each
from bigledger_crm.imports.kinds import LINES, NO_MATCH, ImportField, ImportKind, RowResult, Values
from bigledger_crm.imports.models import Outcome
from bigledger_crm.kernel.errors import DomainError, FieldError, InvalidData, field_error, under
from bigledger_crm.kernel.money import ZERO
from bigledger_crm.kernel.text import clean_line, fold
from bigledger_crm.registry import Text
from bigledger_crm.tenancy.actor import Actor
from customers.importing.named import CUSTOMER_BY, CUSTOMER_EMAIL, CUSTOMER_FIELDS, NamedCustomers
from customers.models import Customer
from customers.queries import locking_with_customers
from invoicing.importing.fields import METHODS, PAID_WITH_INVOICE, method_offers
from invoicing.importing.sources import PAYMENT_SOURCES
from invoicing.inputs import AllocationInput, CustomerPaymentInput, PaymentInput
from invoicing.models import Invoice, Payment
from invoicing.services import record_customer_payment, record_payment, void_payment
from sales.importing.documents import UNDONE, never, numbers_there

NOUN = "Payment"
RECORDED, VOIDED = "recorded", "voided"
_STATUSES = {
    **dict.fromkeys(("recorded", "received", "paid", "completed", "complete", "cleared", "reconciled"), RECORDED),
    **dict.fromkeys(("posted", "submitted", "authorised", "authorized", "in process", "success", "applied"), RECORDED),
    **dict.fromkeys(("voided", "void", "cancelled", "canceled", "deleted", "reversed"), VOIDED),
    **dict.fromkeys(("failed", "rejected", "bounced", "draft", "pending"), VOIDED),
}


def _status_offers() -> Sequence[tuple[str, Text]]:
    return [(RECORDED, _("Recorded")), (VOIDED, _("Voided"))]


FIELDS = (
    ImportField(
        name="paymentNumber",
        label=_("Payment number"),
        known_as=("payment no", "receipt number", "receipt no", "number", "payment id"),
    ),
    ImportField(
        name="paymentDate",
        label=_("Payment date"),
        type="date",
        known_as=("date", "paid on", "date paid", "received", "received on"),
    ),
    ImportField(
        name="status",
        label=_("Status"),
        type="choice",
        known_as=("payment status",),
        choices=_STATUSES,
        offers=_status_offers,
        needs_choice=True,
    ),
    *CUSTOMER_FIELDS,
    CUSTOMER_EMAIL,
    ImportField(
        name="amount",
        label=_("Amount"),
        type="number",
        known_as=("payment amount", "total", "amount received", "paid amount", "received amount"),
    ),
    ImportField(name="currency", label=_("Currency"), known_as=("currency code",)),
    ImportField(
        name="exchangeRate", label=_("Exchange rate"), type="number", known_as=("currency rate", "conversion rate")
    ),
    ImportField(
        name="paymentMethod",
        label=_("Payment method"),
        type="choice",
        known_as=("mode", "payment mode", "method", "payment type", "type", "mode of payment"),
        choices=METHODS,
        offers=method_offers,
    ),
    ImportField(
        name="reference",
        label=_("Reference"),
        known_as=("reference number", "transaction reference", "ref no", "memo", "cheque number"),
    ),
    ImportField(name="notes", label=_("Notes"), known_as=("description", "private notes")),
    ImportField(
        name="items.invoiceNumber",
        label=_("Invoice number"),
        known_as=("invoice no", "invoice number", "invoice", "invoices"),
    ),
    ImportField(
        name="items.amount",
        label=_("Amount for the invoice"),
        type="number",
        known_as=("amount applied to invoice", "amount applied", "applied amount", "allocated amount"),
    ),
)


def _invoice_numbers(values: Values) -> list[str]:
    return [str(line["invoiceNumber"]) for line in values[LINES] if "invoiceNumber" in line]


def _key(values: Values, match_by: str) -> str:
    """A payment without a number is told by all that it says."""
    if match_by == "paymentNumber" and match_by in values:
        return str(values[match_by]).strip().upper()
    named = next((fold(str(values[name])) for name in CUSTOMER_BY if name in values), "")
    parts = [str(values.get(name, "")) for name in ("paymentDate", "amount", "reference", "paymentMethod")]
    lines = [f"{line.get('invoiceNumber', '')} {line.get('amount', '')}" for line in values.get(LINES, ())]
    return NO_MATCH + "\n".join([named, *parts, *lines])


class _Rows:
    """Rows of payments, and what they name: all of it read at once."""

    def __init__(self, rows: Sequence[Values]) -> None:
        self.customers = NamedCustomers(rows)
        numbers = [number for values in rows for number in _invoice_numbers(values)]
        self.invoices = numbers_there(Invoice, "invoice_number", numbers)
        days = {values["paymentDate"] for values in rows if "paymentDate" in values}
        found = [invoice.pk for several in self.invoices.values() for invoice in several]
        paid = Payment.objects.filter(invoice__in=found, is_imported=True, notes=PAID_WITH_INVOICE, voided_at=None)
        self.paid_with_invoice = set(paid.values_list("invoice_id", flat=True))
        self.there: dict[tuple[Any, ...], list[Payment]] = defaultdict(list)
        for payment in Payment.objects.filter(is_imported=True, voided_at=None, payment_date__in=days):
            told = (payment.customer_id, payment.payment_date, payment.amount, payment.reference)
            self.there[told].append(payment)

    def invoices_of(self, values: Values) -> list[Invoice]:
        """The invoices that the lines name.  Raises InvalidData."""
        found, errors = [], []
        for place, line in enumerate(values[LINES]):
            number = str(line.get("invoiceNumber", ""))
            known = self.invoices.get(number.upper(), ())
            invoice = next((one for one in known if one.invoice_number == number), None) or next(iter(known), None)
            if invoice is not None and invoice.pk in self.paid_with_invoice:
                message = (
                    "The import of this invoice recorded what was paid. Undo it and import the invoices without the "
                    "amount paid and the amount due, or leave this payment out"
                )
                errors += under(field_error("invoice_number", message), LINES, place)
            elif invoice is not None:
                found.append(invoice)
            else:
                errors += under(field_error("invoice_number", "There is no such invoice"), LINES, place)
        if errors:
            raise InvalidData(NOUN, errors)
        return found

    def customer_of(self, values: Values, invoices: Sequence[Invoice]) -> Customer:
        """The customer that rows name, else that of their invoices.  Raises AmbiguousRow, InvalidData."""
        if invoices and not any(name in values for name in CUSTOMER_BY):
            return Customer.objects.get(pk=invoices[0].customer_id)
        return self.customers.the_one(values, NOUN)


def reference_of(values: Values) -> str:
    """How a payment is found again: its number and its reference."""
    said = (str(values[name]) for name in ("paymentNumber", "reference") if name in values)
    return clean_line(" ".join(dict.fromkeys(said)))


def amount_of(values: Values) -> Decimal | None:
    """The amount of a payment, which may be that of its lines."""
    amounts = [line["amount"] for line in values[LINES] if "amount" in line]
    amount: Decimal | None = values.get("amount", sum(amounts, ZERO) if amounts else None)
    return amount


def _apply(actor: Actor, rows: Sequence[Values], match_by: str) -> list[RowResult]:
    known = _Rows(rows)
    results: dict[int, RowResult] = {}
    new = []
    for place, values in enumerate(rows):
        if (payment := _there(known, values)) is not None:
            results[place] = RowResult(outcome=Outcome.SAME, object_id=payment.pk)
        else:
            new.append(place)
    made = each([rows[place] for place in new], lambda values: _create(actor, known, values))
    for place, one in zip(new, made, strict=True):
        results[place] = created(one)
    return [results[place] for place in range(len(rows))]


def _there(known: _Rows, values: Values) -> Payment | None:
    """The payment of an earlier import that says the same."""
    try:
        customer = known.customer_of(values, known.invoices_of(values))
    except DomainError:  # `_create` tells it
        return None
    told = (customer.pk, values.get("paymentDate"), amount_of(values), reference_of(values))
    return next(iter(known.there.get(told, ())), None)


def _create(actor: Actor, known: _Rows, values: Values) -> Payment:
    if values.get("status") == VOIDED:
        raise InvalidData(NOUN, field_error("status", "This payment is not in the books: leave it out"))
    invoices = known.invoices_of(values)
    customer, amount = known.customer_of(values, invoices), amount_of(values)
    if "paymentDate" not in values:
        raise InvalidData(NOUN, field_error("payment_date", "Payment date is required"))
    given = {
        "amount": amount,
        "payment_date": values["paymentDate"],
        "payment_method": values.get("paymentMethod", UNSET),
        "reference": reference_of(values),
        "notes": values.get("notes", UNSET),
        "exchange_rate": values.get("exchangeRate", UNSET),
    }
    parts = [line.get("amount", amount if len(invoices) == 1 else None) for line in values[LINES]]
    errors: list[FieldError] = []
    for place, (invoice, part) in enumerate(zip(invoices, parts, strict=True)):
        if part != 0 and invoice.customer_id != customer.pk:
            errors += under(field_error("invoice_number", "The customer has no such invoice"), LINES, place)
    if errors:
        raise InvalidData(NOUN, errors)
    is_for_one = len(invoices) == 1 and parts[0] == amount
    if is_for_one and values.get("currency", customer.currency) == customer.currency:
        return record_payment(actor, invoices[0], PaymentInput(**given), is_imported=True)
    allocations = [
        AllocationInput(invoice_id=invoice.public_id, amount=part)
        for invoice, part in zip(invoices, parts, strict=True)
        if part != 0
    ]
    inputs = CustomerPaymentInput(
        **given, customer_id=customer.public_id, currency=values.get("currency", UNSET), allocations=allocations
    )
    return record_customer_payment(actor, inputs, is_imported=True)


def _remove(actor: Actor, keys: Sequence[UUID]) -> Mapping[UUID, DomainError]:
    return remove_each(keys, lambda pk: _void(actor, pk))


def _void(actor: Actor, pk: UUID) -> None:
    void_payment(actor, Payment.objects.get(pk=pk), reason=UNDONE)


PAYMENTS = ImportKind(
    name="payments",
    label=_("Payments"),
    noun=NOUN,
    object_type="payment",
    resource="payments",
    fields=FIELDS,
    match_by=("paymentNumber", "paymentDate"),
    key=_key,
    apply=_apply,
    remove=_remove,
    restore=never,
    lock=locking_with_customers(Payment),
    undo_rights=(("payments", "void"),),
    sources=PAYMENT_SOURCES,
    lines_by=("paymentNumber",),
    may_lack=("paymentNumber",),
    slice=100,
    undo_text=_("Payments that the import recorded are voided."),
)
