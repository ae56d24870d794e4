"""What lists of invoices, credit notes and payments can be narrowed by."""

from django.db.models import Q

from bigledger_crm.filtering import (
    BooleanFilter,
    ChoiceFilter,
    DayFilter,
    DerivedFilter,
    ListFilters,
    NumberFilter,
    ObjectFilter,
    SearchFilter,
)
from customers.filters import DocumentSearchFilter
from customers.models import Customer
from invoicing.models import Invoice
from invoicing.queries import invoices_with_payment_status, with_display_status
from invoicing.rules import PAYMENT_METHODS, PAYMENT_STATES, PAYMENT_STATUSES, SHOWN_INVOICE_STATES
from sales.filters import DocumentFilters
from sales.models import SalesOrder


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


class InvoiceFilters(DocumentFilters):
    """Invoices."""

    search = DocumentSearchFilter(about="Part of the number, reference, title or customer's name, past or present")
    status = DerivedFilter(SHOWN_INVOICE_STATES, with_display_status, about="Status, as shown today")
    payment_status = DerivedFilter(PAYMENT_STATUSES, invoices_with_payment_status, about="How far it is paid")
    overdue = OverdueFilter(about="Something due and past its due date, or not")
    invoice_date_from = DayFilter("invoice_date", lookup="gte", about="First invoice date")
    invoice_date_to = DayFilter("invoice_date", lookup="lte", about="Last invoice date")
    due_date_from = DayFilter("due_date", lookup="gte", about="First due date")
    due_date_to = DayFilter("due_date", lookup="lte", about="Last due date")


class InvoiceListFilters(InvoiceFilters):
    """Invoices, as their page lists them."""

    order_id = ObjectFilter("order", SalesOrder, "Sales order", about="The sales order")


class CreditNoteFilters(DocumentFilters):
    """Credit notes."""

    search = DocumentSearchFilter(
        about="Part of the number, the invoice's number or reference, or the customer's name, past or present"
    )
    invoice_id = ObjectFilter("invoice", Invoice, "Invoice", about="The invoice")
    credit_note_date_from = DayFilter("credit_note_date", lookup="gte", about="First credit note date")
    credit_note_date_to = DayFilter("credit_note_date", lookup="lte", about="Last credit note date")


class PaymentFilters(ListFilters):
    """Payments."""

    search = SearchFilter(about="Part of the reference")
    customer_id = ObjectFilter("customer", Customer, "Customer", about="The customer")
    invoice_id = ObjectFilter("invoice", Invoice, "Invoice", about="The invoice")
    status = VoidedFilter("", PAYMENT_STATES, about="Recorded or voided")
    payment_method = ChoiceFilter("payment_method", PAYMENT_METHODS, about="How it was paid")
    payment_date_from = DayFilter("payment_date", lookup="gte", about="First payment date")
    payment_date_to = DayFilter("payment_date", lookup="lte", about="Last payment date")
    amount_min = NumberFilter("amount", lookup="gte", about="Lowest amount, in the payment's currency")
    amount_max = NumberFilter("amount", lookup="lte", about="Highest amount, in the payment's currency")


class FunnelFilters(ListFilters):
    """Whose quotes a funnel begins with."""

    date_from = DayFilter("quote_date", lookup="gte", about="First day of the quotes; by default of 90 days")
    date_to = DayFilter("quote_date", lookup="lte", about="Last day of the quotes; today without it")
    customer_id = ObjectFilter("customer", Customer, "Customer", about="Quotes of this customer only")
