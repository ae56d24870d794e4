"""A new invoice like an old one."""

from django.db import transaction

from bigledger_crm.kernel import ids
from bigledger_crm.tenancy.actor import Actor
from customers.models import Customer
from invoicing.models import Invoice
from invoicing.services.invoices import create_invoice
from sales.services.shared.fields import copied

_SAME = ("purchase_order", "send_reminders", "tags")


@transaction.atomic
def duplicate_invoice(actor: Actor, invoice: Invoice) -> Invoice:
    """A new draft of today with what an invoice says, at today's tax rates.

    Its lines belong to no order.  Raises InvalidData where something can't be sold any more, such as an inactive item.
    """
    fields = copied(invoice, invoice.lines.all()) | {name: getattr(invoice, name) for name in _SAME}
    if invoice.order is not None and invoice.reference == invoice.order.order_number:
        fields["reference"] = ""
    return create_invoice(actor, {**fields, "customer_id": ids.encode(Customer.PREFIX, invoice.customer_id)})
