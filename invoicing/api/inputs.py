"""What the API takes for invoices, credit notes and payments."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from bigledger_crm.api import fields
from bigledger_crm.api.serializers import StrictSerializer
from bigledger_crm.kernel.errors import FieldError, field_error
from bigledger_crm.kernel.inputs import given_or
from invoicing import inputs, rules
from sales.api.email_inputs import SendInput
from sales.api.inputs import DERIVED, DocumentInput, LineUpdate
from sales.api.part_inputs import PartInput
from sales.rules import MAX_LINES


class InvoiceInput(DocumentInput):
    """A new invoice."""

    makes = inputs.InvoiceInput
    ignored = DERIVED | {
        "invoiceNumber",
        "salesOrderId",
        "amountPaid",
        "amountDue",
        "paymentStatus",
        "lastPaymentDate",
        "overdueBy",
        "issuedAt",
        "einvoice",
        "amountCredited",
        "cancelledAt",
        "cancelReason",
    }
    invoice_date = fields.DayField(required=False, allow_null=True)
    due_date = fields.DayField(required=False, allow_null=True)
    purchase_order = fields.TextField(max_length=100)
    send_reminders = fields.FlagField(required=False)
    tags = fields.TextListField(required=False, limit=1000)

    def also_wrong(self, values: inputs.InvoiceInput) -> list[FieldError]:
        """Dates that aren't in order."""
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


class TakeBackInput(StrictSerializer):
    """Why something is taken back."""

    reason = fields.TextField(max_length=rules.MAX_REASON)


class CreditNoteInput(StrictSerializer):
    """What to credit of an invoice."""

    makes = inputs.CreditNoteInput
    ignored = DERIVED | {"creditNoteNumber", "invoiceNumber", "customerId", "currency", "exchangeRate"}
    ignored |= {"pricesIncludeTax", "billingAddress", "shippingAddress"}
    invoice_id = fields.TextField(max_length=100)
    credit_note_date = fields.DayField(required=False, allow_null=True)
    reason = fields.TextField(max_length=rules.MAX_REASON)
    items = serializers.ListField(child=PartInput(), required=False, allow_null=True, max_length=1000)
    shipping_cost = fields.AmountField(required=False, allow_null=True, minimum=0)

    def rule_errors(self, values: inputs.CreditNoteInput) -> list[FieldError]:
        """An invoice."""
        return field_error("invoice_id", None if given_or(values.invoice_id, "") else "Invoice is required")
