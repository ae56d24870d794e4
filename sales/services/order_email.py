"""Order confirmations by email."""

from django.db import transaction

from bigledger_crm.documents.services import freeze_as_now
from bigledger_crm.outbox.events import record
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.outbox.services import queue
from bigledger_crm.registry import EmailContent
from bigledger_crm.tenancy.actor import Actor
from sales.errors import OrderNotConfirmed
from sales.lifecycle import ORDER_OPEN_STATES
from sales.models import SalesOrder
from sales.queries import lock_order
from sales.services.order_pdf import order_context, order_filename
from sales.services.shared.email import EmailOptions, document_email_content, draft_document_email


@transaction.atomic
def send_order(actor: Actor, order: SalesOrder, message: EmailOptions) -> tuple[SalesOrder, OutboxEmail]:
    """Queues the confirmation of an agreed order, as it is now.  Raises OrderNotConfirmed, InvalidData."""
    stored = lock_order(order.pk)
    if stored.status not in ORDER_OPEN_STATES:
        raise OrderNotConfirmed(
            f"Order {stored.order_number} is not confirmed",
            details=[{"salesOrderId": stored.public_id, "status": stored.status}],
        )
    email = draft_order_email(actor, stored, message)
    document = freeze_as_now(
        actor,
        kind="order",
        document_id=stored.pk,
        number=stored.order_number,
        filename=order_filename(stored),
        context=order_context(actor, stored),
    )
    queue(email, document if message.attach_pdf else None, held=message.held)
    record(actor, "sales_order.sent", stored.pk, stored.customer_id, note=", ".join([*email.to, *email.cc]))
    return stored, email


def draft_order_email(actor: Actor, order: SalesOrder, message: EmailOptions) -> OutboxEmail:
    """The email of an order confirmation, not queued.  Raises InvalidData."""
    content, language = order_email_content(actor, order)
    to = message.receivers(order.customer_id, "orders")
    return draft_document_email(actor, message, content, language, kind="sales_order.sent", related_id=order.pk, to=to)


def order_email_content(actor: Actor, order: SalesOrder) -> tuple[EmailContent, str]:
    """What the company writes with an order confirmation, and in which language."""
    return document_email_content(
        actor, "order", order, order.order_number, title=order.title, order_date=order.order_date
    )
