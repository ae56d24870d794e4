"""What lists of invoices, credit notes and payments can be narrowed by."""

import re
from datetime import date, timedelta
from typing import Any, cast

from django.db.models import Exists, F, JSONField, OuterRef, Q, Value

from bigledger_crm.filtering import (
    BooleanFilter,
    ChoiceFilter,
    DayFilter,
    DerivedFilter,
    ListFilters,
    MomentFilter,
    NumberFilter,
    ObjectFilter,
    OwnerFilter,
    SearchFilter,
    TagsFilter,
    TextFilter,
)
from bigledger_crm.tenancy.queries import by_public_id
from customers.filters import DocumentSearchFilter
from customers.models import Customer
from customers.queries import naming
from invoicing.lifecycle import EINVOICE
from invoicing.models import (
    BankAccount,
    BankStatement,
    CreditNote,
    CreditNoteLine,
    EInvoiceSource,
    Invoice,
    InvoiceLine,
)
from invoicing.models.einvoice import KINDS
from invoicing.queries import invoices_with_payment_status, with_display_status
from invoicing.queries.einvoices import with_status
from invoicing.queries.settlement import settling
from invoicing.rules import PAYMENT_METHODS, PAYMENT_STATES, PAYMENT_STATUSES, SHOWN_INVOICE_STATES, batches
from invoicing.rules.bank import TRANSACTION_STATUSES
from invoicing.rules.days_to_pay import BANDS
from invoicing.rules.payment_references import find_reference
from sales.filters import DocumentFilters, OwnedDocumentFilters
from sales.models import Item, SalesOrder


class OverdueFilter(BooleanFilter):
    """Overdue on the company's day, or not."""

    def condition(self, value: bool) -> Q:
        """Which invoices are, or are not."""
        overdue = with_display_status("overdue", self.parent.today)
        return overdue if value else ~overdue


class VoidedFilter(ChoiceFilter):
    """Recorded or voided."""

    def condition(self, value: str) -> Q:
        """Whether there is a time of voiding."""
        return Q(voided_at__isnull=value == "recorded")


class InvoiceSearchFilter(DocumentSearchFilter):
    """Part of what an invoice is found by, or its whole payment reference in groups, as it is printed."""

    def read(self, text: str) -> str:
        """The folded text."""
        return super().read(find_reference(text) or text)


class SettledInvoiceFilter(ObjectFilter):
    """Recorded for an invoice, or allocated to it since."""

    def condition(self, value: str) -> Q:
        """The payments of its allocations, reversed ones too.  Raises NotFound."""
        invoice = by_public_id(Invoice.objects.only("pk"), self.resource, value)
        return settling(invoice)


class InvoiceFilters(OwnedDocumentFilters):
    """Invoices."""

    search = InvoiceSearchFilter(
        about="Part of the number, payment reference, reference, title or customer's name, past or present"
    )
    status = DerivedFilter(SHOWN_INVOICE_STATES, with_display_status, about="Status, as shown today")
    payment_status = DerivedFilter(PAYMENT_STATUSES, invoices_with_payment_status, about="How far it is paid")
    overdue = OverdueFilter(about="Something due and past its due date, or not")
    invoice_date_from = DayFilter("invoice_date", lookup="gte", about="First invoice date")
    invoice_date_to = DayFilter("invoice_date", lookup="lte", about="Last invoice date")
    due_date_from = DayFilter("due_date", lookup="gte", about="First due date")
    due_date_to = DayFilter("due_date", lookup="lte", about="Last due date")


class SoldItemFilter(ObjectFilter):
    """With a line of an item, with a line of none, or with a charge for shipping."""

    NONE, SHIPPING = "none", "shipping"

    def condition(self, value: str) -> Q:
        """The documents.  Raises NotFound."""
        if value == self.SHIPPING:
            return Q(shipping_cost__gt=0)
        item = None if value == self.NONE else by_public_id(Item.objects.only("pk"), self.resource, value).pk
        line: Any = self.object_model
        (parent,) = line.OWNED_THROUGH
        return Q(Exists(line.objects.filter(**{parent: OuterRef("pk"), "item": item})))


class CountryFilter(TextFilter):
    """Billed to a country, by its code of ISO 3166, or without one: `none`."""

    NONE = "none"

    def __init__(self) -> None:
        super().__init__("billing_address__country", about="Country of the billing address, or `none`", check=_country)

    def condition(self, value: str) -> Q:
        """The documents."""
        if value != self.NONE:
            return super().condition(value)
        address = Q(billing_address=None) | Q(billing_address=Value(None, JSONField()))
        return address | Q(billing_address__country=None) | Q(billing_address__country="")


def _country(text: str) -> str:
    if text != CountryFilter.NONE and not re.fullmatch("[A-Z]{2}", text):
        raise ValueError("Must be a country such as MY, or none")
    return text


def paid_within(band: str, _today: date) -> Q:
    """The paid invoices whose last payment came in a band of days."""
    first, last = BANDS[band]
    found = Q(stage="paid", last_payment_date__isnull=False)
    if first is not None:
        found &= Q(last_payment_date__gte=F("invoice_date") + timedelta(days=first))
    if last is not None:
        found &= Q(last_payment_date__lte=F("invoice_date") + timedelta(days=last))
    return found


class TaggedFilter(BooleanFilter):
    """With any tags, or without."""

    def condition(self, value: bool) -> Q:
        """Documents with or without."""
        untagged = Q(**{f"{self.field_name}__len": 0}) | Q(**{self.field_name: None})
        return ~untagged if value else untagged


class CreditedOwnerFilter(OwnerFilter):
    """Credit notes whose invoice has an owner; those without an invoice, whose customer has."""

    def condition(self, value: str) -> Q:
        """The owner's credit notes.  Raises NotFound."""
        (wanted,) = super().condition(value).children
        owner = cast("tuple[str, Any]", wanted)[1]
        return Q(invoice__isnull=False, invoice__owner=owner) | Q(invoice=None, customer__owner=owner)


class InvoiceListFilters(InvoiceFilters):
    """Invoices, as their page lists them."""

    order_id = ObjectFilter("order", SalesOrder, "Sales order", about="The sales order")
    last_payment_date_from = DayFilter("last_payment_date", lookup="gte", about="First date of the last payment")
    last_payment_date_to = DayFilter("last_payment_date", lookup="lte", about="Last date of the last payment")
    days_to_pay = DerivedFilter(
        list(BANDS), paid_within, about="How many days after the invoice date the last payment of a paid one came"
    )
    item_id = SoldItemFilter("", InvoiceLine, "Item", about="An item on the invoice; `none` or `shipping`")
    tags = TagsFilter("tags", about="All of these tags, separated by commas")
    tagged = TaggedFilter("tags", about="Whether the invoice has any tag")
    country = CountryFilter()


class CreditNoteFilters(DocumentFilters):
    """Credit notes."""

    search = DocumentSearchFilter(
        about="Part of the number, the invoice's number or reference, or the customer's name, past or present"
    )
    invoice_id = ObjectFilter("invoice", Invoice, "Invoice", about="The invoice")
    credit_note_date_from = DayFilter("credit_note_date", lookup="gte", about="First credit note date")
    credit_note_date_to = DayFilter("credit_note_date", lookup="lte", about="Last credit note date")


class CreditNoteListFilters(CreditNoteFilters):
    """Credit notes, as their page lists them."""

    item_id = SoldItemFilter("", CreditNoteLine, "Item", about="An item on the credit note; `none` or `shipping`")
    owner_id = CreditedOwnerFilter()
    tags = TagsFilter("invoice__tags", about="All of these tags of its invoice, separated by commas")
    tagged = TaggedFilter("invoice__tags", about="Whether its invoice has any tag")
    country = CountryFilter()


class PaymentFilters(ListFilters):
    """Payments."""

    search = SearchFilter(about="Part of the reference")
    customer_id = ObjectFilter("customer", Customer, "Customer", about="The customer")
    invoice_id = SettledInvoiceFilter("", Invoice, "Invoice", about="The invoice that it settled some of")
    status = VoidedFilter("", PAYMENT_STATES, about="Recorded or voided")
    payment_method = ChoiceFilter("payment_method", PAYMENT_METHODS, about="How it was paid")
    payment_date_from = DayFilter("payment_date", lookup="gte", about="First payment date")
    payment_date_to = DayFilter("payment_date", lookup="lte", about="Last payment date")
    amount_min = NumberFilter("amount", lookup="gte", about="Lowest amount, in the payment's currency")
    amount_max = NumberFilter("amount", lookup="lte", about="Highest amount, in the payment's currency")


class RefundFilters(ListFilters):
    """Refunds."""

    refund_date_from = DayFilter("refund_date", lookup="gte", about="First refund date")
    refund_date_to = DayFilter("refund_date", lookup="lte", about="Last refund date")


class EInvoiceStatusFilter(ChoiceFilter):
    """A status, or `live` for all that are on their way or accepted."""

    def condition(self, value: str) -> Q:
        """The e-invoices."""
        return with_status(value)


class EInvoiceFilters(ListFilters):
    """E-invoices."""

    status = EInvoiceStatusFilter("status", (*EINVOICE.states, "live"), about="Status; `live`: on its way or accepted")
    kind = ChoiceFilter("kind", KINDS, about="LHDN's code: 01 invoice, 02 credit note, 03 debit note, 04 refund note")
    is_consolidated = BooleanFilter("is_consolidated", about="Whether it reports many sales to consumers as one")
    created_after = MomentFilter("created_at", lookup="gte", about="Created on or after this date or time")
    created_before = MomentFilter("created_at", lookup="lte", about="Created on or before this date or time")


class EInvoiceSearchFilter(SearchFilter):
    """Part of what an invoice or credit note is found by that an e-invoice reports."""

    def condition(self, value: str) -> Q:
        """The e-invoices."""
        invoices = Invoice.objects.filter(naming(value)).values("pk")
        notes = CreditNote.objects.filter(naming(value)).values("pk")
        found = EInvoiceSource.objects.filter(Q(invoice__in=invoices) | Q(credit_note__in=notes))
        return Q(pk__in=found.values("einvoice"))


class EInvoiceListFilters(EInvoiceFilters):
    """E-invoices, as their page lists them."""

    search = EInvoiceSearchFilter(about="Part of the number, reference or customer's name of a document")


class BankTransactionFilters(ListFilters):
    """Movements of bank accounts."""

    search = SearchFilter(about="Part of the description, reference, bank's reference or the other party's name")
    status = ChoiceFilter("status", TRANSACTION_STATUSES, about="Whether it is matched to a payment, or ignored")
    bank_account_id = ObjectFilter("account", BankAccount, "Bank account", about="The bank account")
    bank_statement_id = ObjectFilter("statement", BankStatement, "Bank statement", about="The statement that added it")
    booking_date_from = DayFilter("booking_date", lookup="gte", about="First booking date")
    booking_date_to = DayFilter("booking_date", lookup="lte", about="Last booking date")
    amount_min = NumberFilter("amount", lookup="gte", about="Lowest amount; money that went out is negative")
    amount_max = NumberFilter("amount", lookup="lte", about="Highest amount; money that went out is negative")


class FunnelFilters(ListFilters):
    """Whose quotes a funnel begins with."""

    date_from = DayFilter("quote_date", lookup="gte", about="First day of the quotes; by default of 90 days")
    date_to = DayFilter("quote_date", lookup="lte", about="Last day of the quotes; today without it")
    customer_id = ObjectFilter("customer", Customer, "Customer", about="Quotes of this customer only")


class JournalFilters(ListFilters):
    """Journal entries."""

    customer_id = ObjectFilter("customer", Customer, "Customer", about="The customer")
    date_from = DayFilter("entry_date", lookup="gte", about="First entry date")
    date_to = DayFilter("entry_date", lookup="lte", about="Last entry date")


class BatchFilters(ListFilters):
    """Batches."""

    action = ChoiceFilter("action", batches.ACTIONS, about="What is done to the invoices")
    status = ChoiceFilter("status", batches.STATUSES, about="Whether it is still running")


class BatchItemFilters(ListFilters):
    """The invoices of a batch."""

    status = ChoiceFilter("status", batches.ITEM_STATUSES, about="What became of the invoice")
