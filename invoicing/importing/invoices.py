"""Invoices as rows of files: issued ones, with their own numbers and dates, open or paid."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from msgspec import UNSET

from bigledger_crm.imports.applying import remove_each
from bigledger_crm.imports.kinds import ImportField, ImportKind, RowResult, Values
from bigledger_crm.kernel.errors import DomainError, InvalidData, field_error
from bigledger_crm.kernel.money import ZERO
from bigledger_crm.numbering.services import pass_over
from bigledger_crm.registry import Text
from bigledger_crm.tenancy.actor import Actor
from customers.queries import locking_with_customers
from invoicing.importing.fields import CREDIT_NOTE, DOCUMENT_TYPE, METHODS, PAID_WITH_INVOICE, method_offers
from invoicing.importing.sources import INVOICE_SOURCES
from invoicing.inputs import InvoiceInput, PaymentInput
from invoicing.models import Invoice, Payment
from invoicing.services import cancel_invoice, create_invoice, issue_invoice, record_payment, void_payment
from sales.importing.document_fields import HEADER_FIELDS, LINE_FIELDS
from sales.importing.documents import (
    UNDONE,
    ImportedRows,
    apply_documents,
    check_amounts,
    clean_number,
    difference,
    key_of,
    never,
    numbers_there,
)

NOUN = "Invoice"
# What follows from time, and from payments and credit, which are noted themselves.
OWN_EVENTS = frozenset({"invoice.overdue", "invoice.paid"})
# How rows call what happened to an invoice, here and in other programs.
_STATUSES = {
    **dict.fromkeys(
        ("issued", "sent", "due", "open", "overdue", "unpaid", "not paid", "outstanding", "posted", "approved"),
        "issued",
    ),
    **dict.fromkeys(
        ("authorised", "authorized", "awaiting payment", "viewed", "emailed", "partial", "credit note issued"), "issued"
    ),
    **dict.fromkeys(
        ("partially paid", "partially_paid", "partiallypaid", "partly paid", "part paid", "unpaid and discounted"),
        "issued",
    ),
    **dict.fromkeys(("overdue and discounted", "partly paid and discounted"), "issued"),
    **dict.fromkeys(
        ("draft", "pending", "not sent", "unapproved", "awaiting approval", "pending approval", "submitted"), "draft"
    ),
    **dict.fromkeys(
        ("void", "voided", "cancelled", "canceled", "cancel", "deleted", "reversed", "rejected"), "cancelled"
    ),
    **dict.fromkeys(("paid", "closed", "fully paid", "in payment", "in_payment"), "paid"),
}


def _status_offers() -> Sequence[tuple[str, Text]]:
    return [("issued", _("Issued")), ("paid", _("Paid")), ("draft", _("Draft")), ("cancelled", _("Cancelled"))]


FIELDS = (
    ImportField(
        name="invoiceNumber",
        label=_("Invoice number"),
        known_as=("invoice no", "number", "invoice", "document number", "inv no", "invoice id"),
    ),
    ImportField(
        name="invoiceDate", label=_("Invoice date"), type="date", known_as=("date", "issue date", "posting date")
    ),
    ImportField(
        name="dueDate", label=_("Due date"), type="date", known_as=("due", "payment due", "payment due date", "due on")
    ),
    ImportField(
        name="status",
        label=_("Status"),
        type="choice",
        known_as=("invoice status",),
        choices=_STATUSES,
        offers=_status_offers,
        needs_choice=True,
    ),
    DOCUMENT_TYPE,
    *HEADER_FIELDS,
    ImportField(name="purchaseOrder", label=_("Purchase order"), known_as=("purchase order number", "po")),
    ImportField(name="tags", label=_("Tags"), type="list", known_as=("labels",)),
    ImportField(
        name="amountPaid",
        label=_("Amount paid"),
        type="number",
        known_as=("paid", "paid to date", "paid amount", "invoice amount paid", "payments"),
    ),
    ImportField(
        name="balance",
        label=_("Amount due"),
        type="number",
        known_as=("balance", "outstanding", "open balance", "outstanding amount", "balance due", "amount due signed"),
    ),
    ImportField(
        name="paymentDate",
        label=_("Payment date"),
        type="date",
        known_as=("last payment date", "paid on", "date paid", "paid date", "fully paid on date"),
    ),
    ImportField(
        name="paymentMethod",
        label=_("Payment method"),
        type="choice",
        known_as=("payment mode", "payment type"),
        choices=METHODS,
        offers=method_offers,
    ),
    ImportField(name="sendReminders", label=_("Send reminders when overdue"), type="yes_no", is_asked=True),
    *LINE_FIELDS,
)


def _apply(actor: Actor, rows: Sequence[Values], match_by: str) -> list[RowResult]:
    known = ImportedRows(NOUN, rows)
    there = numbers_there(Invoice, "invoice_number", [str(values[match_by]) for values in rows])

    def differs(invoice: Invoice, values: Values) -> str:
        if invoice.status == "cancelled":
            return "it was cancelled, and its number is not used again"
        return difference(invoice, values, ("invoiceDate", invoice.invoice_date), known.customers)

    return apply_documents(rows, match_by, there, lambda values: _create(actor, known, values), differs)


def _create(actor: Actor, known: ImportedRows, values: Values) -> Invoice:
    """Issues an invoice as it was elsewhere, and records what was paid of it.  Sends nothing."""
    _refuse_not_issued(values)
    if "invoiceDate" not in values:
        raise InvalidData(NOUN, field_error("invoice_date", "Invoice date is required"))
    number, day = clean_number(NOUN, "invoice_number", values["invoiceNumber"]), values["invoiceDate"]
    inputs = InvoiceInput(
        **known.inputs(values, day),
        invoice_date=day,
        due_date=values.get("dueDate", UNSET),
        purchase_order=values.get("purchaseOrder", UNSET),
        send_reminders=values.get("sendReminders", False),
        tags=values.get("tags", UNSET),
    )
    draft = create_invoice(actor, inputs, own_number=number)
    check_amounts(NOUN, draft, values)
    paid = _paid(draft, values)
    invoice = issue_invoice(actor, draft)
    if paid:
        actor.require("payments", "write")
        # Without its date a payment came when it was due.
        payment_date = values.get("paymentDate") or min(invoice.due_date, max(actor.today(), day))
        payment = PaymentInput(
            amount=paid,
            payment_date=min(payment_date, actor.today()) if "paymentDate" not in values else payment_date,
            payment_method=values.get("paymentMethod", UNSET),
            notes=PAID_WITH_INVOICE,
        )
        record_payment(actor, invoice, payment, is_imported=True)
    return invoice


def _refuse_not_issued(values: Values) -> None:
    if values.get("documentType") == CREDIT_NOTE:
        raise InvalidData(NOUN, field_error("document_type", "This is a credit note: import those by themselves"))
    if said := {"draft": "a draft", "cancelled": "cancelled"}.get(values.get("status", "")):
        raise InvalidData(NOUN, field_error("status", f"Only issued invoices are imported, and this one is {said}"))


def _paid(invoice: Invoice, values: Values) -> Decimal:
    """What was paid of an invoice.  Raises InvalidData."""
    total = invoice.total
    if "amountPaid" in values:
        name, paid = "amount_paid", values["amountPaid"]
    elif "balance" in values:
        name, paid = "balance", total - values["balance"]
    else:
        name, paid = "status", total if values.get("status") == "paid" else ZERO
    if not 0 <= paid <= total:
        raise InvalidData(NOUN, field_error(name, f"What was paid must be between 0 and {total.normalize():f}"))
    return Decimal(paid)


def begin(actor: Actor, numbers: Iterable[str]) -> None:
    """New invoices go on after the highest number."""
    pass_over(actor.company, "invoice", numbers)


def remove_invoices(actor: Actor, keys: Sequence[UUID]) -> Mapping[UUID, DomainError]:
    """Voids what the rows paid, and cancels the invoices: their numbers stay."""
    return remove_each(keys, lambda pk: _remove(actor, pk))


def _remove(actor: Actor, pk: UUID) -> None:
    invoice = Invoice.objects.get(pk=pk)
    for payment in Payment.objects.filter(invoice=invoice, is_imported=True, voided_at=None):
        void_payment(actor, payment, reason=UNDONE)
    cancel_invoice(actor, invoice, reason=UNDONE)


INVOICES = ImportKind(
    name="invoices",
    label=_("Invoices"),
    noun=NOUN,
    object_type="invoice",
    resource="invoices",
    fields=FIELDS,
    match_by=("invoiceNumber",),
    key=key_of,
    apply=_apply,
    remove=remove_invoices,
    restore=never,
    lock=locking_with_customers(Invoice),
    undo_rights=(("invoices", "cancel"), ("payments", "void")),
    takes_custom_fields=True,
    sources=INVOICE_SOURCES,
    lines_by=("invoiceNumber",),
    slice=100,
    begin=begin,
    own_events=OWN_EVENTS,
    undo_text=_(
        "Invoices that the import issued are cancelled, and payments that it recorded are voided. Their numbers are "
        "not used again."
    ),
)
