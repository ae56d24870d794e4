"""A new invoice like an old one."""

from typing import Any

from django.db import transaction

from bigledger_crm.kernel import ids
from bigledger_crm.tenancy.actor import Actor
from customers.models import Customer
from invoicing.models import Invoice, InvoiceLine
from invoicing.services.invoices import create_invoice
from sales.models import Item

_SAME = (
    "purchase_order",
    "notes",
    "terms",
    "shipping_cost",
    "prices_include_tax",
    "exchange_rate",
    "tags",
)
_SAME_OF_LINE = ("description", "quantity", "unit_price", "discount_percent", "tax_code", "notes")


@transaction.atomic
def duplicate_invoice(actor: Actor, invoice: Invoice) -> Invoice:
    """A new draft of today with what an invoice says, at today's tax rates and with the customer's present addresses.

    Its lines belong to no order.  Raises InvalidData where something can't be sold any more, such as an inactive item.
    """
    of_the_order = invoice.order is not None and invoice.reference == invoice.order.order_number
    return create_invoice(
        actor,
        {
            "customer_id": ids.encode(Customer.PREFIX, invoice.customer_id),
            "reference": "" if of_the_order else invoice.reference,
            "send_reminders": invoice.send_reminders,
            "items": [_line(line) for line in invoice.lines.all()],
            **{name: getattr(invoice, name) for name in _SAME},
        },
    )


def _line(line: InvoiceLine) -> dict[str, Any]:
    fields = {name: getattr(line, name) for name in _SAME_OF_LINE}
    if not line.discount_percent:
        fields["discount_amount"] = line.discount_amount
    return fields | {"item_id": ids.encode(Item.PREFIX, line.item_id) if line.item_id else None}
