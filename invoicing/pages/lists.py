"""The lists of invoices, credit notes and payments."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bigledger_crm.custom_fields.pages.lists import CustomFieldListPage
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.record_owners import owner_name
from bigledger_crm.web.components import Action, Column, Text
from bigledger_crm.web.lists import BulkAction, FilterField, ListPage, Picker
from bigledger_crm.web.lists.bulk import each
from bigledger_crm.web.lists.tagging import tag_actions
from bigledger_crm.web.owners import OWNER_FILTER, owner_action, owner_column
from invoicing.filters import CreditNoteListFilters, InvoiceListFilters, PaymentFilters
from invoicing.inputs import InvoiceInput
from invoicing.models import CreditNote, Invoice, Payment
from invoicing.pages.batches import issue_all, send_all
from invoicing.pages.credit_notes import credit_note_href
from invoicing.pages.forms import METHODS
from invoicing.pages.invoices import invoice_href
from invoicing.pages.labels import INVOICE_STATES, PAYMENT_STATES, PAYMENT_STATUSES, UNISSUABLE_INVOICES, invoice_badge
from invoicing.pages.payments import payment_href, settled_invoices, shortened
from invoicing.pages.sold_as import SOLD_AS
from invoicing.queries import state_of, with_display_status
from invoicing.queries.settlement import with_allocations
from invoicing.reports.payment_behaviour import BAND_LABELS
from invoicing.services import change_invoice_tags, issue_invoice, send_invoice, update_invoice
from sales.models import SalesOrder
from sales.pages.lists import (
    FOUND_BY,
    OF_CUSTOMER,
    OTHERS_STAY,
    TOTAL,
    amounts_of,
    goes_to,
    not_sent_text,
    sent_text,
    unsendable,
)
from sales.queries import order_by_public_id
from sales.services import EmailOptions

# What chips show that is more than one state.
_STAGES = {"open": ("open",), "issued": ("open", "paid")}


def _picked_order(text: str) -> tuple[str, str] | None:
    """By its public id or its number.  Raises NotFound for an id that the company hasn't."""
    of_id = text.startswith(f"{SalesOrder.PREFIX}_")
    order = order_by_public_id(text) if of_id else SalesOrder.objects.filter(order_number__iexact=text).first()
    return (order.public_id, order.order_number) if order else None


def _send(actor: Actor, invoice: Invoice, _values: Mapping[str, Any]) -> str:
    _invoice, email = send_invoice(actor, invoice, EmailOptions(can_be_taken_back=True))
    return _("To %(receivers)s") % {"receivers": ", ".join(email.to)}


def _issue(actor: Actor, invoice: Invoice, _values: Mapping[str, Any]) -> str:
    issue_invoice(actor, invoice)
    return _("Issued")


def _cancelled(_actor: Actor, invoice: Invoice) -> Text:
    return UNISSUABLE_INVOICES["cancelled"] if invoice.status == "cancelled" else ""


def _unissuable(actor: Actor, invoice: Invoice) -> Text:
    return UNISSUABLE_INVOICES.get(state_of(invoice, actor.today()).status, "")


def _issued_text(count: int) -> str:
    return ngettext("%(count)s marked as sent", "%(count)s marked as sent", count) % {"count": count}


def _not_issued_text(count: int) -> str:
    return ngettext("%(count)s not marked as sent", "%(count)s not marked as sent", count) % {"count": count}


class InvoiceListView(CustomFieldListPage):
    """All invoices."""

    resource = "invoices"
    filters = InvoiceListFilters
    custom_fields_of = "invoices"
    title = gettext_lazy("Invoices")
    sorts = {"number": "number_sort", "date": "invoice_date", "due": "due_date", "total": "total"}
    default_sort = "-date"
    chips = (
        ("open", gettext_lazy("Open")),
        ("issued", gettext_lazy("Issued")),
        *((state, INVOICE_STATES[state].label) for state in ("overdue", "draft", "paid", "cancelled")),
    )
    narrow_by = (
        OF_CUSTOMER,
        FilterField("invoiceDate", gettext_lazy("Date")),
        FilterField("dueDate", gettext_lazy("Due")),
        FilterField("paymentStatus", gettext_lazy("Paid"), PAYMENT_STATUSES),
        FilterField("lastPaymentDate", gettext_lazy("Last payment")),
        FilterField("daysToPay", gettext_lazy("Days to pay"), BAND_LABELS),
        TOTAL,
        OWNER_FILTER,
        FilterField("orderId", gettext_lazy("Order"), picker=Picker(find=_picked_order)),
        *SOLD_AS,
    )
    bulk = (
        BulkAction(
            "send",
            gettext_lazy("Send"),
            gettext_lazy(
                "Each invoice is emailed to its customer as a PDF, with the text of the email template. Drafts are "
                "issued: they then count as receivables, and only their notes can be changed."
            ),
            "invoices",
            _send,
            sent_text,
            not_sent_text,
            unsendable("invoices", _cancelled),
            goes_to("invoices"),
            gettext_lazy("To"),
            icon="send",
            for_all=send_all,
        ),
        BulkAction(
            "issue",
            gettext_lazy("Mark as sent"),
            gettext_lazy("Drafts then count as receivables, and only their notes can be changed. No email is sent."),
            "invoices",
            _issue,
            _issued_text,
            _not_issued_text,
            each(_unissuable),
            each(lambda actor, invoice: invoice_badge(state_of(invoice, actor.today())).label),
            gettext_lazy("Now"),
            for_all=issue_all,
        ),
        *tag_actions(
            "invoices", change_invoice_tags, lambda actor, _invoices: lambda invoice: _cancelled(actor, invoice)
        ),
        owner_action(lambda actor, row, owner: update_invoice(actor, row, InvoiceInput(owner_id=owner)), OTHERS_STAY),
    )
    search_label = FOUND_BY
    empty_title = gettext_lazy("No invoices yet")
    empty_text = gettext_lazy("Create invoices from confirmed orders, in full or in part, or without an order.")
    create = Action(gettext_lazy("New invoice"), reverse_lazy("invoicing:new-invoice"), primary=True)

    def columns(self) -> Sequence[Column]:
        """The columns of the list; the state depends on the company's day."""
        today = self.actor.today()
        return (
            Column(_("Number"), lambda invoice: invoice.invoice_number, "main", "number", lambda row: row.reference),
            Column(_("Customer"), lambda invoice: invoice.customer_name, name="customer"),
            Column(_("Reference"), lambda invoice: invoice.reference, name="reference", optional=True),
            Column(_("Purchase order"), lambda invoice: invoice.purchase_order, name="purchase-order", optional=True),
            Column(_("Tags"), lambda invoice: ", ".join(invoice.tags), name="tags", optional=True),
            Column(_("Status"), lambda invoice: invoice_badge(state_of(invoice, today)), "badge", name="status"),
            owner_column(),
            Column(_("Date"), lambda invoice: invoice.invoice_date, "day", "date", name="date"),
            Column(_("Due"), lambda invoice: invoice.due_date, "day", "due", name="due"),
            *amounts_of(),
            Column(_("Total"), lambda invoice: invoice.total, "amount", "total", name="total"),
            Column(_("Paid"), lambda invoice: invoice.amount_paid, "amount", name="paid", optional=True),
            Column(
                _("Amount due"),
                lambda invoice: invoice.amount_due if invoice.stage == "open" else None,
                "amount",
                name="to-pay",
            ),
            *self.custom_columns(),
        )

    def all_rows(self) -> QuerySet[Any]:
        """Invoices with their owners' names."""
        return Invoice.objects.annotate(owner_name=owner_name())

    def chosen(self, rows: QuerySet[Any], chip: str) -> QuerySet[Any]:
        """By the shown state, or by several of them."""
        stages = _STAGES.get(chip)
        return rows.filter(Q(stage__in=stages) if stages else with_display_status(chip, self.actor.today()))

    def href(self, row: Invoice) -> str:
        """The invoice's page."""
        return invoice_href(row.public_id)


class CreditNoteListView(ListPage):
    """All credit notes."""

    resource = "credit-notes"
    filters = CreditNoteListFilters
    title = gettext_lazy("Credit notes")
    sorts = {"number": "number_sort", "date": "credit_note_date", "total": "total"}
    default_sort = "-date"
    narrow_by = (
        OF_CUSTOMER,
        FilterField("creditNoteDate", gettext_lazy("Date")),
        TOTAL,
        OWNER_FILTER,
        *SOLD_AS,
    )
    search_label = FOUND_BY
    empty_title = gettext_lazy("No credit notes yet")
    empty_text = gettext_lazy("To credit an issued invoice in full or in part, open the invoice.")

    def columns(self) -> Sequence[Column]:
        """The columns of the list."""
        return (
            Column(_("Number"), lambda note: note.credit_note_number, "main", "number", lambda note: note.reason),
            Column(_("Customer"), lambda note: note.customer_name, name="customer"),
            Column(_("Invoice"), lambda note: note.invoice.invoice_number if note.invoice else "", name="invoice"),
            Column(_("Reason"), lambda note: note.reason, name="reason", optional=True),
            Column(_("Date"), lambda note: note.credit_note_date, "day", "date", name="date"),
            *amounts_of(),
            Column(_("Total"), lambda note: note.total, "amount", "total", name="total"),
        )

    def all_rows(self) -> QuerySet[Any]:
        """Credit notes with their invoices."""
        return CreditNote.objects.select_related("invoice")

    def href(self, row: CreditNote) -> str:
        """The credit note's page."""
        return credit_note_href(row.public_id)


class PaymentListView(ListPage):
    """All payments."""

    resource = "payments"
    filters = PaymentFilters
    title = gettext_lazy("Payments")
    sorts = {"date": "payment_date"}
    default_sort = "-date"
    chips = tuple((state, pill.label) for state, pill in PAYMENT_STATES.items())
    narrow_by = (
        OF_CUSTOMER,
        FilterField("paymentDate", gettext_lazy("Received on")),
        FilterField("paymentMethod", gettext_lazy("Payment method"), METHODS),
        FilterField("amount", gettext_lazy("Amount")),
    )
    search_label = gettext_lazy("Reference")
    create = Action(gettext_lazy("Receive money"), reverse_lazy("invoicing:new-payment"), primary=True, icon="plus")
    empty_title = gettext_lazy("No payments yet")
    empty_text = gettext_lazy("To record a payment, open its invoice, or receive money for several invoices.")

    def columns(self) -> Sequence[Column]:
        """The columns of the list."""
        return (
            Column(
                _("Invoices"),
                lambda row: shortened(row) or row.reference or _("Unapplied credit"),
                "main",
                exact=settled_invoices,
            ),
            Column(_("Customer"), lambda payment: payment.customer.name, name="customer"),
            Column(_("Received on"), lambda payment: payment.payment_date, "day", "date", name="date"),
            Column(
                _("Payment method"),
                lambda payment: METHODS[payment.payment_method],
                name="how",
                note=lambda row: row.reference,
            ),
            Column(_("Reference"), lambda payment: payment.reference, name="reference", optional=True),
            Column(_("Status"), lambda payment: PAYMENT_STATES[payment.status], "badge", name="status"),
            Column(_("Allocated"), lambda row: row.amount_allocated, "amount", name="allocated", optional=True),
            Column(_("Refunded"), lambda row: row.amount_refunded, "amount", name="refunded", optional=True),
            Column(_("Unapplied credit"), lambda row: row.unapplied, "amount", name="left", optional=True),
            Column(_("Amount"), lambda payment: payment.amount, "amount", name="amount"),
        )

    def all_rows(self) -> QuerySet[Any]:
        """Payments with their customers and the invoices that they settle."""
        return with_allocations(Payment.objects.select_related("invoice", "customer"))

    def chosen(self, rows: QuerySet[Any], chip: str) -> QuerySet[Any]:
        """Recorded, or voided."""
        return rows.filter(voided_at__isnull=chip == "recorded")

    def href(self, row: Payment) -> str:
        """The payment's page."""
        return payment_href(row.public_id)
