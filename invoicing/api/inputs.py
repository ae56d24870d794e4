"""What the API takes for invoices, credit notes and payments."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from bigledger_crm.api import fields
from bigledger_crm.api.serializers import StrictSerializer
from bigledger_crm.kernel.errors import FieldError, field_error, under
from bigledger_crm.kernel.inputs import given_or
from invoicing import inputs, rules
from invoicing.models import Invoice
from invoicing.rules.consolidation import first_day
from invoicing.rules.einvoices import MAX_CANCEL_REASON
from sales.api.email_inputs import SendInput
from sales.api.inputs import DERIVED, DocumentInput, LineUpdate
from sales.api.part_inputs import PartInput
from sales.inputs import LineInput
from sales.rules import MAX_LINES

MAX_ALLOCATIONS = 500


class InvoiceInput(DocumentInput):
    """A new invoice."""

    model = Invoice
    makes = inputs.InvoiceInput
    ignored = DERIVED | {
        "invoiceNumber",
        "paymentReference",
        "salesOrderId",
        "amountPaid",
        "amountDue",
        "paymentStatus",
        "lastPaymentDate",
        "overdueBy",
        "issuedAt",
        "einvoice",
        "amountCredited",
        "amountWrittenOff",
        "cancelledAt",
        "cancelReason",
    }
    invoice_date = fields.DayField(required=False, allow_null=True)
    due_date = fields.DayField(required=False, allow_null=True)
    purchase_order = fields.TextField(max_length=100)
    send_reminders = fields.FlagField(required=False)
    tags = fields.TextListField(required=False, limit=1000)

    def wrong_dates(self, values: inputs.InvoiceInput) -> list[FieldError]:
        if not values.invoice_date:
            return []
        return rules.check_invoice_dates(values.invoice_date, values.due_date or None, self.context["actor"].today())


class InvoiceUpdate(InvoiceInput):
    """What of an invoice is to change; `items` are all its lines."""

    needed = frozenset()
    invoice_date = fields.DayField(required=False)
    due_date = fields.DayField(required=False)
    exchange_rate = fields.NumberField(decimals=10, required=False)
    shipping_cost = fields.AmountField(required=False, minimum=0)
    items = serializers.ListField(child=LineUpdate(), required=False, max_length=MAX_LINES)


class ConvertOrderInput(StrictSerializer):
    """Turning an order into an invoice, whole or in part."""

    invoice_date = fields.DayField(required=False, allow_null=True)
    due_date = fields.DayField(required=False, allow_null=True)
    partial_items = serializers.ListField(child=PartInput(), required=False, allow_null=True, max_length=1000)

    def also_wrong(self, values: Mapping[str, Any]) -> list[FieldError]:
        """Dates that aren't in order."""
        day = values.get("invoice_date")
        return (
            [] if day is None else rules.check_invoice_dates(day, values.get("due_date"), self.context["actor"].today())
        )


class IssueInvoiceInput(StrictSerializer):
    """Issuing an invoice."""

    override_credit_limit = fields.FlagField(required=False)


class SendInvoiceInput(SendInput):
    """An email with an invoice."""

    send_reminders = fields.FlagField(required=False)
    override_credit_limit = fields.FlagField(required=False)


class PaymentInput(StrictSerializer):
    """A payment of the invoice of the context."""

    makes = inputs.PaymentInput
    amount = fields.AmountField()
    payment_date = fields.DayField(required=False, allow_null=True)
    payment_method = fields.TextField(choices=rules.PAYMENT_METHODS)
    reference = fields.TextField(max_length=100)
    notes = fields.TextField()
    account_id = fields.TextField(max_length=100)
    exchange_rate = fields.NumberField(decimals=10, required=False, allow_null=True)
    excess = fields.TextField(choices=rules.EXCESS)

    def rule_errors(self, values: inputs.PaymentInput) -> list[FieldError]:
        """The rules of a payment, as the service will apply them."""
        today, invoice = self.context["actor"].today(), self.context["invoice"]
        return rules.check_payment(
            given_or(values.amount, None),
            invoice.currency,
            given_or(values.payment_date, None) or today,
            given_or(values.payment_method, "") or "other",
            invoice_date=invoice.invoice_date,
            today=today,
        )


class AllocationInput(StrictSerializer):
    """So much for an invoice."""

    makes = inputs.AllocationInput
    invoice_id = fields.TextField(max_length=100)
    amount = fields.AmountField()


class CustomerPaymentInput(StrictSerializer):
    """A payment by a customer, for as many invoices as it says; the service knows the customer's currency."""

    makes = inputs.CustomerPaymentInput
    ignored = frozenset(
        {"id", "invoiceId", "invoice", "status", "voidedAt", "voidReason", "createdBy", "createdAt"}
        | {"refundedAmount", "unappliedAmount"}
    )
    customer_id = fields.TextField(max_length=100)
    amount = fields.AmountField()
    currency = fields.TextField(max_length=3)
    payment_date = fields.DayField(required=False, allow_null=True)
    payment_method = fields.TextField(choices=rules.PAYMENT_METHODS)
    reference = fields.TextField(max_length=100)
    notes = fields.TextField()
    account_id = fields.TextField(max_length=100)
    exchange_rate = fields.NumberField(decimals=10, required=False, allow_null=True)
    allocations = serializers.ListField(
        child=AllocationInput(), required=False, allow_null=True, max_length=MAX_ALLOCATIONS
    )
    auto_allocate = fields.TextField(choices=rules.AUTO_ALLOCATE)

    def rule_errors(self, values: inputs.CustomerPaymentInput) -> list[FieldError]:
        """A customer."""
        return field_error("customer_id", None if given_or(values.customer_id, "") else "Customer is required")


class AllocateInput(StrictSerializer):
    """Which invoices what is left of a payment or credit note settles."""

    allocations = serializers.ListField(
        child=AllocationInput(), required=False, allow_null=True, max_length=MAX_ALLOCATIONS
    )
    auto_allocate = fields.TextField(choices=rules.AUTO_ALLOCATE)


class UnallocateInput(StrictSerializer):
    """The allocations to reverse; by default all of them."""

    allocation_ids = fields.TextListField(required=False, limit=MAX_ALLOCATIONS)


class RefundInput(StrictSerializer):
    """A refund of the payment or credit note of the context."""

    makes = inputs.RefundInput
    amount = fields.AmountField()
    refund_date = fields.DayField(required=False, allow_null=True)
    payment_method = fields.TextField(choices=rules.PAYMENT_METHODS)
    reference = fields.TextField(max_length=100)
    notes = fields.TextField()


class WriteOffInput(StrictSerializer):
    """What to write off of the invoice of the context."""

    makes = inputs.WriteOffInput
    amount = fields.AmountField(required=False, allow_null=True)
    kind = fields.TextField(choices=rules.WRITE_OFF_KINDS)
    reason = fields.TextField(max_length=rules.MAX_REASON)


class TakeBackInput(StrictSerializer):
    """Why something is cancelled, voided or reversed."""

    reason = fields.TextField(max_length=rules.MAX_REASON)


class CancelEInvoiceInput(StrictSerializer):
    """Why LHDN is asked to cancel an e-invoice."""

    needed = frozenset({"reason"})
    reason = fields.TextField(max_length=MAX_CANCEL_REASON)

    def rule_errors(self, values: Mapping[str, Any]) -> list[FieldError]:
        """LHDN refuses to cancel without one."""
        return field_error("reason", None if values.get("reason", "").strip() else "LHDN asks for a reason")


class ConsolidationInput(StrictSerializer):
    """The month whose sales to consumers are reported together."""

    needed = frozenset({"month"})
    month = fields.TextField(max_length=20)

    def rule_errors(self, values: Mapping[str, Any]) -> list[FieldError]:
        """A month as the calendar has it."""
        return field_error("month", None if first_day(values.get("month", "")) else "Must be a month such as 2026-10")


class CreditNoteInput(StrictSerializer):
    """What to credit of an invoice."""

    makes = inputs.CreditNoteInput
    ignored = DERIVED | {"creditNoteNumber", "invoiceNumber", "customerId", "currency", "exchangeRate"}
    ignored |= {"pricesIncludeTax", "billingAddress", "shippingAddress", "appliedToInvoice", "creditedToCustomer"}
    ignored |= {"refundedAmount", "unappliedAmount", "allocations"}
    invoice_id = fields.TextField(max_length=100)
    credit_note_date = fields.DayField(required=False, allow_null=True)
    reason = fields.TextField(max_length=rules.MAX_REASON)
    items = serializers.ListField(child=PartInput(), required=False, allow_null=True, max_length=1000)
    shipping_cost = fields.AmountField(required=False, allow_null=True, minimum=0)
    excess = fields.TextField(choices=rules.EXCESS)

    def rule_errors(self, values: inputs.CreditNoteInput) -> list[FieldError]:
        """An invoice."""
        return field_error("invoice_id", None if given_or(values.invoice_id, "") else "Invoice is required")


class GoodwillLineInput(StrictSerializer):
    """What a customer is credited for, without an item."""

    makes = LineInput
    description = fields.TextField()
    amount = fields.AmountField(minimum=0)
    tax_code = fields.TextField(max_length=20)

    def make(self, values: dict[str, Any]) -> LineInput:
        """A line of one piece."""
        return LineInput(
            description=values.get("description"),
            quantity=Decimal(1),
            unit_price=values.get("amount"),
            tax_code=values.get("tax_code"),
            type="service",
        )


class GoodwillInput(StrictSerializer):
    """A credit note for no invoice."""

    makes = inputs.GoodwillInput
    credit_note_date = fields.DayField(required=False, allow_null=True)
    reason = fields.TextField(max_length=rules.MAX_REASON)
    exchange_rate = fields.NumberField(decimals=10, required=False, allow_null=True)
    prices_include_tax = fields.FlagField(required=False)
    items = serializers.ListField(child=GoodwillLineInput(), min_length=1, max_length=MAX_LINES)

    def make(self, values: dict[str, Any]) -> inputs.GoodwillInput:
        """For the customer of the context."""
        return inputs.GoodwillInput(customer_id=self.context["customer"].public_id, **values)

    def rule_errors(self, values: inputs.GoodwillInput) -> list[FieldError]:
        """A date that can be, a reason, and amounts of the customer's currency."""
        today, reason = self.context["actor"].today(), given_or(values.reason, "")
        errors = rules.check_goodwill(given_or(values.credit_note_date, None) or today, reason, today)
        for position, line in enumerate(values.items or ()):
            amount = rules.check_positive_amount(line.unit_price, self.context["customer"].currency)
            described = None if line.description else "Description is required"
            found = [*field_error("description", described), *field_error("amount", amount)]
            errors += under(found, "items", position)
        return errors
