"""What a customer owed on a day, by documents alone."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from bigledger_crm.kernel.money import ZERO
from customers.models import Customer, ReceivableEntry
from invoicing.models import Allocation, CreditNote, Invoice, Payment, Refund, WriteOff

if TYPE_CHECKING:
    from invoicing.queries.settlement import Source


def owed_on(customer: Customer, day: date) -> Decimal:
    """What was due on invoices less what was left of payments and credit notes, at the end of a day."""
    owed = ZERO
    allocated = Allocation.objects.filter(allocation_date__lte=day)
    for invoice in Invoice.objects.filter(customer=customer, invoice_date__lte=day):
        due = invoice.total - sum((row.amount for row in allocated.filter(invoice=invoice)), ZERO)
        for write_off in WriteOff.objects.filter(invoice=invoice, write_off_date__lte=day):
            due -= write_off.amount if write_off.reversal_date is None or write_off.reversal_date > day else ZERO
        assert due >= 0
        owed += due
    payments = Payment.objects.filter(customer=customer, payment_date__lte=day)
    notes = CreditNote.objects.filter(customer=customer, credit_note_date__lte=day)
    sources: list[Source] = [*payments, *notes]
    for source in sources:
        of_it = {"payment" if isinstance(source, Payment) else "credit_note": source}
        left = source.amount if isinstance(source, Payment) else source.total
        left -= sum((row.amount for row in allocated.filter(**of_it)), ZERO)
        for refund in Refund.objects.filter(**of_it, refund_date__lte=day):
            left -= refund.amount if refund.void_date is None or refund.void_date > day else ZERO
        assert left >= 0
        void = ReceivableEntry.objects.filter(kind="void", document_id=source.pk, entry_date__lte=day)
        owed -= ZERO if void.exists() else left
    return owed
